import type {
  Element,
  MeasurementElement,
  MultiElement,
  NumberElement,
  SelectElement,
  TextElement,
} from './template-content';

/** One element and its value: whether the value will do, and how it is written. Pure. */

export type Value = string | number | readonly string[] | readonly number[];

export type ValueFault =
  | 'wrong_kind'
  | 'out_of_range'
  | 'too_many_decimals'
  | 'not_an_option'
  | 'chosen_twice'
  | 'wrong_axes'
  | 'too_long'
  | 'braces';

/** The words a value becomes (undefined: nothing was chosen), or what is wrong with it, for the person at the screen. */
export type Written =
  | { readonly ok: true; readonly text: string | undefined; readonly abnormal?: boolean }
  | { readonly ok: false; readonly fault: ValueFault; readonly problem: string };

const fault = (code: ValueFault, problem: string): Written => ({ ok: false, fault: code, problem });
const written = (text: string | undefined): Written => ({ ok: true, text });

/** Writes a value of an element. Never throws: what does not fit is a fault. */
export function write(element: Element, value: Value): Written {
  switch (element.kind) {
    case 'text':
      return writeText(element, value);
    case 'number':
      return writeNumber(element, value);
    case 'select':
      return writeSelect(element, value);
    case 'multi':
      return writeMulti(element, value);
    case 'measurement':
      return writeMeasurement(element, value);
  }
}

function writeText(element: TextElement, value: Value): Written {
  if (typeof value !== 'string') return fault('wrong_kind', '须为文字');
  const text = value.trim();
  // A brace that was typed in would look like an open choice, or hide one.
  if (/[{}]/.test(text)) return fault('braces', '不能含有 { 或 }');
  if (text.length > element.maxLength) return fault('too_long', `不能超过 ${element.maxLength} 个字`);
  return written(text === '' && !element.optional ? undefined : text);
}

function writeNumber(element: NumberElement, value: Value): Written {
  if (typeof value !== 'number' || !Number.isFinite(value)) return fault('wrong_kind', '须为数字');
  const { min, max, unit, decimals, normalLow, normalHigh } = element;
  if (value < min || value > max) return fault('out_of_range', `须在 ${min}–${max}${unit} 之间`);
  if (decimalsOf(value) > decimals)
    return fault('too_many_decimals', decimals === 0 ? '须为整数' : `小数不能超过 ${decimals} 位`);
  const abnormal = (normalLow !== undefined && value < normalLow) || (normalHigh !== undefined && value > normalHigh);
  return { ok: true, text: `${value}${unit}`, abnormal };
}

function writeSelect(element: SelectElement, value: Value): Written {
  if (typeof value !== 'string') return fault('wrong_kind', '须选择一项');
  if (value === '') return written(undefined);
  return element.options.includes(value) ? written(value) : notAnOption(element.options);
}

function writeMulti(element: MultiElement, value: Value): Written {
  if (!Array.isArray(value)) return fault('wrong_kind', '须选择一项或多项');
  const chosen: readonly unknown[] = value;
  if (new Set(chosen).size < chosen.length) return fault('chosen_twice', '不能重复选择');
  if (chosen.some((one) => !(element.options as readonly unknown[]).includes(one))) return notAnOption(element.options);
  // In the order of the options, whatever the order of the clicks: the list runs from side to side, from top to bottom.
  const words = element.options.filter((option) => chosen.includes(option));
  return written(words.length === 0 ? undefined : words.join('、'));
}

function writeMeasurement(element: MeasurementElement, value: Value): Written {
  const sizes: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (!sizes.every((size): size is number => typeof size === 'number' && Number.isFinite(size)))
    return fault('wrong_kind', '须为数字');
  if (sizes.length !== element.axes) return fault('wrong_axes', `须填 ${element.axes} 个径线`);
  if (sizes.some((size) => size <= 0 || size > element.max))
    return fault('out_of_range', `须大于 0、不超过 ${element.max}${element.unit}`);
  if (sizes.some((size) => decimalsOf(size) > 1)) return fault('too_many_decimals', '小数不能超过 1 位');
  return written(sizes.map((size) => `${size}${element.unit}`).join('×'));
}

const notAnOption = (options: readonly string[]): Written => fault('not_an_option', `只能是 ${options.join('、')}`);

function decimalsOf(value: number): number {
  const [digits = '', exponent] = String(value).split('e');
  return Math.max(0, (digits.split('.')[1]?.length ?? 0) - Number(exponent ?? 0));
}
