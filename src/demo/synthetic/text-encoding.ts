import * as iconv from 'iconv-lite';

/**
 * The ways in which consoles of township clinics write Chinese text. The first four are what PS3.3 C.12.1.1.2 and
 * PS3.5 6.1.2 describe; the next two are what old consoles do in fact; ASCII is the console that knows pinyin only.
 */
export type Charset =
  'ISO_IR 192' | 'GB18030' | 'GBK' | '\\ISO 2022 IR 58' | 'GBK unlabelled' | 'GBK labelled ISO_IR 100' | 'ASCII';

type Codec = 'utf8' | 'gb18030' | 'gbk' | 'gb2312-escaped' | 'ascii';

const RULES: Readonly<Record<Charset, { label: string | undefined; codec: Codec }>> = {
  'ISO_IR 192': { label: 'ISO_IR 192', codec: 'utf8' },
  GB18030: { label: 'GB18030', codec: 'gb18030' },
  GBK: { label: 'GBK', codec: 'gbk' },
  '\\ISO 2022 IR 58': { label: '\\ISO 2022 IR 58', codec: 'gb2312-escaped' },
  'GBK unlabelled': { label: undefined, codec: 'gbk' },
  'GBK labelled ISO_IR 100': { label: 'ISO_IR 100', codec: 'gbk' },
  ASCII: { label: undefined, codec: 'ascii' },
};

export const CHARSETS = Object.keys(RULES) as readonly Charset[];

/** Value of Specific Character Set (0008,0005), or undefined where the console leaves it out. */
export const specificCharacterSet = (charset: Charset): string | undefined => RULES[charset].label;

/** Thrown instead of writing `?`: a question mark in a name would look like a decoding fault of the system under test. */
export class TextNotEncodableError extends Error {
  constructor(
    readonly text: string,
    readonly charset: Charset,
  ) {
    super(`"${text}" cannot be written in ${charset}`);
    this.name = 'TextNotEncodableError';
  }
}

/** True when every character of `text` exists in the charset. */
export function canEncode(text: string, charset: Charset): boolean {
  try {
    encodeText(text, charset);
    return true;
  } catch (error) {
    if (error instanceof TextNotEncodableError) return false;
    throw error;
  }
}

/**
 * Bytes of one value of a text element, unpadded. In GBK and GB18030 the second byte of a character may be 0x5C or 0x5E
 * (`誠` = D5 5C, `頭` = EE 5E): they stay as they are, a reader must decode before it splits at `\` and `^`.
 * @param isPersonName resets the escape state at `^` and `=` too (PS3.5 6.1.2.5.3), which matters for ISO 2022 only
 * @throws TextNotEncodableError when the charset lacks a character
 */
export function encodeText(text: string, charset: Charset, isPersonName = false): Buffer {
  const { codec } = RULES[charset];
  switch (codec) {
    case 'utf8':
      return Buffer.from(text, 'utf8');
    case 'ascii':
      if (!isAscii(text)) throw new TextNotEncodableError(text, charset);
      return Buffer.from(text, 'latin1');
    case 'gb18030':
    case 'gbk':
      return encodeStrict(text, codec, charset);
    case 'gb2312-escaped':
      return encodeEscaped(text, charset, isPersonName);
  }
}

const isAscii = (text: string): boolean => /^[\x00-\x7f]*$/.test(text);

function encodeStrict(text: string, codec: 'gb18030' | 'gbk', charset: Charset): Buffer {
  const bytes = iconv.encode(text, codec);
  if (iconv.decode(bytes, codec) !== text) throw new TextNotEncodableError(text, charset);
  return bytes;
}

/** ESC $ ) A: GB 2312-80 into G1 (PS3.3 table C.12-4). G0 stays ISO 646, so no escape leads back to ASCII. */
const GB2312_TO_G1 = Buffer.from([0x1b, 0x24, 0x29, 0x41]);

/** PS3.5 K.2: the escape sequence stands again in front of the first Chinese character after every delimiter. */
function encodeEscaped(text: string, charset: Charset, isPersonName: boolean): Buffer {
  const resets = isPersonName ? '\r\n\t\f^=' : '\r\n\t\f';
  const parts: Buffer[] = [];
  let designated = false;
  for (const character of text) {
    if (isAscii(character)) {
      if (resets.includes(character)) designated = false;
      parts.push(Buffer.from(character, 'latin1'));
      continue;
    }
    if (!designated) parts.push(GB2312_TO_G1);
    designated = true;
    parts.push(gb2312Character(character, text, charset));
  }
  return Buffer.concat(parts);
}

/** GB 2312 is the part of GBK whose two bytes are both above 0xA0: rows 1–9 (signs) and 16–87 (characters). */
function gb2312Character(character: string, text: string, charset: Charset): Buffer {
  const bytes = encodeStrict(character, 'gbk', charset);
  const [lead = 0, trail = 0] = bytes;
  const inRange = (lead >= 0xa1 && lead <= 0xa9) || (lead >= 0xb0 && lead <= 0xf7);
  if (bytes.length !== 2 || !inRange || trail < 0xa1) throw new TextNotEncodableError(text, charset);
  return bytes;
}
