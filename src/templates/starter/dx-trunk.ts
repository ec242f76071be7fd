import type { LibraryTemplate } from '../template-content';
import { ADDITIONS, film, many, number, one, size } from './define';

/** Plain films of abdomen, spine and pelvis. */
export const DX_TRUNK: readonly LibraryTemplate[] = [
  film('abdomen.erect', 'ABDOMEN', '腹部立位（正常）', {
    normal: true,
    technique: '腹部立位DR摄影。',
    findings:
      '双侧膈下未见游离气体影。腹部肠管内见少量气体影，未见肠管异常扩张及气液平面。双肾区及输尿管走行区未见明确阳性结石影。双侧腹脂线清晰。所示骨质未见明确异常。{补充所见}',
    impression: '腹部立位平片未见明显异常。{补充意见}',
    elements: ADDITIONS,
  }),
  film('abdomen.supine', 'ABDOMEN', '腹部卧位（正常）', {
    normal: true,
    technique: '腹部仰卧位DR摄影。',
    findings:
      '腹部肠管内见少量气体及内容物影，分布自然，未见肠管异常扩张。双肾轮廓隐约可见，双肾区、输尿管走行区及膀胱区未见明确阳性结石影。双侧腰大肌影清晰。所示骨质未见明确异常。{补充所见}',
    impression: '腹部卧位平片未见明显异常。{补充意见}',
    elements: ADDITIONS,
  }),
  film('abdomen.obstruction', 'ABDOMEN', '肠梗阻', {
    technique: '腹部立位及仰卧位DR摄影。',
    findings: '{部位}见肠管扩张积气，最大管径约{管径}，立位见{液平}气液平面。{结肠}。双侧膈下未见游离气体影。',
    impression: '肠梗阻征象，考虑{类型}。',
    recommendation: '建议腹部CT检查明确梗阻部位及原因，请结合临床，密切观察。',
    elements: [
      one('部位', ['中上腹', '中下腹', '左中腹', '右中腹', '全腹']),
      size('管径', 1, 150),
      one('液平', ['多发阶梯状', '少许', '多发宽大']),
      one('结肠', ['结肠内见少量气体影', '结肠内未见明确气体影', '结肠亦见扩张积气']),
      one('类型', ['小肠低位梗阻', '小肠高位梗阻', '结肠梗阻', '麻痹性肠梗阻']),
    ],
  }),
  film('abdomen.perforation', 'ABDOMEN', '膈下游离气体（消化道穿孔）', {
    technique: '腹部立位DR摄影。',
    findings: '{侧别}膈下见{形态}游离气体影，最厚处约{厚度}。{肠管}。',
    impression: '{侧别}膈下游离气体，考虑消化道穿孔。',
    recommendation: '属危急值，请立即结合临床处理，必要时急诊CT检查。',
    elements: [
      one('侧别', ['左侧', '右侧', '双侧']),
      one('形态', ['新月形', '条带状', '少许线状']),
      size('厚度', 1, 100),
      one('肠管', ['腹部肠管未见明显扩张及气液平面', '部分肠管轻度扩张积气']),
    ],
  }),
  film('cspine', 'CSPINE', '颈椎正侧位（正常）', {
    normal: true,
    technique: '颈椎正位及侧位DR摄影。',
    findings:
      '颈椎生理曲度存在，序列规整。各椎体形态、骨质结构未见明显异常，椎体边缘光整，各椎间隙未见明显变窄。附件未见明确骨折征象，寰枢关节对应关系正常。椎前软组织未见增厚。{补充所见}',
    impression: '颈椎未见明显异常。{补充意见}',
    elements: ADDITIONS,
  }),
  film('tspine', 'TSPINE', '胸椎正侧位（正常）', {
    normal: true,
    technique: '胸椎正位及侧位DR摄影。',
    findings:
      '胸椎生理曲度存在，序列规整。各椎体形态、骨质结构未见明显异常，未见压缩变形，各椎间隙未见明显变窄。附件未见明确异常，椎旁软组织未见肿胀。{补充所见}',
    impression: '胸椎未见明显异常。{补充意见}',
    elements: ADDITIONS,
  }),
  film('lspine', 'LSPINE', '腰椎正侧位（正常）', {
    normal: true,
    technique: '腰椎正位及侧位DR摄影。',
    findings:
      '腰椎生理曲度存在，序列规整。各椎体形态、骨质结构未见明显异常，未见压缩变形，椎体边缘光整，各椎间隙未见明显变窄。附件未见明确异常，双侧腰大肌影清晰。{补充所见}',
    impression: '腰椎未见明显异常。{补充意见}',
    elements: ADDITIONS,
  }),
  film('cspine.degeneration', 'CSPINE', '颈椎退行性变', {
    technique: '颈椎正位及侧位DR摄影。',
    findings:
      '颈椎生理曲度{曲度}，序列规整。{椎体}椎体边缘见骨质增生，{椎间隙}椎间隙变窄。项韧带{项韧带}。附件未见明确骨折征象，椎前软组织未见增厚。',
    impression: '颈椎退行性变，{椎间隙}椎间隙变窄。',
    recommendation: '如有上肢麻木、疼痛，建议MR或CT检查。',
    elements: [
      one('曲度', ['存在', '变直', '反弓']),
      many('椎体', ['C3', 'C4', 'C5', 'C6', 'C7']),
      many('椎间隙', ['C3/4', 'C4/5', 'C5/6', 'C6/7']),
      one('项韧带', ['未见钙化', '见钙化']),
    ],
  }),
  film('lspine.degeneration', 'LSPINE', '腰椎退行性变', {
    technique: '腰椎正位及侧位DR摄影。',
    findings:
      '腰椎生理曲度{曲度}，序列规整。{椎体}椎体边缘见骨质增生，{椎间隙}椎间隙变窄。各椎体未见压缩变形。双侧腰大肌影清晰。',
    impression: '腰椎退行性变，{椎间隙}椎间隙变窄。',
    elements: [
      one('曲度', ['存在', '变直', '轻度侧弯']),
      many('椎体', ['L1', 'L2', 'L3', 'L4', 'L5']),
      many('椎间隙', ['L1/2', 'L2/3', 'L3/4', 'L4/5', 'L5/S1']),
    ],
  }),
  film('lspine.compression', 'LSPINE', '胸腰椎压缩骨折', {
    technique: '腰椎正位及侧位DR摄影。',
    findings:
      '{椎体}椎体呈楔形变扁，前缘高度压缩约{压缩比例}，椎体后缘{后缘}。{骨质疏松}。余椎体形态未见明显异常，各椎间隙未见明显变窄。',
    impression: '{椎体}椎体压缩骨折（前缘压缩约{压缩比例}），新旧程度请结合临床。',
    recommendation: '建议MR检查判断新旧，CT检查了解椎管情况。',
    elements: [
      many('椎体', ['T10', 'T11', 'T12', 'L1', 'L2', 'L3', 'L4', 'L5']),
      number('压缩比例', { unit: '%', min: 5, max: 100 }),
      one('后缘', ['完整', '欠光整，未见明确骨块后移', '见骨块向椎管内移位']),
      one('骨质疏松', ['所示诸骨骨质密度减低，考虑骨质疏松', '所示诸骨骨质密度未见明显减低']),
    ],
  }),
  film('lspine.slip', 'LSPINE', '腰椎滑脱', {
    technique: '腰椎正位、侧位及双斜位DR摄影。',
    findings: '{椎体}椎体相对下位椎体向前移位，滑脱程度为{分度}，{峡部}。{椎间隙}椎间隙变窄。余椎体形态未见明显异常。',
    impression: '{椎体}椎体{分度}前滑脱，{峡部}。',
    recommendation: '建议CT检查进一步了解峡部及椎管情况。',
    elements: [
      one('椎体', ['L3', 'L4', 'L5']),
      one('分度', ['Ⅰ度', 'Ⅱ度', 'Ⅲ度', 'Ⅳ度']),
      one('峡部', ['双侧椎弓峡部不连', '椎弓峡部未见明确不连']),
      one('椎间隙', ['L3/4', 'L4/5', 'L5/S1']),
    ],
  }),
  film('pelvis', 'PELVIS', '骨盆正位（正常）', {
    normal: true,
    technique: '骨盆正位DR摄影。',
    findings:
      '骨盆形态对称，骨盆诸骨骨质结构完整，骨皮质连续，未见明确骨折及骨质破坏征象。双侧骶髂关节及髋关节对应关系正常，关节间隙未见明显变窄，耻骨联合未见分离。周围软组织未见明确异常。{补充所见}',
    impression: '骨盆诸骨未见明显异常。{补充意见}',
    elements: ADDITIONS,
  }),
  film('pelvis.fracture', 'PELVIS', '骨盆骨折', {
    technique: '骨盆正位DR摄影。',
    findings:
      '{部位}见骨皮质不连续及骨折线影，断端{断端}。耻骨联合{耻骨联合}，双侧骶髂关节{骶髂关节}。双侧髋关节对应关系正常。',
    impression: '{部位}骨折，断端{断端}。',
    recommendation: '建议骨盆CT及三维重建检查，注意合并脏器及血管损伤。',
    elements: [
      many('部位', [
        '左侧耻骨上支',
        '左侧耻骨下支',
        '右侧耻骨上支',
        '右侧耻骨下支',
        '左侧髂骨',
        '右侧髂骨',
        '骶骨',
        '左侧髋臼',
        '右侧髋臼',
      ]),
      one('断端', ['对位良好', '略有错位', '明显错位']),
      one('耻骨联合', ['未见分离', '间隙增宽']),
      one('骶髂关节', ['间隙对称', '间隙不对称']),
    ],
  }),
];
