import {
  FINDINGS,
  layout,
  lines,
  opinion,
  pictures,
  report,
  signedAt,
  signedByHand,
  texts,
  typefaces,
  withText,
} from './report-document.fixture';
import { type Paper, type ReportDocument, type ReportVersion } from './report-document';
import { PAPERS } from './sheet';

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
        '检查项目：',
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
        '验证码：7K3M-9QPX-4TDA',
        'SHA-256：3f9a1c0b7e52d4a8',
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
      const printed = lines(pages.flat())
        .match(/^第\d+处结节.*$/gm)!
        .join('');
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

    it('prints nothing smaller than 10.5 pt, on any page', () => {
      const { pages } = layout(withText({ limitation: '未能补摄侧位。', findings: FINDINGS.repeat(20) }), paper);
      expect(lines(pages.flat())).toContain('检查限制：');
      expect(Math.min(...pages.flatMap(texts).map(({ size }) => size))).toBeGreaterThanOrEqual(10.5);
    });

    it('keeps every line, picture and code within the margins and apart from the next', () => {
      const { pages } = layout({ ...signedByHand, annexes: [opinion('同意。')] }, paper);
      const { side, width } = PAPERS[paper];
      for (const item of texts(pages.flat())) {
        expect(item.x).toBeGreaterThanOrEqual(side - 0.1);
        expect(item.x + typefaces.width(item.text, item.size, item.weight)).toBeLessThanOrEqual(width - side + 0.1);
      }
      for (const item of pictures(pages.flat())) {
        expect(item.x + item.width).toBeLessThanOrEqual(width - side);
        const across = texts(pages[0]!).filter(({ x, text, size, weight, baseline }) => {
          const overlapsX = x < item.x + item.width && x + typefaces.width(text, size, weight) > item.x;
          return overlapsX && baseline > item.y && baseline - size * 0.7 < item.y + item.height;
        });
        expect(across).toEqual([]);
      }
    });

    it('prints the handwriting of both beside or below their printed names', () => {
      const page = layout(signedByHand, paper).pages[0]!;
      expect(pictures(page).map(({ part }) => part.alt)).toEqual(['手写签名：李四', '手写签名：孙丽']);
      expect(lines(page)).toMatch(/报告医师：李四（主治医师）[\s\S]*审核医师：孙丽（副主任医师）/);
    });

    it('prints opinions behind the diagnosis, each with institution, name and time', () => {
      const { pages } = layout({ ...report, annexes: [opinion('同意。'), opinion('建议穿刺。')] }, paper);
      expect(lines(pages.at(-1)!)).toMatch(
        /诊断意见：[\s\S]*会诊意见：\n同意。\n省立医院　周明（主任医师）　2026-03-05 14:10\n建议穿刺。\n省立医院[\s\S]*报告医师：/,
      );
    });

    it.each([10, 60, 140, 250, 400])('signs below the diagnosis even where %i lines of opinion need pages', (count) => {
      const long = opinion(Array.from({ length: count }, (_, i) => `第${i}条意见，供参考。`).join('\n'));
      const { pages } = layout({ ...report, annexes: [long] }, paper);
      const signed = pages.filter((items) => /报告医师：/.test(lines(items)));
      expect(signed).toHaveLength(1);
      expect(lines(signed[0]!)).toMatch(/诊断意见：[\s\S]*主动脉钙化[\s\S]*报告医师：[\s\S]*审签时间：/);
      expect(lines(signed[0]!)).toMatch(/会诊意见(：|见附页)/);
      expect(lines(pages.flat()).match(/条意见，供参考。/g)).toHaveLength(count);
    });

    it('prints a dash where nobody knows the technician, as where any other value is missing', () => {
      const [page] = layout({ ...report, exam: { ...report.exam, technician: null } }, paper).pages;
      expect(texts(page!).map(({ text }) => text)).toContain('检查技师：—');
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
    expect(lines(pages.flat()).match(/外/g)).toHaveLength(2000);
    expect(lines(pages.flat()).match(/伤/g)).toHaveLength(2000);
  });

  describe.each(papers)('the exam of the patient block on %s', (paper) => {
    const block = (exam: Partial<ReportDocument['exam']>) => {
      const printed = texts(layout({ ...report, exam: { ...report.exam, ...exam } }, paper).pages[0]!);
      const at = (label: string) => printed.find(({ text }) => text === `${label}：`)!;
      const after = (label: string) => printed[printed.indexOf(at(label)) + 1]!;
      return { at, after };
    };
    const DEVICE = 'SIEMENS SOMATOM Emotion 16 Excel Edition';
    const ITEM = '胸部CT平扫、增强扫描及三维重建，肺动脉血管成像';

    it('stands in the columns where it has room there', () => {
      const { at } = block({});
      expect(at('设备').baseline).toBe(at('检查时间').baseline);
      expect(at('检查项目').baseline).toBe(at('检查部位').baseline);
    });

    it('gives a long device a line of its own, its column to the item, and leaves number and time whole', () => {
      const { at, after } = block({ device: DEVICE, method: '胸部CT平扫+增强' });
      expect(after('设备').text).toBe(DEVICE);
      expect(at('设备').x).toBe(PAPERS[paper].side);
      expect(at('设备').baseline).toBeGreaterThan(at('检查时间').baseline);
      expect(after('检查项目').text).toBe('胸部CT平扫+增强');
      expect(after('检查号').text).toBe('CT202603050012');
      expect(after('检查时间').text).toBe('2026-03-05 13:58');
    });

    it('gives a long item one, too', () => {
      const { at, after } = block({ device: DEVICE, method: ITEM });
      expect([after('检查项目').text, after('设备').text]).toEqual([ITEM, DEVICE]);
      expect(at('检查项目').baseline).toBeLessThan(at('设备').baseline);
      expect(after('检查部位').text).toBe('胸部');
    });
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
    expect(texts(layout({ ...report, letterhead }).pages[0]!).map(({ text }) => text)).toContain('全省互认');
    expect(lines(layout({ ...report, letterhead }, 'A5').pages[0]!)).toContain('第 1 版 正式报告　【全省互认】');
  });

  it('stands both codes at the upper right', () => {
    for (const paper of ['A4', 'A5'] as const) {
      const { width, side, height } = PAPERS[paper];
      const figures = layout(report, paper).pages[0]!.filter((item) => item.kind === 'figure');
      expect(figures.map(({ part }) => part.alt)).toEqual(['验证二维码', '条形码：检查号 CT202603050012']);
      for (const { x, y } of figures.flatMap(({ rectangles }) => rectangles)) {
        expect(x).toBeGreaterThan(width / 2);
        expect(x).toBeLessThan(width - side);
        expect(y).toBeLessThan(height / 5);
      }
    }
  });

  it('says of a void who took it out of force, and repeats nothing of the report', () => {
    const version: ReportVersion = { number: 2, issuedAt: signedAt, kind: 'void', replaces: 1, reason: '患者有误。' };
    const page = lines(layout({ ...withText({ impression: '本报告已作废。' }), version }).pages[0]!);
    expect(page).toMatch(/本报告已作废。\n作废签发：孙丽（副主任医师）/);
    expect(page).not.toMatch(/影像所见|阳性标志|报告医师|检查技师/);
  });

  it('says of a report that one doctor signed alone that he did', () => {
    expect(lines(layout({ ...report, singleSign: true }).pages[0]!)).toContain('审核医师（单签）：孙丽');
  });

  it('waits on paper for the review of a preliminary report', () => {
    const version: ReportVersion = { number: 1, issuedAt: signedAt, kind: 'preliminary' };
    expect(lines(layout({ ...report, version, reviewer: null }).pages[0]!)).toContain('审核医师：（待审核）');
  });

  it.each([
    ['recalled', '已撤销', '本版已撤销审核，请勿使用'],
    ['amending', '更正中', '本报告正在更正，请与诊断中心联系'],
    ['void', '已作废', '本版已作废，请勿使用'],
    [{ supersededBy: 2 }, '已被第 2 版替代', '本版已被第 2 版替代，请以第 2 版为准'],
  ] as const)('marks every page of one that is %j, over all else, and says so in words', (standing, text, line) => {
    const { pages } = layout({ ...withText({ findings: FINDINGS.repeat(20) }), standing });
    expect(pages.length).toBeGreaterThan(1);
    for (const items of pages) expect(items.at(-1)).toEqual({ kind: 'watermark', text });
    expect(lines(pages[0]!)).toMatch(new RegExp(`\nCT202603050012\n${line}\n姓名：`));
    for (const items of pages.slice(1)) expect(texts(items)[0]?.text).toMatch(new RegExp(`（续页）　${text}$`));
  });

  it('marks nothing on a version in force, nor says anything of it', () => {
    const { pages } = layout(withText({ findings: FINDINGS.repeat(20) }));
    expect(pages.flat().some(({ kind }) => kind === 'watermark')).toBe(false);
    expect(lines(pages[0]!)).toMatch(/\nCT202603050012\n姓名：/);
    expect(texts(pages[1]!)[0]?.text).toMatch(/（续页）$/);
  });

  it('says of a correction that was replaced both what it is and what has become of it', () => {
    const version: ReportVersion = {
      number: 2,
      issuedAt: signedAt,
      kind: 'corrected',
      replaces: 1,
      reason: '左右写反。',
    };
    const page = lines(layout({ ...report, version, standing: { supersededBy: 3 } }, 'A5').pages[0]!);
    expect(page).toMatch(/本版已被第 3 版替代，请以第 3 版为准\n更正报告 第 2 版，替代第 1 版\n更正原因：\n左右写反。/);
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
      expect(items.at(-1)).toEqual({ kind: 'watermark', text: '未审签' });
      expect(items.some((item) => item.kind === 'figure' && item.part.alt === '验证二维码')).toBe(false);
    }
    expect(lines(pages[0]!)).toMatch(/\nCT202603050012\n草稿，未审签，不得作为诊断依据\n姓名：/);
    expect(lines(pages.at(-1)!)).toContain('审核医师：（未审签）');
  });
});
