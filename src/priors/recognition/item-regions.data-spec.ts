import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { partsOf } from './item-regions.rules';
import { type OrderedItem, sameItem } from './recognition.rules';

const DATA = join(process.cwd(), '../shared/data/exam-codes');

/** An item of the code lists: l1code, l1, l2code, l2, code, name. */
interface Listed {
  readonly area: string;
  readonly name: string;
  readonly item: OrderedItem;
}

function listed(file: string, modality: string): Listed[] {
  const [, ...lines] = readFileSync(join(DATA, file), 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [, area, , , , name] = line.split('\t') as [string, string, string, string, string, string];
    return { area, name, item: { modality, itemCode: null, itemName: name, bodyPart: null, laterality: null } };
  });
}

const ITEMS = [...listed('ct_items.tsv', 'CT'), ...listed('dr_items.tsv', 'DX')];

/** One of each name, whatever is done there: what stands in brackets and the view take nobody elsewhere. */
const PLACES = [...new Map(ITEMS.map((each) => [each.name.replace(/（.*|[正侧斜轴切].*位$/, ''), each])).values()];

it('reads a region out of every item that is of one', () => {
  const without = ITEMS.filter(({ item, area }) => area !== '非指定部位' && partsOf(item).regions.size === 0);
  // Of single vessels an item is the same by its code alone.
  expect([...new Set(without.map(({ area }) => area))]).toEqual(['血管']);
});

it('takes nothing for an item of another area of the body', () => {
  expect(PLACES.length).toBeGreaterThan(150);
  const wrong = PLACES.flatMap((wanted) =>
    PLACES.filter((made) => made.area !== wanted.area && sameItem(wanted.item, made.item)).map(
      (made) => `${wanted.name} ← ${made.name}`,
    ),
  );
  expect(wrong).toEqual([]);
});

it('takes no side for the other', () => {
  const left = ITEMS.filter(({ area, name }) => area === '四肢及关节' && /^(CT|DR)左/.test(name));
  expect(left.length).toBeGreaterThan(50);
  for (const { item } of left) {
    const right = { ...item, itemName: item.itemName!.replace('左', '右') };
    expect([item.itemName, sameItem(item, right), sameItem(item, item)]).toEqual([item.itemName, false, true]);
  }
});
