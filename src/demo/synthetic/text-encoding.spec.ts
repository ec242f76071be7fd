import { decodeText } from '../../../test/harness/part10';
import type { Charset } from './text-encoding';
import { canEncode, CHARSETS, encodeText, specificCharacterSet, TextNotEncodableError } from './text-encoding';

const hex = (text: string): string => text.replaceAll(' ', '');

describe('text encoding', () => {
  it.each<[Charset, string]>([
    ['ISO_IR 192', '张三'],
    ['ISO_IR 192', 'Zhang^San=张^三'],
    ['ISO_IR 192', '赵𬱖'],
    ['GB18030', '周䶮'],
    ['GB18030', '欧阳㛃'],
    ['GB18030', 'Zhao^Wei=赵^𬱖'],
    ['GBK', '李志誠'],
    ['GBK', '青禾县望麦镇卫生院'],
    ['\\ISO 2022 IR 58', 'Zhang^XiaoDong=张^小东='],
    ['\\ISO 2022 IR 58', '欧阳海燕'],
  ])('a reader of %s gets back %s', (charset, text) => {
    const bytes = encodeText(text, charset, true);
    expect(decodeText(specificCharacterSet(charset), bytes, { vr: 'PN' })).toBe(text);
  });

  it('writes the example of PS3.5 K.2 byte for byte', () => {
    expect(encodeText('Zhang^XiaoDong=张^小东=', '\\ISO 2022 IR 58', true).toString('hex')).toBe(
      hex('5a68616e67 5e 5869616f446f6e67 3d 1b242941 d5c5 5e 1b242941 d0a1b6ab 3d'),
    );
  });

  it('repeats the escape sequence after a line end, and in a name only at ^ and =', () => {
    const escapes = (text: string, isPersonName: boolean): number =>
      encodeText(text, '\\ISO 2022 IR 58', isPersonName).toString('latin1').split('\x1b$)A').length - 1;
    expect(escapes('右肺\r\n左肺', false)).toBe(2);
    expect(escapes('右肺=左肺', false)).toBe(1);
    expect(escapes('张=三', true)).toBe(2);
  });

  it('leaves second bytes of 0x5C and 0x5E as they are', () => {
    for (const charset of ['GBK', 'GB18030', 'GBK unlabelled', 'GBK labelled ISO_IR 100'] as const) {
      expect(encodeText('志誠', charset).toString('hex')).toBe('d6bed55c');
      expect(encodeText('玉璣', charset, true).toString('hex')).toBe('d3f1ad5e');
    }
  });

  it('writes the rare characters as the standards place them', () => {
    expect(encodeText('䶮', 'GB18030').toString('hex')).toBe('fe9f');
    expect(encodeText('㛃', 'GB18030').toString('hex')).toBe('8230b731');
    expect(encodeText('𬱖', 'GB18030').toString('hex')).toBe('9933c336');
  });

  it.each<[Charset, string]>([
    ['GBK', '𬱖'],
    ['GBK unlabelled', '㛃'],
    ['GBK labelled ISO_IR 100', '㛃'],
    ['\\ISO 2022 IR 58', '喆'],
    ['\\ISO 2022 IR 58', '誠'],
    ['\\ISO 2022 IR 58', 'ñ'],
    ['ASCII', '张'],
  ])('%s refuses %s instead of writing a question mark', (charset, text) => {
    expect(() => encodeText(text, charset)).toThrow(TextNotEncodableError);
    expect(canEncode(text, charset)).toBe(false);
  });

  it('labels what a console would label', () => {
    const labels = Object.fromEntries(CHARSETS.map((charset) => [charset, specificCharacterSet(charset)]));
    expect(labels).toEqual({
      'ISO_IR 192': 'ISO_IR 192',
      GB18030: 'GB18030',
      GBK: 'GBK',
      '\\ISO 2022 IR 58': '\\ISO 2022 IR 58',
      'GBK unlabelled': undefined,
      'GBK labelled ISO_IR 100': 'ISO_IR 100',
      ASCII: undefined,
    });
  });
});
