import { z } from 'zod';
import { lines, page, text, textOrEmpty, uuid } from '../platform/http';
import { BODY_PART_CODES, TEMPLATE_MODALITIES } from './body-parts';
import { contentProblems } from './content.rules';
import { LEVELS } from './shelves.rules';
import { TEMPLATE_STATES } from './template.state';
import { SECTIONS, type TemplateContent } from './template-content';

const MAX_ELEMENTS = 40;
const MAX_VALUES = 60;
/** A whole library in one file of at most 1 MB, which is what a body may have. */
export const MAX_LIBRARY_TEMPLATES = 500;
export const MAX_LIBRARY_PHRASES = 1_000;
const MAX_INT = 2 ** 31 - 1;

const version = z.int('须为整数').min(1, '须不小于 1').max(MAX_INT, '数字过大');
const flag = z.enum(['true', 'false']).transform((value) => value === 'true');
const oneLine = (max: number) => text(max).regex(/^[^{}]*$/u, '不能含有 { 或 }');
const bound = z.number().min(-1e6, '数字过小').max(1e6, '数字过大');

const key = lines(30).regex(/^[^{}\s]+$/u, '不能为空，不能含有空格和 { }');
const options = z.array(oneLine(100)).min(2, '至少 2 项').max(30, '不能超过 30 项');

const elementSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('text'),
    key,
    maxLength: z.int().min(1).max(500).default(100),
    optional: z.boolean().default(false),
    default: oneLine(500).optional(),
  }),
  z.strictObject({
    kind: z.literal('number'),
    key,
    unit: textOrEmpty(10).regex(/^[^{}\s]*$/u, '不能含有空格和 { }'),
    decimals: z.int().min(0).max(3).default(0),
    min: bound,
    max: bound,
    normalLow: bound.optional(),
    normalHigh: bound.optional(),
    default: bound.optional(),
  }),
  z.strictObject({
    kind: z.literal('select'),
    key,
    options,
    default: oneLine(100).optional(),
    fromExam: z.literal('laterality').optional(),
  }),
  z.strictObject({
    kind: z.literal('multi'),
    key,
    options,
    default: z.array(oneLine(100)).min(1).max(30).optional(),
  }),
  z.strictObject({
    kind: z.literal('measurement'),
    key,
    unit: z.enum(['mm', 'cm']),
    axes: z.int().min(1).max(3).default(1),
    max: z.number().positive().max(2_000),
    default: z.array(z.number()).max(3).optional(),
  }),
]);

const contentFields = {
  title: oneLine(60),
  modality: z.enum(TEMPLATE_MODALITIES),
  bodyPart: z.enum(BODY_PART_CODES),
  sex: z.enum(['M', 'F']).nullable().default(null),
  normal: z.boolean(),
  sections: z.strictObject({
    technique: lines(4_000).default(''),
    findings: lines(8_000),
    impression: lines(4_000),
    recommendation: lines(4_000).default(''),
  }),
  elements: z.array(elementSchema).max(MAX_ELEMENTS, `不能超过 ${MAX_ELEMENTS} 个选项`).default([]),
};

const holdsTogether = (content: TemplateContent, context: z.RefinementCtx): void => {
  for (const { path, problem } of contentProblems(content))
    context.addIssue({ code: 'custom', path: [...path], message: problem });
};

/** Stays with a template wherever its file travels. */
const templateKey = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,59}$/, '须为 1–60 位小写字母、数字、点、_ 或 -');
const level = z.enum(LEVELS);

export const createTemplateSchema = z
  .strictObject({
    level,
    hospitalId: uuid.optional(),
    key: templateKey.optional(),
    publish: z.boolean().default(false),
    ...contentFields,
  })
  .superRefine(holdsTogether);
export type CreateTemplate = z.infer<typeof createTemplateSchema>;

export const editTemplateSchema = z.strictObject({ version, ...contentFields }).superRefine(holdsTogether);
export type EditTemplate = z.infer<typeof editTemplateSchema>;

/** The version that the caller has before him. */
export const moveTemplateSchema = z.strictObject({ version });
export type MoveTemplate = z.infer<typeof moveTemplateSchema>;

export const listTemplatesSchema = z.strictObject({
  modality: z
    .string()
    .regex(/^[A-Z]{2,4}$/, '须为 DICOM 设备类型，如 CT、DX')
    .optional(),
  /** A code, a Chinese name, or what the exam's request says. */
  bodyPart: text(64).optional(),
  level: level.optional(),
  /** Words of the title, their pinyin or its initials. */
  q: text(64).optional(),
  normal: flag.optional(),
  /** Leaves out what is for the other sex alone. */
  sex: z.enum(['M', 'F']).optional(),
  /** Drafts and archived ones are shown to those who may change them. */
  state: z.enum(TEMPLATE_STATES).default('published'),
  ...page,
});
export type ListTemplates = z.infer<typeof listTemplatesSchema>;

export const oneTemplateSchema = z.strictObject({ version: z.coerce.number().pipe(version).optional() });
export type OneTemplate = z.infer<typeof oneTemplateSchema>;

