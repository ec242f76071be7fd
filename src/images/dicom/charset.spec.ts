import { encode } from 'iconv-lite';
import { capped, decideCharset, decodeText, needsCharset, type TextSample, withoutControls } from './charset';
import { definedTerm, familyOf } from './charset-terms';

const gbk = (text: string): Buffer => encode(text, 'gb18030');
const utf8 = (text: string): Buffer => Buffer.from(text, 'utf8');
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const name = (bytes: Buffer): TextSample => ({ bytes, isName: true });
const other = (bytes: Buffer): TextSample => ({ bytes, isName: false });
const read = (bytes: Buffer, declared: string[], clinic?: string, isName = true): string =>
  decodeText(bytes, isName ? 'PN' : 'LO', decideCharset(declared, [{ bytes, isName }], clinic).used);

describe('defined terms of (0008,0005)', () => {
  it.each([
    ['', 'ISO_IR 6'],
    ['ISO_IR 192', 'ISO_IR 192'],
    ['UTF-8', 'ISO_IR 192'],
    ['iso_ir 100 ', 'ISO_IR 100'],
    ['ISO-IR 100', 'ISO_IR 100'],
    ['ISO IR100', 'ISO_IR 100'],
    ['ISO 2022 IR 58', 'ISO 2022 IR 58'],
    ['ISO_IR 58', 'ISO 2022 IR 58'],
    ['ISO 2022 IR 100', 'ISO 2022 IR 100'],
    ['ISO 2022 GBK', 'GBK'],
    ['GB2312', 'GBK'],
    ['CP936', 'GBK'],
    ['GB 18030', 'GB18030'],
    ['GB18030-2005', 'GB18030'],
    ['KLINGON', null],
    ['ISO_IR 999', null],
  ])('reads %j as %j', (written, term) => expect(definedTerm(written)).toBe(term));

  it.each([
    [[], 'latin'],
    [['ISO_IR 100'], 'latin'],
    [['ISO_IR 6', 'GB18030'], 'gb'],
    [['ISO_IR 192'], 'utf8'],
    [['ISO_IR 6', 'ISO 2022 IR 58'], 'other'],
    [['ISO_IR 144'], 'other'],
  ] as const)('puts %j into the family %s', (terms, family) => expect(familyOf(terms)).toBe(family));
});

describe('decoding with the declared character set', () => {
  it.each([
    ['ISO_IR 192', utf8('王^小東'), '王^小東'],
    ['GB18030', gbk('王^小东'), '王^小东'],
    ['GBK', gbk('李^四'), '李^四'],
    ['GB18030', Buffer.from('9835f738', 'hex'), '\u{2a700}'],
    ['GB18030', Buffer.from('8139ee39', 'hex'), '㐀'],
    // A name that the codec called `gbk` knows only as a private character.
    ['GBK', Buffer.from('fe9f', 'hex'), '䶮'],
    ['ISO_IR 100', latin1('Buc^Jérôme'), 'Buc^Jérôme'],
    ['ISO_IR 144', Buffer.from('bbee63657cfe', 'hex'), 'Люce|ў'],
    ['ISO_IR 126', Buffer.from('c4e9efed', 'hex'), 'Διον'],
    ['ISO_IR 138', Buffer.from('f9f8e5ef', 'hex'), 'שרון'],
    ['ISO_IR 127', Buffer.from('e2c8c7e6ea', 'hex'), 'قباني'],
    ['ISO_IR 166', Buffer.from('cac1aad2c2', 'hex'), 'สมชาย'],
    ['ISO_IR 13', Buffer.from('d4cfc0de', 'hex'), 'ﾔﾏﾀﾞ'],
    ['\\ISO 2022 IR 58', Buffer.from('\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab', 'latin1'), '张^小东'],
    ['\\ISO 2022 IR 149', Buffer.from('\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7', 'latin1'), '洪^吉洞'],
    ['\\ISO 2022 IR 87', Buffer.from('\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B', 'latin1'), '山田^太郎'],
  ])('%s', (declared, bytes, text) => {
    const decision = decideCharset(declared.split('\\'), [name(bytes)]);
    expect(decision).toMatchObject({ how: 'declared', repaired: false });
    expect(decodeText(bytes, 'PN', decision.used)).toBe(text);
  });

  it('reads GB 2312 whose designation is missing, or is not repeated after a delimiter', () => {
    const declared = ['', 'ISO 2022 IR 58'];
    expect(read(gbk('张^小东'), declared)).toBe('张^小东');
    expect(read(Buffer.concat([latin1('\x1b$)A'), gbk('张^小东=李')]), declared)).toBe('张^小东=李');
    expect(read(gbk('张三'), ['ISO 2022 IR 58'])).toBe('张三');
  });

  it('reads a value with an escape sequence of a repertoire that was not declared', () => {
    expect(decodeText(latin1('A\x1b$(Dxy'), 'PN', '\\ISO 2022 IR 149')).toBe('Axy');
  });

  it('never splits inside a character whose second byte is a backslash or a caret', () => {
    const backslash = Buffer.from('8f5c', 'hex'); // 廫
    const caret = Buffer.from('8f5e', 'hex'); // 廭
    const text = decodeText(Buffer.concat([backslash, latin1('^'), caret, latin1('\\A')]), 'PN', 'GB18030');
    expect(text.split('\\')).toEqual(['廫^廭', 'A']);
  });

  it('leaves ASCII alone, whatever is declared', () => {
    expect(needsCharset(latin1('Zhang^San'))).toBe(false);
    expect(decodeText(latin1('Zhang^San'), 'PN', 'no such term')).toBe('Zhang^San');
    expect(decideCharset([], [])).toMatchObject({ how: 'ascii', used: 'ISO_IR 6', repaired: false });
    expect(decideCharset(['ISO_IR 192'], [])).toMatchObject({ how: 'declared', used: 'ISO_IR 192' });
  });
});

