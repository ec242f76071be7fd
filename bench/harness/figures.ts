import { cpus, totalmem } from 'node:os';

/** Figures by id; null only where a peer is not installed. */
export type Figures = Record<string, number | null>;

export interface Bench {
  readonly name: string;
  run(): Promise<Figures>;
}

export const machine = (): string =>
  `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'cpu'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`;

/** The p-quantile (0…1) of values, nearest rank. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)];
  if (value === undefined) throw new Error('no values');
  return value;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** To three significant digits: more would pretend a precision that these machines do not have. */
export const figure = (value: number): number => Number(value.toPrecision(3));

/** Progress on standard error, the table on standard output. */
export const note = (line: string): void => void process.stderr.write(`${line}\n`);

export function table(title: string, rows: readonly (readonly (string | number | null)[])[]): void {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => String(row[i] ?? '–').length)));
  process.stdout.write(`\n${title}\n`);
  for (const row of rows)
    process.stdout.write(`  ${row.map((cell, i) => String(cell ?? '–').padEnd(widths[i]!)).join('  ')}\n`);
}
