import type {
  Element,
  LibraryTemplate,
  MeasurementElement,
  MultiElement,
  NumberElement,
  SelectElement,
  TemplateSex,
  TextElement,
} from '../template-content';

/** Short forms in which the starter set is written. */

interface Body {
  readonly normal?: true;
  readonly sex?: TemplateSex;
  readonly technique: string;
  readonly findings: string;
  readonly impression: string;
  readonly recommendation?: string;
  readonly elements?: readonly Element[];
}

function template(modality: string, key: string, bodyPart: string, title: string, body: Body): LibraryTemplate {
  const { normal = false, sex = null, technique, findings, impression, recommendation = '', elements = [] } = body;
  const sections = { technique, findings, impression, recommendation };
  return { key: `std.${key}`, title, modality, bodyPart, sex, normal, sections, elements };
}

export const film = (key: string, bodyPart: string, title: string, body: Body): LibraryTemplate =>
  template('DX', `dx.${key}`, bodyPart, title, body);

export const ct = (key: string, bodyPart: string, title: string, body: Body): LibraryTemplate =>
  template('CT', `ct.${key}`, bodyPart, title, body);

/** One of several; without a default it stays open until the doctor chooses. */
export const one = (key: string, options: readonly string[], byDefault?: string): SelectElement => ({
  kind: 'select',
  key,
  options,
  ...(byDefault === undefined ? {} : { default: byDefault }),
});

export const many = (key: string, options: readonly string[]): MultiElement => ({ kind: 'multi', key, options });

export const size = (key: string, axes: number, max: number): MeasurementElement => ({
  kind: 'measurement',
  key,
  unit: 'mm',
  axes,
  max,
});

interface Range {
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly decimals?: number;
  readonly normalLow?: number;
  readonly normalHigh?: number;
}

export const number = (key: string, { decimals = 0, ...range }: Range): NumberElement => ({
  kind: 'number',
  key,
  decimals,
  ...range,
});

/** Attenuation in Hounsfield units. */
export const density = (key: string): NumberElement => number(key, { unit: 'HU', min: -1000, max: 3000 });

export const words = (key: string, maxLength = 60): TextElement => ({ kind: 'text', key, maxLength, optional: false });

/** Room for what a normal template does not say; leaves nothing behind when it is not used. */
const addition = (key: string): TextElement => ({ kind: 'text', key, maxLength: 200, optional: true });
export const ADDITIONS: readonly Element[] = [addition('补充所见'), addition('补充意见')];

/** The side of a finding. Never by default: a wrong side is worse than an open choice. */
export const side = (key = '侧别', options: readonly string[] = ['左侧', '右侧', '双侧']): SelectElement =>
  one(key, options);

/** The side of an injured limb: the exam's own, else open. */
export const LIMB_SIDE: SelectElement = { kind: 'select', key: '侧别', options: ['左', '右'], fromExam: 'laterality' };

/** The side of a normal limb: the exam's own, else the film is named without one, which cannot be the wrong one. */
export const SHOWN_SIDE: SelectElement = {
  kind: 'select',
  key: '侧别',
  options: ['所摄', '左', '右', '双'],
  default: '所摄',
  fromExam: 'laterality',
};
