import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { builtInExamCodes, parseExamItems } from './exam-codes';

const items = parseExamItems(readFileSync(join(__dirname, 'exam-items.tsv'), 'utf8'));

describe('the built-in exam codes', () => {
  it('knows the items of a township clinic', () => {
    const codes = builtInExamCodes();
    expect(codes.find('40040100000100')).toEqual({
      code: '40040100000100',
      modality: 'DX',
      bodyPart: '胸部',
      laterality: null,
      name: 'DR胸部正位',
    });
    expect(codes.find('20010100110000')?.name).toBe('CT颅脑平扫');
    expect(codes.find('40072201003700')).toMatchObject({ bodyPart: '膝关节', laterality: 'L' });
    expect(codes.find('99999999999999')).toBeUndefined();
  });

  it('has every code and every name once', () => {
    expect(new Set(items.map((item) => item.code)).size).toBe(items.length);
    expect(new Set(items.map((item) => item.name)).size).toBe(items.length);
    expect(builtInExamCodes().size).toBe(items.length);
  });

  it('says in the name what the side and the modality columns say', () => {
    for (const item of items) {
      expect(item.name).toContain(item.modality === 'CT' ? 'CT' : 'DR');
      const side = { L: '左', R: '右', B: '双' } as const;
      if (item.laterality) expect(item.name).toContain(side[item.laterality]);
      else expect(item.name).not.toMatch(/(CT|DR)[左右双](?!肾|斜)/);
    }
  });

  it('repeats no misprint of its source', () => {
    expect(items.filter((item) => /墂|副鼻窦|开口位|薄骨/.test(item.name.replace('开闭口位', '')))).toEqual([]);
  });

  it('refuses a line that is none', () => {
    expect(() => parseExamItems('code\tmodality\tbody_part\tlaterality\tname\n1\tCT\t胸部\t\tCT胸部')).toThrow(
      'not an exam item',
    );
  });
});
