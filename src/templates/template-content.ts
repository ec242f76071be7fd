/** What a report template says: sections with `{ }` placeholders, and the elements that fill them. Pure types and lists. */

export const SECTIONS = ['technique', 'findings', 'impression', 'recommendation'] as const;
export type Section = (typeof SECTIONS)[number];

export const SECTION_NAMES: Readonly<Record<Section, string>> = {
  technique: '检查技术',
  findings: '影像所见',
  impression: '诊断意见',
  recommendation: '建议',
};

export type Sections = Readonly<Record<Section, string>>;

/** Free words, one line. An optional one that is left empty leaves nothing behind. */
export interface TextElement {
  readonly kind: 'text';
  readonly key: string;
  readonly maxLength: number;
  readonly optional: boolean;
  readonly default?: string | undefined;
}

/**
 * A number with its unit. `min` and `max` are what can be at all and refuse a slip of the hand; `normalLow` and `normalHigh`
 * are what is normal and only mark the value.
 */
export interface NumberElement {
  readonly kind: 'number';
  readonly key: string;
  readonly unit: string;
  readonly decimals: number;
  readonly min: number;
  readonly max: number;
  readonly normalLow?: number | undefined;
  readonly normalHigh?: number | undefined;
  readonly default?: number | undefined;
}

/** One of several. `fromExam` takes the exam's own side unless the doctor chose another. */
export interface SelectElement {
  readonly kind: 'select';
  readonly key: string;
  readonly options: readonly string[];
  readonly default?: string | undefined;
  readonly fromExam?: 'laterality' | undefined;
}

/** One or more of several, written in the order of the options. */
export interface MultiElement {
  readonly kind: 'multi';
  readonly key: string;
  readonly options: readonly string[];
  readonly default?: readonly string[] | undefined;
}

/** A size along one to three axes: `12mm×8mm`. `max` is what can be at all, along any axis. */
export interface MeasurementElement {
  readonly kind: 'measurement';
  readonly key: string;
  readonly unit: 'mm' | 'cm';
  readonly axes: number;
  readonly max: number;
  readonly default?: readonly number[] | undefined;
}

export type Element = TextElement | NumberElement | SelectElement | MultiElement | MeasurementElement;

/** A template is for men, for women, or for both (null). */
export type TemplateSex = 'M' | 'F' | null;

export interface TemplateContent {
  readonly title: string;
  /** `DX` stands for all plain films (CR, DX, DR). */
  readonly modality: string;
  /** A code of {@link BODY_PARTS}. */
  readonly bodyPart: string;
  readonly sex: TemplateSex;
  /** 正常模板 */
  readonly normal: boolean;
  readonly sections: Sections;
  readonly elements: readonly Element[];
}

/** A template in a library file; its key stays the same wherever the file travels. */
export interface LibraryTemplate extends TemplateContent {
  readonly key: string;
}

/** The content alone, without the fields of a command or a library entry, in the form in which it is stored. */
export function contentOf(input: TemplateContent): TemplateContent {
  const { title, modality, bodyPart, sex, normal, sections, elements } = input;
  return { title, modality, bodyPart, sex, normal, sections, elements };
}

export interface PhraseContent {
  readonly title: string;
  readonly text: string;
  /** Where it is offered; null = in every section. */
  readonly section: Section | null;
}

/** A phrase in a library file; typed as `;shortcut`. */
export interface LibraryPhrase extends PhraseContent {
  readonly shortcut: string;
}

/** The phrase alone, without what a row has beside it. */
export function phraseOf({ shortcut, title, text, section }: LibraryPhrase): LibraryPhrase {
  return { shortcut, title, text, section };
}

/** Placeholders are `{key}`; a key has no braces and no blanks. */
export const PLACEHOLDER = /\{([^{}]*)\}/gu;

/** The placeholders of a text in their order, with repetitions. */
export function placeholdersOf(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].map((match) => match[1] ?? '');
}
