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
/**
 * It lies over everything, for pictures would hide what lies behind them: text is read through the grey, and the white
 * edge is seen where a picture is as dark as the grey itself.
 */
const WATERMARK = { fill: '#808080', fillOpacity: 0.4, edge: 'white', edgeOpacity: 0.6, edgeWidth: 1.5 };

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

  /** As outlines and not as text, which a reader could only select in the place of the report's own below it. */
  private watermark(text: string, { width, height }: Sheet): void {
    const size = Math.min(WATERMARK_SIZE, width / (text.length + 1.5));
    const { fill, fillOpacity, edge, edgeOpacity, edgeWidth } = WATERMARK;
    const scale = size / 1000;
    const start = (width - this.typefaces.width(text, size, 'bold')) / 2;
    const glyphs = this.typefaces.outlines(text, 'bold');
    /* eslint-disable no-restricted-syntax -- PDFKit's graphics state, not an entity */
    this.pdf.save().rotate(-35, { origin: [width / 2, height / 2] });
    this.pdf.translate(start, height / 2 + size * 0.38).scale(scale, -scale);
    this.pdf.fillColor(fill).fillOpacity(fillOpacity).strokeColor(edge).strokeOpacity(edgeOpacity);
    this.pdf.lineWidth(edgeWidth / scale).lineJoin('round');
    for (const { path, advance } of glyphs) {
      // One after the other: readers do not agree on how the two mix in one operation.
      this.pdf.path(path).stroke();
      this.pdf.path(path).fill();
      this.pdf.translate(advance, 0);
    }
    this.pdf.restore();
    /* eslint-enable no-restricted-syntax */
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
