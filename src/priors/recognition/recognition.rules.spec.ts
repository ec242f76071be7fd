import type { ImageGrade } from '../../quality';
import { type Bearer, bearersOf, notInstead, type OrderedItem, sameItem, unusableBecause } from './recognition.rules';

const item = (over: Partial<OrderedItem> = {}): OrderedItem => ({
  modality: 'CT',
  itemCode: null,
  itemName: '胸部CT平扫',
  bodyPart: 'CHEST',
  laterality: null,
  ...over,
});

describe('the same item', () => {
  it.each<[string, Partial<OrderedItem>, Partial<OrderedItem>, boolean]>([
    ['equal', {}, {}, true],
    ['Chinese and DICOM words', { itemName: null, bodyPart: '胸部' }, { itemName: null }, true],
    ['only the item’s name names the region', { bodyPart: null }, { bodyPart: null, itemName: '肺部CT' }, true],
    ['another kind of pictures', {}, { modality: 'DX' }, false],
    ['two names of radiography', { modality: 'DX' }, { modality: 'CR' }, true],
    ['another region', {}, { bodyPart: 'HEAD', itemName: '颅脑CT平扫' }, false],
    ['cervical spine is not the neck', { itemName: 'CT颈椎平扫' }, { bodyPart: 'NECK', itemName: 'CT颈部平扫' }, false],
    ['a bone’s head is no head', { itemName: 'CT颅脑平扫' }, { itemName: 'CT右股骨头平扫', bodyPart: null }, false],
    ['nor by the console’s word', { itemName: 'CT颅脑平扫' }, { itemName: 'CT桡骨小头平扫', bodyPart: 'HEAD' }, false],
    ['a bone’s neck is no neck', { itemName: 'CT颈部平扫' }, { itemName: 'CT股骨颈平扫', bodyPart: null }, false],
    ['the head of a bone is of its joint', { itemName: 'CT髋关节平扫' }, { itemName: 'CT股骨头平扫' }, true],
    ['one of two regions', { itemName: 'CT胸部+上腹部平扫' }, {}, false],
    ['more than was wanted', {}, { itemName: 'CT胸部+上腹部平扫' }, true],
    ['a part of the abdomen', { itemName: 'CT全腹部平扫' }, { itemName: 'CT上腹部平扫', bodyPart: 'ABDOMEN' }, false],
    ['the whole abdomen', { itemName: 'CT上腹部平扫' }, { itemName: 'CT全腹部平扫', bodyPart: 'ABDOMEN' }, true],
    ['contrast wanted, plain there', { itemName: '胸部CT增强' }, {}, false],
    ['plain wanted, contrast there', {}, { itemName: '胸部CT平扫+增强' }, true],
    ['vessels wanted, contrast there', { itemName: 'CT头颈部血管成像（CTA）' }, { itemName: 'CT头颈部增强' }, false],
    ['plain wanted, vessels there', { itemName: 'CT颅脑平扫' }, { itemName: 'CT颅脑动脉血管成像（CTA）' }, false],
    [
      'same code, other words',
      { itemCode: 'C1', bodyPart: null, itemName: 'x' },
      { itemCode: 'C1', bodyPart: null },
      true,
    ],
    ['nothing names a region', { bodyPart: null, itemName: null }, { bodyPart: null, itemName: null }, false],
    ['the other side', { laterality: 'L', itemName: 'CT膝' }, { laterality: 'R', itemName: 'CT膝' }, false],
    ['the other side, in words', { itemName: 'CT左膝关节平扫' }, { itemName: 'CT右膝关节平扫' }, false],
    ['the other side, once in words', { itemName: 'CT左膝关节' }, { laterality: 'R', itemName: 'CT膝关节' }, false],
    ['both sides cover one', { laterality: 'L', itemName: 'CT膝' }, { itemName: 'CT双膝关节平扫' }, true],
    ['one side does not cover both', { itemName: 'CT双侧膝关节' }, { laterality: 'L', itemName: 'CT膝' }, false],
  ])('%s', (_, wanted, earlier, same) => expect(sameItem(item(wanted), item(earlier))).toBe(same));
});

describe('images that cannot stand instead of new ones', () => {
  const graded = (over: Partial<ImageGrade> = {}): ImageGrade => ({
    scheme: 'radiograph',
    grade: 'F',
    gradeName: '废片',
    usable: false,
    deficiencies: [
      { code: 'Q01', name: '体位不标准' },
      { code: 'Q05', name: '扫描/照射范围不足' },
    ],
    forThisImageSet: true,
    ...over,
  });

  it.each<[string, ImageGrade | null, string | null]>([
    ['废', graded(), '图像质量评为废片（体位不标准、扫描/照射范围不足），不能满足诊断'],
    ['丙: poor, but a diagnosis stands on it', graded({ grade: 'C', gradeName: '丙级', usable: true }), null],
    ['废 of an earlier set of images', graded({ forThisImageSet: false }), null],
    ['未评级', null, null],
  ])('%s', (_, grade, because) => {
    expect(unusableBecause(grade)).toBe(because);
  });

  it('are also those that nobody here can look at', () => {
    expect(notInstead(null, true)).toBeNull();
    expect(notInstead(null, false)).toBe('影像不在中心，无法调阅');
    expect(notInstead(graded(), false)).toBe(unusableBecause(graded()));
  });
});

describe('who is shown of those that were found', () => {
  const bearer = (id: string, over: Partial<Bearer> = {}): Bearer => ({
    id,
    name: '张三',
    own: false,
    doubted: false,
    ...over,
  });

  it.each<[string, Bearer[], string, string[], boolean]>([
    ['the number and its name', [bearer('a')], '张三', ['a'], false],
    ['another spelling', [bearer('a')], 'ZHANG SAN', ['a'], false],
    ['the number under another name', [bearer('a')], '张珊', [], true],
    ['of two names the one that was given', [bearer('a'), bearer('b', { name: '李四' })], '李四', ['b'], false],
    ['nobody who is in doubt', [bearer('a', { doubted: true })], '张三', [], false],
    ['nobody who is in doubt, under another name', [bearer('a', { doubted: true })], '李四', [], true],
    ['the clinic’s own patient, asked for without a name', [bearer('a', { own: true })], '', ['a'], false],
    ['the own one, who carries the number', [bearer('a', { own: true }), bearer('a')], '张三', ['a'], false],
    [
      'the own one, and a number of another',
      [bearer('a', { own: true }), bearer('b', { name: '李四' })],
      '张三',
      ['a'],
      true,
    ],
    ['a number that nobody carries', [], '张三', [], false],
  ])('%s', (_, found, name, patients, otherName) => {
    expect(bearersOf(found, name)).toEqual({ patients, otherName });
  });
});
