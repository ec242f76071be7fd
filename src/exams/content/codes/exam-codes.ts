import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Laterality } from '../../exam.entity';

/** One orderable item of a code system. */
export interface ExamItem {
  readonly code: string;
  /** DICOM modality: CT, DX. */
  readonly modality: string;
  readonly bodyPart: string;
  readonly laterality: Laterality | null;
  readonly name: string;
}

/** A pluggable list of exam items; another installation brings another file of the same columns. */
export class ExamCodes {
  private readonly byCode: ReadonlyMap<string, ExamItem>;

  constructor(items: readonly ExamItem[]) {
    this.byCode = new Map(items.map((item) => [item.code, item]));
  }

  /** The item of a code, or undefined when this system does not know it: that is no fault of the request. */
  find(code: string): ExamItem | undefined {
    return this.byCode.get(code);
  }

  get size(): number {
    return this.byCode.size;
  }
}

/** Reads the columns `code modality body_part laterality name`; throws on a line that does not have them. */
export function parseExamItems(tsv: string): ExamItem[] {
  const lines = tsv.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
  return lines.slice(1).map((line) => {
    const [code = '', modality = '', bodyPart = '', side = '', name = ''] = line.split('\t');
    if (!/^\w{4,20}$/.test(code) || !/^[A-Z]{2}$/.test(modality) || !bodyPart || !name || !/^[LRB]?$/.test(side)) {
      throw new Error(`not an exam item: ${line}`);
    }
    return { code, modality, bodyPart, laterality: side === '' ? null : (side as Laterality), name };
  });
}

/** The code system that comes with the product. */
export function builtInExamCodes(): ExamCodes {
  return new ExamCodes(parseExamItems(readFileSync(join(__dirname, 'exam-items.tsv'), 'utf8')));
}
