import PDFDocument from 'pdfkit';
import { printable } from './line-break.rules';
import { type Item, type Part, type Sheet } from './sheet';
import { type Typefaces } from './typefaces';

export interface SheetInfo {
  title: string;
  author: string;
  createdAt: Date;
}

type Pdf = InstanceType<typeof PDFDocument>;
type StructureElement = ReturnType<Pdf['struct']>;

const WATERMARK_SIZE = 110;
const WATERMARK_GREY = '#dddddd';

/**
 * Writes a sheet as PDF 1.7 (tagged, Chinese, with the metadata and output intent of PDF/A-2). The bytes depend on the
 * arguments only: PDFKit derives the file's id from the info dictionary, and the fonts are embedded in order of use.
 */
export function paintSheet(sheet: Sheet, typefaces: Typefaces, info: SheetInfo): Promise<Buffer> {
  const regular = typefaces.forDocument('regular') as PDFKit.Mixins.PDFFontSource;
  const pdf = new PDFDocument({
    size: [sheet.width, sheet.height],
    margin: 0,
    autoFirstPage: false,
    pdfVersion: '1.7',
    subset: 'PDF/A-2b',
    tagged: true,
    lang: 'zh-CN',
    displayTitle: true,
    // PDFKit would otherwise begin with Helvetica, which it does not embed.
    font: regular as string,
    info: {
      Title: xmlSafe(info.title),
      Author: xmlSafe(info.author),
      Creator: 'County Imaging Centre',
      CreationDate: info.createdAt,
    },
  });
  const chunks: Buffer[] = [];
  const written = new Promise<Buffer>((resolve, reject) => {
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', () => resolve(Buffer.concat(chunks)));
    pdf.on('error', reject);
  });
  pdf.registerFont('regular', regular);
  pdf.registerFont('bold', typefaces.forDocument('bold') as PDFKit.Mixins.PDFFontSource);
  new Painter(pdf, typefaces).paint(sheet);
  pdf.end();
  return written;
}

class Painter {
  private readonly elements = new Map<Part, StructureElement>();

  constructor(
    private readonly pdf: Pdf,
    private readonly typefaces: Typefaces,
  ) {}

  paint(sheet: Sheet): void {
    for (const items of sheet.pages) {
      this.pdf.addPage();
      for (const group of byPart(items)) this.group(group, sheet);
    }
    const root = this.pdf.struct('Document');
    this.pdf.addStructure(root);
    for (const element of this.elements.values()) root.add(element);
    root.end();
  }

  /** Items of one part as one run of marked content, so that a reader hears a paragraph and not its lines. */
  private group(items: Item[], sheet: Sheet): void {
    const part = partOf(items[0]!);
    if (part) {
      const content = this.pdf.markStructureContent(part.role);
      this.elementOf(part).add(content);
    } else {
      this.pdf.markContent('Artifact', { type: 'Pagination' });
    }
    for (const item of items) this.item(item, sheet);
    this.pdf.endMarkedContent();
  }

  private elementOf(part: Part): StructureElement {
    let element = this.elements.get(part);
    if (!element) {
      element = this.pdf.struct(part.role, part.alt === undefined ? {} : { alt: part.alt });
      this.elements.set(part, element);
    }
    return element;
  }

  private item(item: Item, sheet: Sheet): void {
    switch (item.kind) {
      case 'text':
        return this.text(item);
      case 'rule':
        this.pdf.rect(item.x, item.y - item.thickness / 2, item.length, item.thickness).fill('black');
        return;
      case 'figure':
        for (const { x, y, width, height } of item.rectangles) this.pdf.rect(x, y, width, height);
        this.pdf.fill('black');
        return;
      case 'box':
        this.pdf.lineWidth(item.thickness).rect(item.x, item.y, item.width, item.height).stroke('black');
        return;
      case 'picture':
        this.pdf.image(Buffer.from(item.bytes), item.x, item.y, { fit: [item.width, item.height], valign: 'center' });
        return;
      case 'watermark':
        return this.watermark(item.text, sheet);
    }
  }

  private text({ text, x, baseline, size, weight }: Extract<Item, { kind: 'text' }>): void {
    this.pdf.font(weight).fontSize(size).fillColor('black');
    this.pdf.text(this.typefaces.spellOut(text), x, baseline, { lineBreak: false, baseline: 'alphabetic' });
  }

  private watermark(text: string, { width, height }: Sheet): void {
    const size = Math.min(WATERMARK_SIZE, width / (text.length + 1.5));
    const x = (width - this.typefaces.width(text, size, 'bold')) / 2;
    // eslint-disable-next-line no-restricted-syntax -- PDFKit's graphics state, not an entity
    this.pdf.save().rotate(-35, { origin: [width / 2, height / 2] });
    this.pdf.font('bold').fontSize(size).fillColor(WATERMARK_GREY);
    this.pdf.text(text, x, height / 2 + size * 0.38, { lineBreak: false, baseline: 'alphabetic' });
    this.pdf.restore();
  }
}

function partOf(item: Item): Part | null {
  return 'part' in item ? item.part : null;
}

/** Neighbouring items of the same part. */
function byPart(items: readonly Item[]): Item[][] {
  const groups: Item[][] = [];
  for (const item of items) {
    const last = groups.at(-1);
    if (last && partOf(last[0]!) === partOf(item)) last.push(item);
    else groups.push([item]);
  }
  return groups;
}

/** PDFKit copies the info into XML without escaping; the full-width forms look the same. */
function xmlSafe(text: string): string {
  return printable(text).replace(/[<>&]/g, (char) => ({ '<': '＜', '>': '＞' })[char] ?? '＆');
}
