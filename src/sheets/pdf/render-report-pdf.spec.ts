import { PdfText } from './pdf-text.fixture';
import { FINDINGS, layout, report, signedByHand, withText } from './report-document.fixture';
import { renderReportPdf } from './render-report-pdf';

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

  it('embeds handwriting as it was put in, tells who it is, and gives the same bytes again', async () => {
    const first = await renderReportPdf(signedByHand);
    expect(new PdfText(first).find(/\/Subtype \/Image/).length).toBeGreaterThan(0);
    expect((await renderReportPdf(signedByHand)).equals(first)).toBe(true);
  });

  it('draws the mark of its standing over all else, to be seen through, and not as text', async () => {
    const pdf = new PdfText(await renderReportPdf({ ...signedByHand, standing: 'recalled' }));
    const [content] = pdf.contents();
    const mark = content!.lastIndexOf(' gs\n');
    expect(mark).toBeGreaterThan(content!.lastIndexOf(' TJ'));
    expect(mark).toBeGreaterThan(content!.lastIndexOf(' Do'));
    const alphas = pdf.find(/\/Type \/ExtGState/).map((body) => Number(/\/(?:ca|CA) (\S+)/.exec(body)![1]));
    expect(alphas.length).toBeGreaterThan(0);
    expect(alphas.every((alpha) => alpha > 0.2 && alpha < 0.8)).toBe(true);
    expect(pdf.page(1)).toContain('本版已撤销审核，请勿使用');
    expect(pdf.page(1)).not.toMatch(/^已撤销$/m);
  });

  it('gives a version in force the same bytes, whatever was marked before it, and nothing to be seen through', async () => {
    const first = await renderReportPdf(report);
    await renderReportPdf({ ...report, standing: { supersededBy: 2 } });
    const again = await renderReportPdf({ ...report, standing: 'in-force' });
    expect(again.equals(first)).toBe(true);
    expect(new PdfText(again).find(/ExtGState \/|\/Type \/ExtGState/)).toEqual([]);
  });

  it('prints on A5 when asked', async () => {
    const pdf = new PdfText(await renderReportPdf(report, { paper: 'A5' }));
    expect(pdf.find(/\/MediaBox \[0 0 419\.53 595\.28\]/)).toHaveLength(1);
  });
});
