import { inflateSync } from 'node:zlib';
import { layoutReport } from './report-layout';
import { renderReportPdf } from './render-report-pdf';
import { type Paper, type ReportDocument, type ReportVersion } from './report-document';
import { type Item, PAPERS } from './sheet';
import { Typefaces } from './typefaces';

const FINDINGS =
  '双侧胸廓对称，气管居中。两肺纹理增多、增粗，右肺上叶后段见片状高密度影，边界不清，大小约3.2cm×2.1cm，CT值约35HU。\n' +
  '纵隔内未见明显肿大淋巴结，最大者短径约0.8 cm（Se3，Im45），心影不大；双侧胸腔未见积液。\n';
const signedAt = new Date('2026-03-05T06:32:50Z');

const report: ReportDocument = {
  letterhead: {
    name: '清河县域医学影像诊断中心',
    requestingClinic: '柳树镇中心卫生院',
    readingCentre: null,
    recognitionMark: null,
  },
  modality: 'CT',
  patient: { name: '张三', sex: 'M', age: '67岁', localNumber: 'MZ20260305012', ward: '内科/12床' },
  exam: {
    accessionNumber: 'CT202603050012',
    orderingDoctor: '王小明',
    bodyPart: '胸部',
    method: '平扫',
    device: '16排螺旋CT',
    performedAt: new Date('2026-03-05T05:58:31Z'),
    technician: '赵六',
    clinicalDiagnosis: '咳嗽、咳痰伴发热3天，肺部感染？',
  },
  text: {
    technique: '胸部螺旋CT平扫，层厚5mm。',
    findings: FINDINGS,
    impression: '1. 右肺上叶后段感染性病变，建议抗炎治疗后2～4周复查。\n2. 主动脉钙化。',
    recommendation: '请结合临床。',
    positive: 1,
    limitation: null,
  },
  writer: { name: '李四', title: '主治医师', hospital: '清河县人民医院', at: new Date('2026-03-05T06:20:10Z') },
  reviewer: { name: '孙丽', title: '副主任医师', hospital: '清河县中医医院', at: signedAt },
  version: { number: 1, kind: 'final', issuedAt: signedAt },
  standing: 'in-force',
  seal: {
    verificationCode: '7K3M-9QPX-4TDA',
    verificationUrl: 'https://imaging.example.org/r/7K3M9QPX4TDA',
    contentHash: '3f9a1c0b7e52d4a86c1f0e9b2d3a4c5e6f708192a3b4c5d6e7f8091a2b3c4d5e',
    signature: 'software',
  },
};

function withText(text: Partial<ReportDocument['text']>): ReportDocument {
  return { ...report, text: { ...report.text, ...text } };
}

const typefaces = Typefaces.load();
const layout = (of: ReportDocument, paper: Paper = 'A4') =>
  layoutReport(of, paper, (text, size, weight) => typefaces.width(text, size, weight));
const texts = (items: readonly Item[]) => items.filter((item) => item.kind === 'text');
const lines = (items: readonly Item[]): string =>
  texts(items)
    .map(({ text }) => text)
    .join('\n');

