import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { z } from 'zod';

/**
 * What people type is checked where it comes in: half a character, which UTF-8 cannot write, or a mark that turns what
 * follows on the sheet around, is refused by every text field of every body and query, never by the database.
 */
const BROKEN = ['\ud800x', 'x\udc00', 'a\u202eb', 'a\u0000b', 'a\u200bb'];

/** Passwords and codes are compared, cursors decoded and checked as a whole: none is kept or shown. */
const NO_TEXT = /\.(password|currentPassword|newPassword|otp|\w*cursor)$/i;
/** Its texts are read against rules and thrown away; what is broken in them is for the rules to say. */
const NOT_KEPT = ['src/lint/lint.dto.ts'];

interface Node {
  readonly field: string;
  readonly schema: z.core.$ZodType;
}
type Def = z.core.$ZodType['_zod']['def'] & {
  readonly shape?: Record<string, z.core.$ZodType>;
  readonly options?: readonly z.core.$ZodType[];
  readonly element?: z.core.$ZodType;
  readonly innerType?: z.core.$ZodType;
  readonly keyType?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
};

const defOf = (schema: z.core.$ZodType): Def => schema._zod.def;

/** The fields below a schema that take a text: strings, with everything that is asked of them afterwards. */
function textsOf({ field, schema }: Node): Node[] {
  const def = defOf(schema);
  if (def.type === 'string') return [{ field, schema }];
  if (def.type === 'pipe')
    return textsOf({ field, schema: def.in! }).map((node) => (node.field === field ? { field, schema } : node));
  const below = [def.element, def.innerType, def.keyType, def.valueType, ...(def.options ?? [])];
  return [
    ...Object.entries(def.shape ?? {}).map(([name, inner]) => ({ field: `${field}.${name}`, schema: inner })),
    ...below.flatMap((inner) => (inner ? [{ field, schema: inner }] : [])),
  ].flatMap(textsOf);
}

const root = resolve(__dirname, '../..');
const fields: Node[] = [];

beforeAll(async () => {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
    .map((file) => `src/${file}`)
    .filter((file) => file.endsWith('.dto.ts') && !NOT_KEPT.includes(file));
  for (const file of files) {
    const exported = (await import(join(root, file))) as Record<string, z.core.$ZodType>;
    for (const [name, schema] of Object.entries(exported))
      if (name.endsWith('Schema')) fields.push(...textsOf({ field: `${file} ${name}`, schema }));
  }
});

it('finds the fields', () => {
  const names = fields.map(({ field }) => field);
  expect(names).toContain('src/sheets/sheets.dto.ts letterheadSchema.recognitionMark');
  expect(names).toContain('src/collaboration/collaboration.dto.ts messageSchema.text');
});

it.each(BROKEN)('lets %j into no text field', (broken) => {
  const open = fields.filter(
    ({ field, schema }) => !NO_TEXT.test(field) && (schema as z.ZodType).safeParse(broken.padEnd(6, 'x')).success,
  );
  expect(open.map(({ field }) => field)).toEqual([]);
});
