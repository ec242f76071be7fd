import type { SheetTimes } from './clients/sheet-printer';
import { client } from './harness/child';
import { type Bench, type Figures, figure, median, quantile, table } from './harness/figures';

const PAGES = 200;
const WITH_IMAGES = 50;
const FROM_STORE = 50;
/** Of every so many pages PDFKit writes one with the same font by itself: it takes long. */
const PLAIN_EVERY = 10;
/** Processes whose first sheet is taken. */
const STARTS = 5;

/** Setting a signed report in type, in processes that have printed none yet, through the product's own printer. */
async function run(): Promise<Figures> {
  const firsts: number[] = [];
  for (let start = 1; start < STARTS; start += 1) firsts.push((await print(0, 0, 0)).first);
  const times = await print(PAGES, WITH_IMAGES, FROM_STORE);
  firsts.push(times.first);
  const first = median(firsts);
  const row = (what: string, values: readonly number[]): (string | number)[] => [
    what,
    values.length,
    median(values).toFixed(1),
    quantile(values, 0.95).toFixed(1),
  ];
  table('sheet: a report of one page on A4, text of ever other characters (ms)', [
    ['', 'sheets', 'p50', 'p95'],
    row('first sheet of a process: thread, fonts, page', firsts),
    row('page', times.pages),
    row('page with four key images of 640 pixels', times.withImages),
    row('page with two CT slices and a film, decoded from the store', times.fromStore),
    row('peer: PDFKit alone, same font, text only', times.plain),
    row('floor: PDFKit alone, Helvetica, text only', times.latin),
  ]);
  return {
    page_p95: figure(quantile(times.pages, 0.95)),
    first_page: figure(first),
    page_with_images_p95: figure(quantile(times.withImages, 0.95)),
    page_from_store_p95: figure(quantile(times.fromStore, 0.95)),
  };
}

const print = (pages: number, withImages: number, fromStore: number): Promise<SheetTimes> =>
  client<SheetTimes>('sheet-printer', { pages, withImages, fromStore, plainEvery: PLAIN_EVERY });

export const sheet: Bench = { name: 'sheet', run };