/** Names and words that use every trap: level-2 and rare characters, second bytes in ASCII, GBK that is valid UTF-8. */
const CHINESE =
  '张三 李四 王五 赵六 欧阳娜娜 诸葛亮 陈喆 李珺 周玥 王堃 刘䶮 何炅 王犇 婷婷 温炜 买买提·艾力 翟让 闫妮 朱镕基 张煊'.split(
    ' ',
  );
const WORDS =
  '头颅CT平扫 胸部正位片 腰椎正侧位 CT平扫 骨盆 L4椎体 颈椎 胸部CT平扫+增强 县中心卫生院 双肾B超 右膝关节(2)'.split(
    ' ',
  );
const WESTERN =
  'Müller Buc^Jérôme Äneas^Rüdiger Ñandú Peña^José João Conceição Gonçalves Håkansson^Åse Élysée Noël Zoë Søren François MÜLLER Größe Weiß Íñigo São^Paulo Königin Béatrice Léa'.split(
    ' ',
  );
const LABELS: [string, string[]][] = [
  ['no label', []],
  ['the label ISO_IR 100', ['ISO_IR 100']],
];
const CLINICS = [undefined, 'GB18030', 'ISO_IR 192', 'UTF-8'];

describe.each(LABELS)('text under %s', (_, declared) => {
  it.each(CLINICS)('is recognised as GBK, clinic default %s', (clinic) => {
    expect(CHINESE.map((text) => read(gbk(text), declared, clinic))).toEqual(CHINESE);
    expect(WORDS.map((text) => read(gbk(text), declared, clinic, false))).toEqual(WORDS);
  });

  it.each(CLINICS)('is recognised as UTF-8, clinic default %s', (clinic) => {
    expect(CHINESE.map((text) => read(utf8(text), declared, clinic))).toEqual(CHINESE);
    expect(WORDS.map((text) => read(utf8(text), declared, clinic, false))).toEqual(WORDS);
    expect(WESTERN.map((text) => read(utf8(text), declared, clinic))).toEqual(WESTERN);
  });

  it.each(CLINICS)('stays Latin-1 when it is, clinic default %s', (clinic) => {
    expect(WESTERN.map((text) => read(latin1(text), declared, clinic))).toEqual(WESTERN);
    expect(WESTERN.map((text) => read(latin1(text), declared, clinic, false))).toEqual(WESTERN);
  });
});

