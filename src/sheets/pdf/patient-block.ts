import { type Row } from './flow';
import { breakLines, printable, widestChunk } from './line-break.rules';
import { type ReportDocument } from './report-document';
import { DATA_SIZE, EMPTY, type Measure, type PaperStyle, type Part, textWidth } from './sheet';
import { type Placed, ruleBlock, textRow } from './text-rows';
import { sexWord, toMinute } from './wording.rules';

interface Field {
  label: string;
  value: string;
  /** Known to be long: it gets a line of its own where its column would break it. */
  long: boolean;
}
interface Cell extends Field {
  x: number;
  width: number;
}

const LEADING = 1.45;
const GUTTER = 6;

/** Who was examined, for whom and how, between two rules. Values wrap in their column, none is ever cut off. */
export function patientBlock(report: ReportDocument, paper: PaperStyle, measure: Measure): Row[] {
  const fields = fieldsOf(report);
  const rows: Row[] = [];
  const across = { x: paper.side, width: textWidth(paper) };
  for (let i = 0; i < fields.length; i += paper.columns.length) {
    const beside = fields.slice(i, i + paper.columns.length);
    const apart = setApart(beside, paper, measure);
    rows.push(...gridRows(cellsOf(beside, apart, paper), measure));
    rows.push(
      ...beside.filter((field) => apart.has(field)).flatMap((field) => gridRows([{ ...field, ...across }], measure)),
    );
  }
  const diagnosis = { label: '临床诊断', value: report.exam.clinicalDiagnosis ?? EMPTY, long: true };
  rows.push(...gridRows([{ ...diagnosis, ...across }], measure));
  const rule = { ...ruleBlock(paper.side, textWidth(paper), 1, 3, 3), gap: 0 };
  return [{ ...rule, keep: true }, ...rows, { ...rule, keep: false }];
}

function fieldsOf({ patient, exam, letterhead }: ReportDocument): Field[] {
  const fields: [label: string, value: string | null, long?: 'long'][] = [
    ['姓名', patient.name],
    ['性别', sexWord(patient.sex)],
    ['年龄', patient.age],
    ['检查号', exam.accessionNumber],
    ['申请机构', letterhead.requestingClinic],
    ['科室/床', patient.ward],
    ['申请医师', exam.orderingDoctor],
    ['门诊(住院)号', patient.localNumber],
    ['检查部位', exam.bodyPart],
    ['检查项目', exam.method, 'long'],
    ['设备', exam.device, 'long'],
    ['检查时间', toMinute(exam.performedAt)],
  ];
  return fields.map(([label, value, long]) => ({ label, value: value?.trim() ? value : EMPTY, long: long === 'long' }));
}

/** The fields that leave the row; the last first, for the one before it gets its column and may have room then. */
function setApart(fields: readonly Field[], paper: PaperStyle, measure: Measure): Set<Field> {
  const apart = new Set<Field>();
  for (const field of fields.filter(({ long }) => long).reverse()) {
    const cell = cellsOf(fields, apart, paper).find(({ label }) => label === field.label);
    if (cell && cellLines(cell, measure).length > 1) apart.add(field);
  }
  return apart;
}

/** The fields of a row in its columns; the column of one that is set apart goes to the field before it, or after it. */
function cellsOf(fields: readonly Field[], apart: ReadonlySet<Field>, paper: PaperStyle): Cell[] {
  const shares = paper.columns.reduce((sum, share) => sum + share, 0);
  const unit = (textWidth(paper) - GUTTER * (paper.columns.length - 1)) / shares;
  const cells: Cell[] = [];
  let [x, right] = [paper.side, paper.side];
  fields.forEach((field, i) => {
    right += unit * paper.columns[i]!;
    const last = cells.at(-1);
    if (!apart.has(field)) cells.push({ ...field, x, width: right - x });
    else if (last) last.width = right - last.x;
    right += GUTTER;
    if (cells.length > 0) x = right;
  });
  return cells;
}

/** Cells side by side as rows of one line each, so that even a very long value can flow over a page. */
function gridRows(cells: readonly Cell[], measure: Measure): Row[] {
  const parts = cells.map((): Part => ({ role: 'P' }));
  const columns = cells.map((cell) => cellLines(cell, measure));
  const height = Math.max(...columns.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => {
    const style = { size: DATA_SIZE, weight: 'regular', leading: LEADING, gap: 0 } as const;
    const single = columns.map((lines, c) => textRow(lines[line] ?? [], style, parts[c]!, false));
    return { ...single[0]!, draw: (top) => single.flatMap((row) => row.draw(top)) };
  });
}

/** Label and value; a value that would have to be cut beside its label stands below it instead. */
function cellLines({ label, value, x, width }: Cell, measure: Measure): Placed[][] {
  const wide = (text: string): number => measure(text, DATA_SIZE, 'regular');
  const name = `${label}：`;
  const beside = width - wide(name);
  const text = printable(value).trim();
  const fits = widestChunk(text, wide) <= beside;
  const indent = fits ? width - beside : DATA_SIZE;
  const lines = breakLines(text, width - indent, wide).map((line) => ({ x: x + indent, text: line }));
  const head = { x, text: name };
  return fits ? lines.map((line, i) => (i === 0 ? [head, line] : [line])) : [[head], ...lines.map((line) => [line])];
}
