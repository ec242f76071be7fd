import { type OrderedItem, regionOf, sameItem } from './recognition.rules';

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
    ['Chinese and DICOM words', { bodyPart: '胸部' }, { bodyPart: 'CHEST' }, true],
    ['only the item’s name names the region', { bodyPart: null }, { bodyPart: null, itemName: '肺部CT' }, true],
    ['another kind of pictures', {}, { modality: 'DX' }, false],
    ['two names of radiography', { modality: 'DX' }, { modality: 'CR' }, true],
    ['another region', {}, { bodyPart: 'HEAD', itemName: '颅脑CT平扫' }, false],
    ['cervical spine is not the neck', { bodyPart: '颈椎' }, { bodyPart: '颈部', itemName: '颈部CT' }, false],
    ['contrast wanted, plain there', { itemName: '胸部CT增强' }, {}, false],
    ['plain wanted, contrast there', {}, { itemName: '胸部CT平扫+增强' }, true],
    [
      'same code, other words',
      { itemCode: 'C1', bodyPart: null, itemName: 'x' },
      { itemCode: 'C1', bodyPart: null },
      true,
    ],
    ['nothing names a region', { bodyPart: null, itemName: null }, { bodyPart: null, itemName: null }, false],
    ['the other side', { laterality: 'L', bodyPart: 'KNEE' }, { laterality: 'R', bodyPart: 'KNEE' }, false],
    ['both sides cover one', { laterality: 'L', bodyPart: 'KNEE' }, { laterality: 'B', bodyPart: 'KNEE' }, true],
    [
      'one side does not cover both',
      { laterality: 'B', bodyPart: 'KNEE' },
      { laterality: 'L', bodyPart: 'KNEE' },
      false,
    ],
  ])('%s', (_, wanted, earlier, same) => expect(sameItem(item(wanted), item(earlier))).toBe(same));

  it.each([
    [{ bodyPart: null, itemName: '上腹部CT平扫' }, 'abdomen'],
    [{ bodyPart: 'LSPINE', itemName: null }, 'lumbar'],
    [{ bodyPart: '', itemName: '双手正位' }, 'hand'],
    [{ bodyPart: 'EXTREMITY', itemName: '右膝关节正侧位' }, 'knee'],
    [{ bodyPart: 'EXTREMITY', itemName: null }, undefined],
  ])('%j is of %s', (named, region) => expect(regionOf(named)).toBe(region));
});