describe('what the decision says', () => {
  it('names the repair', () => {
    expect(decideCharset([], [name(gbk('张三'))])).toEqual({
      declared: [],
      used: 'GB18030',
      repaired: true,
      how: 'unlabelled-gbk',
    });
    expect(decideCharset([], [name(utf8('张三'))]).how).toBe('unlabelled-utf8');
    expect(decideCharset([], [name(latin1('Müller'))])).toMatchObject({ used: 'ISO_IR 100', how: 'unlabelled-latin1' });
    expect(decideCharset(['ISO_IR 100'], [name(gbk('张三'))]).how).toBe('mislabelled-latin1-gbk');
    expect(decideCharset(['ISO_IR 100'], [name(utf8('张三'))]).how).toBe('mislabelled-latin1-utf8');
    expect(decideCharset(['ISO_IR 192'], [name(gbk('张三'))]).how).toBe('mislabelled-utf8-gbk');
    expect(decideCharset(['GB18030'], [name(utf8('张三'))]).how).toBe('mislabelled-gbk-utf8');
    expect(decideCharset(['KLINGON'], [name(gbk('张三'))])).toMatchObject({
      declared: ['KLINGON'],
      how: 'unlabelled-gbk',
    });
    expect(decideCharset(['ISO_IR 100'], [name(latin1('Müller'))])).toMatchObject({ repaired: false, how: 'declared' });
  });

  it('adds ISO 2022 IR 58 when its designation stands in unlabelled text', () => {
    const bytes = latin1('Zhao^Liu=\x1b$)A\xd5\xd4^\x1b$)A\xc1\xf9');
    const decision = decideCharset([], [name(bytes)]);
    expect(decision).toMatchObject({ used: '\\ISO 2022 IR 58', how: 'unlabelled-iso2022', repaired: true });
    expect(decodeText(bytes, 'PN', decision.used)).toBe('Zhao^Liu=赵^六');
  });

  it('is made once for all text: a value that fits several sets follows the others', () => {
    // 头颅CT平扫 in GBK is valid UTF-8; alone under a UTF-8 label it reads as a jumble of scripts.
    const samples = [name(gbk('欧阳建国')), other(gbk('头颅CT平扫'))];
    expect(decideCharset(['ISO_IR 192'], samples).how).toBe('mislabelled-utf8-gbk');
    expect(decideCharset(['ISO_IR 192'], [other(gbk('头颅CT平扫'))]).how).toBe('mislabelled-utf8-gbk');
    // A lone é beside Chinese text does not turn it into Latin-1.
    expect(decideCharset([], [...samples, other(latin1('caf\xe9'))]).used).toBe('GB18030');
  });

  it('keeps a UTF-8 label on any sensible UTF-8 text', () => {
    const texts = ['Люкceмбypг', 'Διονυσιος', 'قباني^لنزار', '홍^길동', 'やまだ^たろう', 'Göğüş', 'Müller', '张三'];
    for (const text of texts) expect(decideCharset(['ISO_IR 192'], [name(utf8(text))], 'GB18030').how).toBe('declared');
  });

  it('keeps a label when nothing else makes sense either', () => {
    const surrogate = Buffer.from('eda080', 'hex');
    expect(decideCharset(['ISO_IR 192'], [name(Buffer.concat([surrogate, latin1(' FUZZ')]))]).how).toBe('declared');
  });

  it('tolerates a character cut in half by a length limit', () => {
    expect(decideCharset([], [other(gbk('胸部正位片').subarray(0, 9))]).used).toBe('GB18030');
    expect(decideCharset(['ISO_IR 192'], [other(utf8('胸部正位片').subarray(0, 13))]).how).toBe('declared');
  });
});

describe('cleaning', () => {
  it('removes control and reordering characters', () => {
    expect(withoutControls('张\u0000\u0007三\u202e\u0085', false)).toBe('张三');
    expect(withoutControls('所见\r\n结论\tA\u000b', true)).toBe('所见\r\n结论\tA');
    expect(withoutControls('所见\r\n结论', false)).toBe('所见 结论');
  });

  it('caps without halving a surrogate pair', () => {
    expect(capped('ab\u{2a700}c', 3)).toBe('ab');
    expect(capped('ab\u{2a700}c', 4)).toBe('ab\u{2a700}');
    expect(capped('abc', 3)).toBe('abc');
  });
});
