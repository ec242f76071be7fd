import { type Item } from './sheet';

/** Something that can stand at any height of any page. */
export interface Block {
  height: number;
  draw(top: number): Item[];
}

/** One line of the running text. */
export interface Row extends Block {
  /** Blank above the row, dropped at the top of a page. */
  gap: number;
  /** The next row must stand on the same page. */
  keep: boolean;
}

export interface Frame {
  /** Where rows begin on the first and on every further page. */
  firstTop: number;
  nextTop: number;
  /** Where rows end on every page. */
  bottom: number;
  /** Height that stays free above `bottom` on the last page: the signatures. */
  reserve: number;
}

/** A page may end within a chain of kept rows only if the chain is higher than a page; then these stay together. */
const FIRST_ROWS = 2;
const LAST_ROWS = 3;

/**
 * Lays rows on pages. Rows chained by `keep` stand on one page; the chain at the end (诊断意见 and what follows it) also
 * shares its page with the signatures. A chain that no page can hold is broken, with its last rows beside the signatures.
 */
export function paginate(rows: readonly Row[], frame: Frame): Item[][] {
  const pages: Item[][] = [[]];
  let y = frame.firstTop;
  const groups = groupsOf(rows, frame);
  groups.forEach((group, i) => {
    const reserve = i === groups.length - 1 ? frame.reserve : 0;
    const fresh = pages.length > 1 && y === frame.nextTop;
    if (!fresh && y + heightOf(group) + reserve > frame.bottom) {
      pages.push([]);
      y = frame.nextTop;
    }
    for (const row of group) {
      const atTop = pages.length > 1 && y === frame.nextTop;
      const top = y + (atTop ? 0 : row.gap);
      pages.at(-1)!.push(...row.draw(top));
      y = top + row.height;
    }
  });
  return pages;
}

/** Whether one page can hold the chain at the end together with the signatures. */
export function closesOnOnePage(rows: readonly Row[], frame: Frame): boolean {
  return heightOf(chainsOf(rows).at(-1) ?? []) + frame.reserve <= frame.bottom - frame.nextTop;
}

function chainsOf(rows: readonly Row[]): Row[][] {
  const chains: Row[][] = [[]];
  for (const row of rows) {
    chains.at(-1)!.push(row);
    if (!row.keep) chains.push([]);
  }
  return chains.filter((chain) => chain.length > 0);
}

/** Runs of rows that may not be parted. */
function groupsOf(rows: readonly Row[], frame: Frame): Row[][] {
  const filled = chainsOf(rows);
  const room = frame.bottom - frame.nextTop;
  return filled.flatMap((chain, i) => {
    const reserve = i === filled.length - 1 ? frame.reserve : 0;
    if (heightOf(chain) + reserve <= room) return [chain];
    const between = chain.slice(FIRST_ROWS, -LAST_ROWS).map((row) => [row]);
    return [chain.slice(0, FIRST_ROWS), ...between, chain.slice(-LAST_ROWS)];
  });
}

function heightOf(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => sum + row.gap + row.height, 0);
}

/** Blocks one below the other as one block. */
export function stack(blocks: readonly Block[]): Block {
  return {
    height: blocks.reduce((sum, { height }) => sum + height, 0),
    draw: (top) => {
      let y = top;
      return blocks.flatMap((block) => {
        const items = block.draw(y);
        y += block.height;
        return items;
      });
    },
  };
}

export function space(height: number): Block {
  return { height, draw: () => [] };
}
