import type { LibraryPhrase, Section } from '../template-content';

const phrase = (shortcut: string, title: string, section: Section | null, text: string): LibraryPhrase => ({
  shortcut,
  title,
  text,
  section,
});

/** Shortcuts are the initials of what they stand for. */
export const STARTER_PHRASES: readonly LibraryPhrase[] = [
  phrase('jhlc', '请结合临床', 'impression', '请结合临床。'),
  phrase('jhsys', '请结合实验室检查', 'impression', '请结合临床及实验室检查。'),
  phrase('xbct', '建议胸部CT', 'recommendation', '建议胸部CT薄层扫描进一步检查。'),
  phrase('zqct', '建议CT增强', 'recommendation', '建议CT增强检查进一步明确性质。'),
  phrase('mr', '建议MR检查', 'recommendation', '建议MR检查进一步明确。'),
  phrase('dqfc', '建议定期复查', 'recommendation', '建议定期复查，动态观察。'),
  phrase('fc3', '三个月后复查', 'recommendation', '建议3个月后复查，与本次对照。'),
  phrase('fc12', '年度复查', 'recommendation', '建议12个月后复查。'),
  phrase('lgfc', '肋骨两周后复查', 'recommendation', '如疼痛持续，建议CT检查或两周后复查。'),
  phrase('xnmm', '心肺膈未见异常', 'impression', '心、肺、膈未见明显异常。'),
  phrase('wjgz', '未见骨折', 'impression', '未见明确骨折及脱位征象。'),
  phrase('gzzs', '骨质增生', 'findings', '椎体边缘见骨质增生。'),
  phrase('zdmgh', '主动脉钙化', 'findings', '主动脉壁见钙化影。'),
  phrase('xmzh', '胸膜增厚', 'findings', '胸膜增厚、粘连。'),
  phrase('lbjbd', '淋巴结不大', 'findings', '纵隔内未见明确肿大淋巴结。'),
  phrase('wjjy', '未见胸腔积液', 'findings', '双侧胸腔未见积液。'),
  phrase('yxsx', '影像受限', 'technique', '因体位受限，图像显示欠佳，细微病变可能遗漏。'),
  phrase('yyws', '金属伪影', 'technique', '所示区域见金属伪影，邻近结构显示受限。'),
  phrase('hxwy', '呼吸运动伪影', 'technique', '见呼吸运动伪影，肺内细微病变显示受限。'),
  phrase('jzws', '建议上级医院', 'recommendation', '建议转上级医院进一步诊治。'),
];