describe('layout', () => {
  const papers: Paper[] = ['A4', 'A5'];
  const lengths = Array.from({ length: 90 }, (_, i) => i);

  describe.each(papers)('on %s', (paper) => {
    const { height, body, bottom } = PAPERS[paper];

    it('sets an ordinary report on one page, with everything that must be on it', () => {
      const { pages } = layout(report, paper);
      expect(pages).toHaveLength(1);
      const page = lines(pages[0]!);
      for (const piece of [
        '清河县域医学影像诊断中心',
        '申请机构：柳树镇中心卫生院',
        'CT检查诊断报告书',
        '第 1 版 正式报告',
        '张三',
        '男',
        '67岁',
        'CT202603050012',
        '柳树镇中心卫生院',
        '内科/12床',
        'MZ20260305012',
        '王小明',
        '胸部',
        '平扫',
        '16排螺旋CT',
        '2026-03-05 13:58',
        '咳嗽、咳痰伴发热3天，肺部感染？',
        '检查方法：',
        '影像所见：',
        '诊断意见：',
        '建议：',
        '阳性标志：阳性',
        '检查技师：赵六',
        '报告医师：李四（主治医师）',
        '所属医院：清河县人民医院',
        '书写时间：2026-03-05 14:20',
        '审核医师：孙丽（副主任医师）',
        '所属医院：清河县中医医院',
        '审签时间：2026-03-05 14:32',
        '验证码：7K3M-9QPX-4TDA　SHA-256：3f9a1c0b7e52d4a8',
        '第 1 页/共 1 页',
      ]) {
        expect(page).toContain(piece);
      }
    });

    it.each(lengths)('keeps 诊断意见 and signatures together with %i lines of findings', (count) => {
      const { pages } = layout(withText({ findings: '两肺清晰。\n'.repeat(count) }), paper);
      const last = lines(pages.at(-1)!);
      for (const piece of ['诊断意见：', '2.', '主动脉钙化。', '请结合临床。', '报告医师：李四', '审签时间：']) {
        expect(last).toContain(piece);
      }
      expect(lines(pages.slice(0, -1).flat())).not.toMatch(/诊断意见|报告医师/);
    });

    it('repeats name and number on every page and counts the pages at the same place', () => {
      const { pages } = layout(withText({ findings: FINDINGS.repeat(40) }), paper);
      expect(pages.length).toBeGreaterThan(2);
      const baselines = pages.map((items, i) => {
        expect(lines(items)).toMatch(/张三[\s\S]*CT202603050012/);
        const count = texts(items).find(({ text }) => text.endsWith(`第 ${i + 1} 页/共 ${pages.length} 页`));
        expect(lines(items).includes('（转下页）')).toBe(i < pages.length - 1);
        return count?.baseline;
      });
      expect(new Set(baselines).size).toBe(1);
      expect(baselines[0]).toBeGreaterThan(height - bottom - 20);
    });

    it('prints the whole text, in order, line above line and above the signatures', () => {
      const findings = Array.from({ length: 90 }, (_, i) => `第${i}处结节，直径约${i}.5cm，边界清楚。`).join('\n');
      const { pages } = layout(withText({ findings }), paper);
      const set = pages.flatMap(texts).filter(({ size, weight }) => size === body && weight === 'regular');
      const printed = set.map(({ text }) => text).join('');
      expect(printed).toContain(findings.replaceAll('\n', ''));
      for (const items of pages) {
        const page = texts(items);
        const from = page.findIndex(({ text }) => text === '影像所见：') + 1;
        const to = page.findIndex(({ text }) => /^(检查技师|验证码)/.test(text));
        const baselines = page.slice(from, to).map(({ baseline }) => baseline);
        expect(baselines).toEqual([...baselines].sort((one, other) => one - other));
        expect(baselines.at(-1)!).toBeLessThan(page[to]!.baseline - body);
      }
    });

    it('breaks an impression that no page can hold, with its end beside the signatures', () => {
      const impression = Array.from({ length: 120 }, (_, i) => `${i + 1}. 多发结节，建议复查。`).join('\n');
      const { pages } = layout(withText({ impression, recommendation: null }), paper);
      expect(pages.length).toBeGreaterThan(1);
      expect(lines(pages.flat()).match(/多发结节/g)).toHaveLength(120);
      expect(lines(pages.at(-1)!)).toMatch(/118\.[\s\S]*119\.[\s\S]*120\.[\s\S]*报告医师/);
    });

    it('uses no body text under 10.5 pt', () => {
      const [first] = layout(withText({ limitation: '患者已离开，未能补摄侧位。' }), paper).pages;
      const small = texts(first!).filter(({ size }) => size < 10.5);
      expect(small.map(({ text }) => text).join('\n')).not.toMatch(/两肺|右肺|张三|孙丽|未能补摄/);
      expect(lines(first!)).toContain('检查限制：');
    });
  });

  it('wraps values that are too long for their column instead of cutting them', () => {
    const long = {
      ...report,
      exam: { ...report.exam, device: 'A'.repeat(60), clinicalDiagnosis: '外伤'.repeat(2000) },
    };
    const { pages } = layout(long);
    expect(
      lines(pages.flat())
        .match(/A+/g)!
        .filter((run) => run.length > 2)
        .join(''),
    ).toBe('A'.repeat(60));
    expect(lines(pages.flat()).match(/外伤/g)!.length + lines(pages.flat()).match(/外\n伤/g)!.length).toBe(2000);
  });

  it('shows the banner and the reason on a corrected report', () => {
    const version: ReportVersion = {
      number: 2,
      issuedAt: signedAt,
      kind: 'corrected',
      replaces: 1,
      reason: '左右写反。',
    };
    const page = lines(layout({ ...report, version }).pages[0]!);
    expect(page).toMatch(/更正报告 第 2 版，替代第 1 版\n更正原因：\n左右写反。/);
  });

  it('names who reads where another stands at the head, and the mark of recognition beside the version', () => {
    const letterhead = {
      name: '柳树镇中心卫生院',
      requestingClinic: '柳树镇中心卫生院',
      readingCentre: '清河县域医学影像诊断中心',
      recognitionMark: '全省互认',
    };
    const page = lines(layout({ ...report, letterhead }).pages[0]!);
    expect(page).toMatch(/^柳树镇中心卫生院\n诊断机构：清河县域医学影像诊断中心\nCT/);
    const hospital = { ...letterhead, name: '清河县人民医院' };
    const both = lines(layout({ ...report, letterhead: hospital }).pages[0]!);
    expect(both).toMatch(/^清河县人民医院\n申请机构：柳树镇中心卫生院\n诊断机构：清河县域医学影像诊断中心\nCT/);
    expect(page).toContain('第 1 版 正式报告　【全省互认】');
  });

  it.each([
    ['recalled', '已撤销'],
    ['amending', '更正中'],
    ['void', '已作废'],
    [{ supersededBy: 2 }, '已被第 2 版替代'],
  ] as const)('marks every page of one that is %j', (standing, text) => {
    const { pages } = layout({ ...withText({ findings: FINDINGS.repeat(20) }), standing });
    expect(pages.length).toBeGreaterThan(1);
    for (const items of pages) expect(items[0]).toEqual({ kind: 'watermark', text });
  });

  it('marks every page of a draft, which carries neither QR code nor verification code', () => {
    const draft: ReportDocument = {
      ...withText({ findings: FINDINGS.repeat(20) }),
      standing: 'draft',
      reviewer: null,
      seal: null,
    };
    const { pages } = layout(draft);
    expect(pages.length).toBeGreaterThan(1);
    for (const items of pages) {
      expect(items[0]).toEqual({ kind: 'watermark', text: '未审签' });
      expect(items.some((item) => item.kind === 'figure' && item.part.alt === '验证二维码')).toBe(false);
    }
    expect(lines(pages.at(-1)!)).toContain('审核医师：（未审签）');
  });
});

