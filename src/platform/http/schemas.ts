import { z } from 'zod';

const CONTROLS = '含有不允许的控制字符';
const HALVES = '含有残缺的字符';
const NO_PHONE = '不是有效的电话号码';
const MAX_LIMIT = 200;
/** Nothing here happened before X-rays did; years of five digits are no column's. */
const [EARLIEST, LATEST] = [new Date('1895-01-01T00:00:00Z'), new Date('2200-01-01T00:00:00Z')];
const DAY_MS = 24 * 3_600_000;
/** The whole country has one legal time, without summer time since 1992. */
const LEGAL_OFFSET = '+08:00';
const LIMIT_RANGE = `须为 1 至 ${MAX_LIMIT} 的整数`;

/** Zod pieces that every slice's inputs are made of; messages are for the person at the screen. */
export const uuid = z.uuid({ error: unlessMissing('不是有效的编号') });

/** Trimmed text of 1 … max characters without control characters. */
export const text = (max: number) => textOrEmpty(max).min(1, '不能为空');

/** The same, where nothing at all is an answer too. */
export const textOrEmpty = (max: number) =>
  z.string().trim().max(max, `不能超过 ${max} 个字`).refine(noControls, CONTROLS).refine(isWellFormed, HALVES);

/** A number to dial: at least one digit, and what stands between digits or before an extension. */
export const phone = text(30).refine((value) => /^[\d+*#()（）转\s-]*\d[\d+*#()（）转\s-]*$/.test(value), NO_PHONE);

/** The same; empty: there is none. */
export const phoneOrEmpty = z.union([z.literal(''), phone], NO_PHONE);

/** The same, of several lines (line feeds and tabs allowed), possibly empty. */
export const lines = (max: number) =>
  z
    .string()
    .max(max, `不能超过 ${max} 个字`)
    .refine((value) => noControls(value.replace(/[\n\r\t]/g, '')), CONTROLS)
    .refine(isWellFormed, HALVES);

export const instant = z.iso
  .datetime({ offset: true, abort: true, error: unlessMissing('须为带时区的 ISO 8601 时间') })
  .transform((value) => new Date(value))
  .refine(isReasonable, '不是合理的时间');

/**
 * Begin and end (exclusive) of a period that people type: a moment as {@link instant}, or a day of Asia/Shanghai
 * (`2026-03-02`), which counts whole: from its 00:00, to the 00:00 after it.
 */
export const periodFrom = dayOrInstant((midnight) => midnight);
export const periodTo = dayOrInstant((midnight) => new Date(midnight.getTime() + DAY_MS));

export const page = {
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number(LIMIT_RANGE).int(LIMIT_RANGE).min(1, LIMIT_RANGE).max(MAX_LIMIT, LIMIT_RANGE).default(50),
};

export const idParam = { schema: uuid };

function dayOrInstant(edgeOfDay: (midnight: Date) => Date) {
  const day = z.iso.date().transform((value) => edgeOfDay(new Date(`${value}T00:00:00${LEGAL_OFFSET}`)));
  const moment = z.iso.datetime({ offset: true }).transform((value) => new Date(value));
  const error = unlessMissing('须为日期（如 2026-03-02）或带时区的 ISO 8601 时间');
  return z.union([day, moment], { error }).refine(isReasonable, '不是合理的时间');
}

function isReasonable(at: Date): boolean {
  return at >= EARLIEST && at < LATEST;
}

function noControls(value: string): boolean {
  // U+0000 cannot be stored; the other C0 and C1 controls have no business in a name or a report, and neither have marks that
  // turn the direction of what follows or that nobody sees.
  return !/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/.test(value);
}

/** Half a surrogate pair is no character: UTF-8 has no bytes for it, so neither the database nor a PDF can take it. */
function isWellFormed(value: string): boolean {
  // Of ES2024, which the runtime has and the compiler's library does not.
  return (value as string & { isWellFormed(): boolean }).isWellFormed();
}

/** Of a field that is not there, it is said that it is required, not what it would have to look like. */
export function unlessMissing(problem: string) {
  return ({ input }: { readonly input?: unknown }): string | undefined => (input === undefined ? undefined : problem);
}
