import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import PDFDocument from 'pdfkit';
import sharp from 'sharp';
import type { KeyImage, ReportDocument } from '../../src/sheets/pdf';
import type { PdfPrinter as Printer } from '../../src/sheets/pdf-printer';
import { randomFrom } from '../fairness/random';
import { StoredKeyImages } from './stored-key-images';

/** Prints sheets in this process, which has printed none yet, and answers how many milliseconds each took. */
export interface SheetTimes {
  /** Thread, fonts and sheet. */
  readonly first: number;
  readonly pages: readonly number[];
  readonly withImages: readonly number[];
  /** The same from stored DICOM files: two CT slices and a film are decoded for each. */
  readonly fromStore: readonly number[];
  /** PDFKit alone, as its guide has it, writes the same characters: with the same font; with a font that viewers have. */
  readonly plain: readonly number[];
  readonly latin: readonly number[];
}
interface Options {
  readonly pages: number;
  readonly withImages: number;
  readonly fromStore: number;
  /** One of how many sheets PDFKit writes with the same font too. */
  readonly plainEvery: number;
}

const IMAGE_PIXELS = 640;
const AT = new Date('2026-03-05T06:32:50Z');
const random = randomFrom(7);

/** The 3,755 characters of level 1 of GB 2312, those of daily use. */
const CHARACTERS = Array.from({ length: 40 }, (_, row) => {
  const bytes = Array.from({ length: row === 39 ? 89 : 94 }, (_cell, cell) => [0xb0 + row, 0xa1 + cell]).flat();
  return [...new TextDecoder('gb18030').decode(Uint8Array.from(bytes))];
}).flat();

const words = (count: number): string =>
  Array.from({ length: count }, () => CHARACTERS[Math.floor(random() * CHARACTERS.length)]).join('');
const sentences = (count: number): string =>
  Array.from({ length: count }, () => `${words(14)}，${words(9)}。`).join('');

/** A report of one page on A4, of some 350 characters, most of them different from those of the one before. */
function report(number: number, keyImages: readonly KeyImage[] = []): ReportDocument {
  const signer = { title: '主治医师', hospital: `${words(3)}县人民医院`, at: AT, handwriting: null };
  return {
    letterhead: {
      name: `${words(3)}县域医学影像诊断中心`,
      requestingClinic: `${words(3)}镇卫生院`,
      readingCentre: null,
      recognitionMark: null,
    },
    modality: 'CT',
    patient: { name: words(3), sex: 'M', age: '67岁', localNumber: `MZ${number}`, ward: words(2) },
    exam: {
      accessionNumber: `CT2026${String(number).padStart(8, '0')}`,
      orderingDoctor: words(2),
      bodyPart: '胸部',
      method: '平扫',
      device: '16排螺旋CT',
      performedAt: AT,
      technician: words(2),
      clinicalDiagnosis: words(8),
    },
    keyImages,
    text: {
      technique: '胸部螺旋CT平扫，层厚5mm。',
      findings: `${sentences(4)}\n${sentences(4)}`,
      impression: `1. ${words(18)}。\n2. ${words(12)}。`,
      recommendation: words(10),
      positive: 1,
      limitation: null,
    },
    writer: { name: words(2), ...signer },
    reviewer: { name: words(3), ...signer },
    singleSign: false,
    annexes: [],
    version: { number: 1, kind: 'final', issuedAt: AT },
    standing: 'in-force',
    seal: {
      verificationCode: '7K3M-9QPX-4TDA',
      verificationUrl: `https://imaging.example.org/r/${number}`,
      contentHash: '3f9a1c0b7e52d4a8'.repeat(4),
      signature: 'software',
    },
  };
}

/** Noise upon a gradient: a JPEG as large as those of a CT slice. */
async function keyImages(): Promise<KeyImage[]> {
  const size = { width: IMAGE_PIXELS, height: IMAGE_PIXELS };
  return Promise.all(
    Array.from({ length: 4 }, async () => {
      const samples = Buffer.alloc(IMAGE_PIXELS ** 2);
      for (let i = 0; i < samples.length; i += 1)
        samples[i] = ((i % IMAGE_PIXELS) * 180) / IMAGE_PIXELS + random() * 40;
      const grey = sharp(samples, { raw: { ...size, channels: 1 } }).toColourspace('b-w');
      return { caption: words(6), picture: { jpeg: await grey.jpeg({ quality: 88 }).toBuffer(), ...size } };
    }),
  );
}

const FONT = join(dirname(require.resolve('@embedpdf/fonts-sc')), '..', 'fonts', 'NotoSansHans-Regular.otf');

const textOf = ({ text }: ReportDocument): string => `${text.findings}\n${text.impression}\n${text.recommendation}`;

/** One page of PDFKit with nothing but the text. */
async function pdfkit(text: string, font: string): Promise<void> {
  const pdf = new PDFDocument({ size: 'A4', font });
  const written = new Promise((done) => pdf.on('end', done));
  pdf.on('data', () => undefined);
  pdf.fontSize(11).text(text);
  pdf.end();
  await written;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function printedFromStore(count: number, print: (images: KeyImage[]) => Promise<number>): Promise<number[]> {
  const stored = await StoredKeyImages.make();
  const times: number[] = [];
  for (let i = 1; i <= count; i += 1) times.push(await timed(async () => print(await stored.inWindow(i))));
  await stored.close();
  return times;
}

async function main({ pages, withImages, fromStore, plainEvery }: Options): Promise<SheetTimes> {
  // The built product and its thread are measured, not a second copy compiled for the bench.
  const { PdfPrinter } = createRequire(__filename)(resolve('dist/sheets/pdf-printer.js')) as {
    PdfPrinter: typeof Printer;
  };
  const printer = new PdfPrinter();
  const print = (sheet: ReportDocument): Promise<number> =>
    timed(async () => {
      const { keyImagesLeftOff } = await printer.print(sheet, 'A4');
      if (keyImagesLeftOff) throw new Error('a sheet was printed without its key images');
    });
  const first = await print(report(0));
  const ofPages: number[] = [];
  const plain: number[] = [];
  const latin: number[] = [];
  for (let i = 1; i <= pages; i += 1) {
    const sheet = report(i);
    ofPages.push(await print(sheet));
    const text = textOf(sheet);
    // Two letters are about as broad as one ideograph.
    latin.push(await timed(() => pdfkit(text.replace(/\p{Script=Han}/gu, 'ab'), 'Helvetica')));
    if (i % plainEvery === 0) plain.push(await timed(() => pdfkit(text, FONT)));
  }
  const pictures = withImages > 0 ? await keyImages() : [];
  const ofImages: number[] = [];
  for (let i = 1; i <= withImages; i += 1) ofImages.push(await print(report(pages + i, pictures)));
  const stored = fromStore > 0 ? await printedFromStore(fromStore, (images) => print(report(0, images))) : [];
  await printer.onApplicationShutdown();
  return { first, pages: ofPages, withImages: ofImages, fromStore: stored, plain, latin };
}

void main(JSON.parse(process.argv[2]!) as Options).then((times) => process.stdout.write(`${JSON.stringify(times)}\n`));