/** Just enough of a PDF reader for files of PDFKit: objects in clear, streams deflated, one text operator. */
class PdfText {
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
    const raw = Buffer.from(/stream\n([\s\S]*)\nendstream/.exec(body)![1]!, 'latin1');
    return (body.includes('/FlateDecode') ? inflateSync(raw) : raw).toString('latin1');
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

describe('renderReportPdf', () => {
  it('writes text that is found again as it was written, on all pages', async () => {
    const pdf = new PdfText(await renderReportPdf(withText({ findings: FINDINGS.repeat(20) })));
    expect(pdf.find(/\/Type \/Page\n/)).toHaveLength(layout(withText({ findings: FINDINGS.repeat(20) })).pages.length);
    expect(pdf.page(1)).toContain('3.2cm×2.1cm，CT值约35HU。');
    expect(pdf.page(1)).toContain('检查号：\nCT202603050012');
    expect(pdf.page(2)).toContain('姓名：张三　检查号：CT202603050012');
    expect(pdf.page(2)).toContain('审签时间：2026-03-05 14:32');
  });

  it('embeds subsets of both fonts and no other font', async () => {
    const pdf = new PdfText(await renderReportPdf(report));
    const descriptors = pdf.find(/\/Type \/FontDescriptor/).map((body) => /\/FontName \/(\S+)/.exec(body)![1]);
    expect(descriptors.sort()).toEqual(['BZZZZZ+NotoSansHans-Regular', 'CZZZZZ+NotoSansHans-Bold']);
    expect(pdf.find(/\/FontFile3 \d+ 0 R/)).toHaveLength(2);
    expect(pdf.find(/\/Subtype \/CIDFontType0C/)).toHaveLength(2);
    expect(pdf.find(/\/Type \/Font\n/)).toHaveLength(4);
  });

  it('gives the same bytes for the same report, whatever was rendered before', async () => {
    const first = await renderReportPdf(report);
    await renderReportPdf(withText({ findings: '\u00b5m \u03bcm \u2126 \u03a9' }), { paper: 'A5' });
    expect((await renderReportPdf({ ...report, patient: { ...report.patient } })).equals(first)).toBe(true);
    expect((await renderReportPdf(withText({ positive: 0 }))).equals(first)).toBe(false);
  });

  it('keeps apart characters that are drawn alike', async () => {
    const pdf = new PdfText(await renderReportPdf(withText({ findings: '直径5\u00b5m与5\u03bcm' })));
    expect(pdf.page(1)).toContain('直径5\u00b5m与5\u03bcm');
  });

  it('prints rare names, and says which character the font lacks', async () => {
    const missing: string[][] = [];
    const rare = { ...report, patient: { ...report.patient, name: '䶮㛃𬭸' } };
    const unknown = { ...report, patient: { ...report.patient, name: '𠮷野' } };
    const onMissingCharacters = (characters: string[]) => void missing.push(characters);
    expect(new PdfText(await renderReportPdf(rare, { onMissingCharacters })).page(1)).toContain('䶮㛃𬭸');
    expect(missing).toEqual([]);
    expect(new PdfText(await renderReportPdf(unknown, { onMissingCharacters })).page(1)).toContain('𠮷(U+20BB7)野');
    expect(missing).toEqual([['𠮷']]);
  });

  it('is tagged, Chinese, titled without the patient’s name, and dated by the report', async () => {
    const bytes = await renderReportPdf(report);
    const pdf = new PdfText(bytes);
    expect(pdf.find(/\/Lang \(zh-CN\)/)).toHaveLength(1);
    expect(pdf.find(/\/Marked true/)).toHaveLength(1);
    expect(pdf.find(/^\(D:20260305063250Z\)$/)).toHaveLength(1);
    const xmp = Buffer.from(pdf.stream(pdf.find(/\/Type \/Metadata/)[0]!), 'latin1').toString('utf8');
    expect(xmp).toContain('CT检查诊断报告书 CT202603050012 第 1 版 正式报告');
    expect(xmp).not.toContain('张三');
  });

  it('survives names that would break the metadata', async () => {
    const odd = { ...report, letterhead: { ...report.letterhead, name: 'A & B <中心>\u0007' } };
    const pdf = new PdfText(await renderReportPdf(odd));
    expect(pdf.stream(pdf.find(/\/Type \/Metadata/)[0]!)).not.toMatch(/A & B|<中心>|\u0007/);
    expect(pdf.page(1)).toContain('A & B <中心>');
  });

  it('prints on A5 when asked', async () => {
    const pdf = new PdfText(await renderReportPdf(report, { paper: 'A5' }));
    expect(pdf.find(/\/MediaBox \[0 0 419\.53 595\.28\]/)).toHaveLength(1);
  });
});
