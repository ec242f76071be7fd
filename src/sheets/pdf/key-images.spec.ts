import sharp from 'sharp';
import { PdfText } from './pdf-text.fixture';
import { renderReportPdf } from './render-report-pdf';
import { FINDINGS, layout, lines, pictures, report, texts, typefaces, withText } from './report-document.fixture';
import { type KeyImage, type Paper, type ReportDocument } from './report-document';
import { PAPERS } from './sheet';

const NOTE = '图像仅供参考，非诊断用图像';

/** The layout does not look into a picture. */
const image = (width: number, height: number, caption: string | null = null): KeyImage => ({
  caption,
  picture: { jpeg: Buffer.from([0xff, 0xd8]), width, height },
});
const four = [image(640, 640, '肺窗'), image(640, 480), image(480, 640, '冠状位'), image(640, 100, '定位像')];
const withImages = (...keyImages: KeyImage[]): ReportDocument => ({ ...report, keyImages });

describe.each(['A4', 'A5'] as const satisfies readonly Paper[])('key images on %s', (paper) => {
  const { width, height, side, top, bottom, keyImage, onlyImage } = PAPERS[paper];

  it('stand between the patient and the findings, numbered, each above its caption, with a remark below all', () => {
    const items = layout(withImages(image(640, 640, '肺窗'), image(640, 480)), paper).pages.flat();
    expect(lines(items)).toMatch(
      /临床诊断：[\s\S]*关键图像：\n图1 肺窗\n图2\n图像仅供参考[\s\S]*检查方法：[\s\S]*影像所见：/,
    );
    expect(pictures(items).map(({ part }) => [part.role, part.alt])).toEqual([
      ['Figure', '图1：肺窗'],
      ['Figure', '图2'],
    ]);
    const kinds = items.flatMap((item) => {
      if (item.kind === 'picture') return ['picture'];
      return item.kind === 'text' && /^图\d/.test(item.text) ? [item.text] : [];
    });
    expect(kinds).toEqual(['picture', '图1 肺窗', 'picture', '图2']);
  });

  it.each([1, 2, 3, 4])('are %i of one height side by side, in the middle, within the margins', (count) => {
    const placed = pictures(layout(withImages(...four.slice(0, count)), paper).pages[0]!);
    expect(placed).toHaveLength(count);
    expect(new Set(placed.map(({ y }) => y)).size).toBe(1);
    expect(new Set(placed.map((place) => place.height)).size).toBe(1);
    const most = count === 1 ? onlyImage : keyImage;
    let edge = side - 0.01;
    for (const place of placed) {
      expect(place.x).toBeGreaterThanOrEqual(edge);
      expect(place.width).toBeLessThanOrEqual(most.width);
      expect(place.height).toBeLessThanOrEqual(most.height);
      edge = place.x + place.width;
    }
    expect(edge).toBeLessThanOrEqual(width - side + 0.01);
    if (count === 2) expect(placed[0]!.width / placed[0]!.height).toBeCloseTo(1);
    if (count === 1) expect(placed[0]!.x + placed[0]!.width / 2).toBeCloseTo(width / 2);
  });

  it('have their captions printed whole within their columns, on one page with them', () => {
    // As long as they may be.
    const said = '右肺上叶后段磨玻璃结节，边界不清，见分叶及短毛刺，邻近胸膜牵拉凹陷，建议三月后复查对照';
    expect(said.length).toBeGreaterThanOrEqual(40);
    for (const count of [1, 2, 3, 4]) {
      const { pages } = layout(withImages(...Array.from({ length: count }, () => image(640, 640, said))), paper);
      const items = pages.find((page) => pictures(page).length > 0)!;
      expect(pictures(items)).toHaveLength(count);
      const printed = texts(items);
      const from = printed.findIndex(({ text }) => text === '关键图像：') + 1;
      const captions = printed.slice(
        from,
        printed.findIndex(({ text }) => text === NOTE),
      );
      const whole = Array.from({ length: count }, (_, i) => `图${i + 1} ${said}`).join('');
      expect(captions.map(({ text }) => text).join('')).toBe(whole);
      let [place, edge, to] = [-1, 0, side];
      for (const { text, x, size, weight } of captions) {
        if (/^图\d/.test(text)) [place, edge] = [place + 1, to];
        const { x: left, width: wide } = pictures(items)[place]!;
        const end = x + typefaces.width(text, size, weight);
        expect((x + end) / 2).toBeCloseTo(left + wide / 2);
        expect(x).toBeGreaterThanOrEqual(edge - 0.01);
        to = Math.max(to, end);
      }
      expect(to).toBeLessThanOrEqual(width - side + 0.01);
    }
  });

  it('have a thin frame each, just around what is seen', () => {
    const items = layout(withImages(...four), paper).pages[0]!;
    const frames = items.filter((item) => item.kind === 'box');
    expect(frames).toHaveLength(4);
    pictures(items).forEach((place, i) => {
      const { x, y, width: wide, height: high, thickness } = frames[i]!;
      const { picture } = four[i]!;
      if ('missing' in picture) throw new Error('all of them are there');
      expect(thickness).toBeLessThan(1);
      expect([x, wide, y + high / 2]).toEqual([place.x, place.width, expect.closeTo(place.y + place.height / 2)]);
      expect(wide / high).toBeCloseTo(picture.width / picture.height);
    });
  });

  it('never part from their heading, captions and remark, nor leave the page, whatever stands above and below', () => {
    for (let count = 0; count < 60; count += 3) {
      const exam = { ...report.exam, clinicalDiagnosis: '外伤后疼痛，活动受限。'.repeat(count * 4) };
      const { pages } = layout({ ...withText({ findings: FINDINGS.repeat(count) }), exam, keyImages: four }, paper);
      const holding = pages.filter((items) => lines(items).includes('关键图像：'));
      expect(holding).toHaveLength(1);
      expect(pictures(holding[0]!)).toHaveLength(4);
      expect(lines(holding[0]!)).toMatch(/关键图像：\n图1 肺窗\n图2\n图3 冠状位\n图4 定位像\n图像仅供参考/);
      const heading = texts(holding[0]!).find(({ text }) => text === '关键图像：')!;
      const note = texts(holding[0]!).find(({ text }) => text === NOTE)!;
      expect(note.baseline).toBeGreaterThan(heading.baseline + 60);
      for (const items of pages) {
        // The page's foot is the last rule: nothing of the text reaches into it.
        const foot = items.filter((item) => item.kind === 'rule').at(-1)!.y;
        expect(foot).toBeLessThan(height - bottom);
        for (const place of pictures(items)) {
          expect(place.y).toBeGreaterThan(top);
          expect(place.y + place.height).toBeLessThan(foot);
        }
      }
      expect(lines(pages.at(-1)!)).toMatch(/诊断意见：[\s\S]*报告医师：/);
    }
  });

  it('say in an empty frame why one cannot be shown', () => {
    const gone = { caption: '肺窗', picture: { missing: '图像已不在库中，无法显示' } };
    const items = layout(withImages(image(640, 640), gone), paper).pages.flat();
    expect(pictures(items)).toHaveLength(1);
    const frame = items.filter((item) => item.kind === 'box').at(-1)!;
    const reason = texts(items).filter(({ x, baseline }) => {
      return x >= frame.x && x < frame.x + frame.width && baseline > frame.y && baseline < frame.y + frame.height;
    });
    expect(reason.map(({ text }) => text).join('')).toBe('图像已不在库中，无法显示');
    expect(lines(items)).toContain('图2 肺窗');
  });

  it('are not repeated by a void', () => {
    const version = {
      number: 2,
      issuedAt: report.version.issuedAt,
      kind: 'void',
      replaces: 1,
      reason: '有误。',
    } as const;
    const items = layout({ ...withImages(...four), version }, paper).pages.flat();
    expect([pictures(items), lines(items).includes('关键图像')]).toEqual([[], false]);
  });
});