const chosen = (max: number) => lines(max).refine((text) => !/[\n\r]/.test(text), '须为一行');
const value = z.union([chosen(500), z.number(), z.array(chosen(100)).max(30), z.array(z.number()).max(3)]);
export const renderSchema = z.strictObject({
  values: z
    .record(lines(30), value)
    .refine((values) => Object.keys(values).length <= MAX_VALUES, `不能超过 ${MAX_VALUES} 项`)
    .default({}),
  /** Without it the published version; whoever may change the template can look at its newest one. */
  version: version.optional(),
  exam: z
    .strictObject({
      laterality: z.enum(['L', 'R', 'B']).nullish(),
      sex: z.enum(['M', 'F', 'O', 'U']).nullish(),
    })
    .default({}),
});
export type RenderTemplate = z.infer<typeof renderSchema>;

const shortcut = z.string().regex(/^[a-z0-9]{1,20}$/, '须为 1–20 位小写字母或数字（不含分号）');
const phraseFields = {
  title: oneLine(60),
  text: lines(2_000).refine((value) => value.trim() !== '', '不能为空'),
  section: z.enum(SECTIONS).nullable().default(null),
};

export const createPhraseSchema = z.strictObject({ level, hospitalId: uuid.optional(), shortcut, ...phraseFields });
export type CreatePhrase = z.infer<typeof createPhraseSchema>;

export const changePhraseSchema = z.strictObject({ version, shortcut, ...phraseFields });
export type ChangePhrase = z.infer<typeof changePhraseSchema>;

/** The version that was seen; without it the phrase goes as it is. */
export const removePhraseSchema = z.strictObject({ version: z.coerce.number('须为整数').pipe(version).optional() });
export type RemovePhrase = z.infer<typeof removePhraseSchema>;

export const listPhrasesSchema = z.strictObject({
  level: level.optional(),
  /** With the general ones. */
  section: z.enum(SECTIONS).optional(),
  /** The beginning of a shortcut (with or without its `;`), or words of the title or their sound. */
  q: text(64).optional(),
  ...page,
});
export type ListPhrases = z.infer<typeof listPhrasesSchema>;

export const LIBRARY_FORMAT = 'report-library';

const noneTwice =
  (field: string, keyOf: (entry: never) => string) =>
  (entries: readonly object[], context: z.RefinementCtx): void => {
    const seen = new Set<string>();
    entries.forEach((entry, i) => {
      const name = keyOf(entry as never);
      if (seen.has(name)) context.addIssue({ code: 'custom', path: [i, field], message: `“${name}”在文件中重复` });
      seen.add(name);
    });
  };

/** A library file. Its own level is not part of it: whoever imports says on which shelf it is to stand. */
export const librarySchema = z.strictObject({
  format: z.literal(LIBRARY_FORMAT),
  formatVersion: z.literal(1),
  templates: z
    .array(z.strictObject({ key: templateKey, ...contentFields }).superRefine(holdsTogether))
    .max(MAX_LIBRARY_TEMPLATES, `不能超过 ${MAX_LIBRARY_TEMPLATES} 个模板`)
    .superRefine(noneTwice('key', ({ key }: { key: string }) => key))
    .default([]),
  phrases: z
    .array(z.strictObject({ shortcut, ...phraseFields }))
    .max(MAX_LIBRARY_PHRASES, `不能超过 ${MAX_LIBRARY_PHRASES} 条短语`)
    .superRefine(noneTwice('shortcut', ({ shortcut }: { shortcut: string }) => shortcut))
    .default([]),
});
export type Library = z.infer<typeof librarySchema>;

export const importSchema = z
  .strictObject({
    level,
    hospitalId: uuid.optional(),
    /** Of what is there already with another content: refuse the whole file, make a new version, or leave it as it is. */
    onConflict: z.enum(['refuse', 'replace', 'keep']).default('refuse'),
    publish: z.boolean().default(true),
    library: librarySchema.optional(),
    /** Instead of a file: the set that comes with the system. */
    starter: z.literal(true).optional(),
  })
  .refine(({ library, starter }) => (library === undefined) !== (starter === undefined), {
    path: ['library'],
    message: '请提供模板库文件（library），或选择系统自带的模板（starter），二者取一',
  });
export type ImportLibrary = z.infer<typeof importSchema>;

const ids = z
  .string()
  .max(37 * 200)
  .transform((value) => [...new Set(value.split(','))])
  .pipe(z.array(uuid).max(200, '不能超过 200 个'));

/** A shelf, whole or in part: some templates, or those of a modality or body part. A selection leaves the phrases out. */
export const exportSchema = z.strictObject({
  level,
  hospitalId: uuid.optional(),
  ids: ids.optional(),
  modality: z.enum(TEMPLATE_MODALITIES).optional(),
  bodyPart: z.enum(BODY_PART_CODES).optional(),
});
export type ExportLibrary = z.infer<typeof exportSchema>;
