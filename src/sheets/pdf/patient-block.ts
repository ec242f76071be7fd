import { type Row } from './flow';
import { breakLines, printable, widestChunk } from './line-break.rules';
import { type ReportDocument } from './report-document';
import { DATA_SIZE, EMPTY, type Measure, type PaperStyle, type Part, textWidth } from './sheet';
import { type Placed, ruleBlock, textRow } from './text-rows';
import { sexWord, toMinute } from './wording.rules';

interface Field {
  label: string;
  value: string;
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
  for (let i = 0; i < fields.length; i += paper.columns.length) {
    rows.push(...gridRows(cellsOf(fields.slice(i, i + paper.columns.length), paper), measure));
  }
  const diagnosis = { label: '临床诊断', value: report.exam.clinicalDiagnosis ?? EMPTY };
  rows.push(...gridRows([{ ...diagnosis, x: paper.side, width: textWidth(paper) }], measure));
  const rule = { ...ruleBlock(paper.side, textWidth(paper), 1, 3, 3), gap: 0 };
  return [{ ...rule, keep: true }, ...rows, { ...rule, keep: false }];
}

function fieldsOf({ patient, exam, letterhead }: ReportDocument): Field[] {
  const fields: [label: string, value: string | null][] = [
    ['姓名', patient.name],
    ['性别', sexWord(patient.sex)],
    ['年龄', patient.age],
    ['检查号', exam.accessionNumber],
    ['申请机构', letterhead.requestingClinic],
    ['科室/床', patient.ward],
    ['申请医师', exam.orderingDoctor],
    ['门诊(住院)号', patient.localNumber],
    ['检查部位', exam.bodyPart],
    ['检查方法', exam.method],
    ['设备', exam.device],
    ['检查时间', toMinute(exam.performedAt)],
  ];
  return fields.map(([label, value]) => ({ label, value: value?.trim() ? value : EMPTY }));
}

function cellsOf(fields: readonly Field[], paper: PaperStyle): Cell[] {
  const shares = paper.columns.reduce((sum, share) => sum + share, 0);
  const unit = (textWidth(paper) - GUTTER * (paper.columns.length - 1)) / shares;
  let x = paper.side;
  return fields.map((field, i) => {
    const width = unit * paper.columns[i]!;
    const cell = { ...field, x, width };
    x += width + GUTTER;
    return cell;
  });
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
