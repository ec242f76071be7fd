import { afterPrefix, isByNumber, searchTerms } from './exam-search.rules';

const said = (q: string): string[] => searchTerms(q).map(({ column, how, value }) => `${column} ${how} ${value}`);

describe('one search box', () => {
  it.each([
    ['张三', ['patient_name prefix 张三', 'name_given prefix 张三']],
    [' 张 三 ', ['patient_name prefix 张三', 'name_given prefix 张三']],
    [
      'Zhang San',
      [
        'accession_number equal Zhang San',
        'patient_local_id equal Zhang San',
        'name_pinyin prefix zhangsan',
        'name_initials prefix zhangsan',
      ],
    ],
    ['CT-77', ['accession_number equal CT-77', 'patient_local_id equal CT-77', 'accession_number prefix CT-77']],
    ['z', ['accession_number equal z', 'patient_local_id equal z', 'accession_number prefix z']],
    ['', []],
  ])('%j', (q, terms) => {
    expect(said(q)).toEqual(terms);
  });

  it('knows what can only be a number', () => {
    expect(['20260302001', 'CT-77', 'z', 'zs', '张'].map(isByNumber)).toEqual([true, true, true, false, false]);
  });

  it('ends a range behind every text that begins so, and before every other', () => {
    const end = afterPrefix('张');
    const bytes = (text: string): Buffer => Buffer.from(text);
    expect(Buffer.compare(bytes('张龘'), bytes(end))).toBeLessThan(0);
    expect(Buffer.compare(bytes('张𪚥𪚥'), bytes(end))).toBeLessThan(0);
    expect(Buffer.compare(bytes('弡'), bytes(end))).toBeGreaterThan(0);
  });
});