describe('the size of pictures', () => {
  const sizes = (...keyImages: KeyImage[]): { pages: number; height: number; width: number }[] =>
    Array.from({ length: 40 }, (_, i) => {
      const { pages } = layout({ ...withText({ findings: '两肺清晰。\n'.repeat(i) }), keyImages });
      const { height, width } = pictures(pages.flat())[0]!;
      return { pages: pages.length, height, width };
    });
  const { keyImage, onlyImage } = PAPERS.A4;

  it('is less where that keeps a report on one page', () => {
    const tried = sizes(four[0]!, four[0]!);
    expect(tried.filter(({ pages, height }) => pages === 1 && height < keyImage.height).length).toBeGreaterThan(0);
    expect(tried.filter(({ pages, height }) => pages > 1 && height < keyImage.height)).toEqual([]);
  });

  it('is half a sheet for a film that stands alone, as long as the report stays on one page', () => {
    const tried = sizes(image(1720, 1400));
    expect(tried[0]).toEqual({
      pages: 1,
      height: expect.closeTo(onlyImage.width / (1720 / 1400)),
      width: expect.closeTo(onlyImage.width),
    });
    expect(tried.filter(({ pages, height }) => pages > 1 && height > keyImage.height)).toEqual([]);
    // Nobody pays for a large picture with a page.
    const small = sizes(four[0]!, four[0]!);
    tried.forEach(({ pages }, i) => expect(pages).toBeLessThanOrEqual(small[i]!.pages));
  });

  it('of an only one follows its shape: a strip is as broad as the sheet lets it be', () => {
    expect(sizes(image(900, 260))[0]!.width).toBeCloseTo(onlyImage.width);
    expect(sizes(image(200, 800))[0]!.height).toBeCloseTo(onlyImage.height);
  });
});

describe('a PDF with key images', () => {
  const jpegOf = (channels: 1 | 3): Promise<Buffer> => {
    const picture = sharp({ create: { width: 64, height: 48, channels: 3, background: { r: 90, g: 120, b: 60 } } });
    return (channels === 1 ? picture.toColourspace('b-w') : picture).jpeg().toBuffer();
  };

  it('carries the JPEGs as they are, grey and RGB, each with its words, and text that can be searched', async () => {
    const [grey, rgb] = [await jpegOf(1), await jpegOf(3)];
    const keyImages = [
      { caption: '右肺结节', picture: { jpeg: grey, width: 64, height: 48 } },
      { caption: null, picture: { jpeg: rgb, width: 64, height: 48 } },
    ];
    const bytes = await renderReportPdf({ ...report, keyImages });
    const pdf = new PdfText(bytes);
    const embedded = pdf.find(/\/Filter \/DCTDecode/);
    expect(embedded.map((body) => /\/ColorSpace \/(\w+)/.exec(body)![1])).toEqual(['DeviceGray', 'DeviceRGB']);
    expect(embedded.map((body) => pdf.raw(body).equals(body === embedded[0] ? grey : rgb))).toEqual([true, true]);
    const utf16 = Buffer.from('\ufeff图1：右肺结节', 'utf16le').swap16().toString('latin1');
    expect(pdf.find(/\/S \/Figure/).filter((body) => body.includes(utf16))).toHaveLength(1);
    expect(pdf.page(1)).toMatch(/关键图像：\n图1 右肺结节\n图2\n图像仅供参考，非诊断用图像\n[\s\S]*影像所见：/);
    expect((await renderReportPdf({ ...report, keyImages })).equals(bytes)).toBe(true);
  });
});
