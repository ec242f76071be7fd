import { inflateSync } from 'node:zlib';

/** Just enough of a PDF reader for files of PDFKit: objects in clear, streams deflated, one text operator. */
export class PdfText {
  private readonly objects = new Map<number, string>();

  constructor(pdf: Buffer) {
    for (const [, id, body] of pdf.toString('latin1').matchAll(/(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
      this.objects.set(Number(id), body!);
    }
  }

  find(pattern: RegExp): string[] {
    return [...this.objects.values()].filter((body) => pattern.test(body));
  }

  stream(body: string): string {
    const raw = this.raw(body);
    return (body.includes('/FlateDecode') ? inflateSync(raw) : raw).toString('latin1');
  }

  /** As it stands in the file. */
  raw(body: string): Buffer {
    return Buffer.from(/stream\n([\s\S]*)\nendstream/.exec(body)![1]!, 'latin1');
  }

  /** What a reader's search finds on a page: codes of the content stream through each font's ToUnicode map. */
  page(number: number): string {
    const page = this.find(/\/Type \/Page\n/)[number - 1]!;
    const content = this.stream(this.reference(page, 'Contents'));
    const fonts = new Map<string, string[]>();
    for (const [, name, id] of this.reference(page, 'Resources').matchAll(/\/(F\d+) (\d+) 0 R/g)) {
      fonts.set(name!, this.unicode(this.reference(this.objects.get(Number(id))!, 'ToUnicode')));
    }
    let text = '';
    let font: string[] = [];
    for (const [, name, shown] of content.matchAll(/\/(F\d+) \S+ Tf|\[(.*)\] TJ/g)) {
      if (name) font = fonts.get(name)!;
      else text += `${[...shown!.matchAll(/<(\w+)>/g)].map(([, hex]) => decode(hex!, font)).join('')}\n`;
    }
    return text;
  }

  /** The content streams of the pages, in order. */
  contents(): string[] {
    return this.find(/\/Type \/Page\n/).map((page) => this.stream(this.reference(page, 'Contents')));
  }

  private reference(body: string, key: string): string {
    return this.objects.get(Number(new RegExp(`/${key} (\\d+) 0 R`).exec(body)![1]))!;
  }

  private unicode(cmap: string): string[] {
    const entries = [...this.stream(cmap).matchAll(/\[(.*)\]/g)].flatMap(([, list]) => list!.match(/<[^>]*>/g)!);
    return entries.map((entry) => Buffer.from(entry.replace(/[<> ]/g, ''), 'hex').swap16().toString('utf16le'));
  }
}

function decode(hex: string, font: readonly string[]): string {
  return hex
    .match(/.{4}/g)!
    .map((code) => font[Number.parseInt(code, 16)])
    .join('');
}
