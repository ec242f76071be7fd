import type { ExamItem } from './exam-item';

const CERVICAL_SPINE: ExamItem = {
  name: 'DR颈椎正侧位',
  modality: 'DX',
  bodyPart: 'CSPINE',
  sided: false,
  views: ['AP', 'LL'],
  images: [2, 2],
  weight: 5,
  technique: '颈椎前后位及侧位摄影。',
  cases: [
    {
      name: 'degenerative',
      weight: 3,
      positive: 1,
      ages: [38, 80],
      clinicalDiagnosis: '颈椎病',
      symptoms: '颈肩部酸痛伴手指麻木3月',
      source: ['门诊'],
      priority: 'ROUTINE',
      findings:
        '颈椎生理曲度变直，序列尚可。C4～C6椎体边缘见骨质增生，C5/6椎间隙稍变窄。附件结构未见明确骨质破坏。椎前软组织未见增厚。',
      impression: '颈椎退行性改变，C5/6椎间隙稍变窄。',
      recommendation: '有神经症状者建议行颈椎MRI检查。',
    },
    {
      name: 'straight',
      weight: 2,
      positive: 1,
      ages: [18, 45],
      clinicalDiagnosis: '颈痛',
      symptoms: '长期伏案，颈部僵硬半月',
      source: ['门诊'],
      priority: 'ROUTINE',
      findings: '颈椎生理曲度变直，序列连续。各椎体形态、骨质未见明确异常，椎间隙未见变窄。椎前软组织未见增厚。',
      impression: '颈椎生理曲度变直，余未见明确异常。',
      recommendation: '',
    },
  ],
};

const LUMBAR_SPINE: ExamItem = {
  name: 'DR腰椎正侧位',
  modality: 'DX',
  bodyPart: 'LSPINE',
  sided: false,
  views: ['AP', 'LL'],
  images: [2, 2],
  weight: 8,
  technique: '腰椎前后位及侧位摄影。',
  cases: [
    {
      name: 'degenerative',
      weight: 5,
      positive: 1,
      ages: [45, 85],
      clinicalDiagnosis: '腰痛待查',
      symptoms: '反复腰痛2年，加重1周',
      source: ['门诊', '住院'],
      priority: 'ROUTINE',
      findings:
        '腰椎序列尚可，生理曲度变浅。L3～L5椎体边缘见唇样骨质增生，各椎间隙未见明显变窄。所见椎体未见明确压缩变扁。双侧腰大肌影清晰。',
      impression: '腰椎退行性改变。',
      recommendation: '伴下肢放射痛者建议行腰椎间盘CT或MRI检查。',
    },
    {
      name: 'normal',
      weight: 2,
      positive: 0,
      ages: [16, 40],
      clinicalDiagnosis: '腰部扭伤',
      symptoms: '搬重物后腰痛1天',
      source: ['门诊'],
      priority: 'ROUTINE',
      findings: '腰椎序列连续，生理曲度存在。各椎体及附件骨质未见明确异常，椎间隙未见变窄。双侧腰大肌影清晰。',
      impression: '腰椎正侧位片未见明确异常。',
      recommendation: '',
    },
  ],
};

const KNEE: ExamItem = {
  name: 'DR〔侧〕膝关节正侧位',
  modality: 'DX',
  bodyPart: 'KNEE',
  sided: true,
  views: ['AP', 'LL'],
  images: [2, 2],
  weight: 8,
  technique: '〔侧〕膝关节前后位及侧位摄影。',
  cases: [
    {
      name: 'degenerative',
      weight: 4,
      positive: 1,
      ages: [50, 85],
      clinicalDiagnosis: '骨关节炎',
      symptoms: '〔侧〕膝疼痛、上下楼加重1年',
      source: ['门诊'],
      priority: 'ROUTINE',
      findings:
        '〔侧〕膝关节在位，髁间隆起变尖，胫骨平台边缘及髌骨上下缘见骨质增生，关节间隙尚可。未见明确骨折线。周围软组织未见明确肿胀。',
      impression: '〔侧〕膝关节退行性改变。',
      recommendation: '',
    },
    {
      name: 'normal',
      weight: 2,
      positive: 0,
      ages: [8, 45],
      clinicalDiagnosis: '膝部外伤',
      symptoms: '运动时扭伤〔侧〕膝半天',
      source: ['门诊', '急诊'],
      priority: 'URGENT',
      findings: '〔侧〕膝关节在位，关节间隙正常，构成诸骨骨皮质连续，未见明确骨折线。周围软组织未见明确肿胀。',
      impression: '〔侧〕膝关节未见明确骨折及脱位征象。',
      recommendation: '疑韧带或半月板损伤者建议行MRI检查。',
    },
  ],
};

const HAND: ExamItem = {
  name: 'DR〔侧〕手正位',
  modality: 'DX',
  bodyPart: 'HAND',
  sided: true,
  views: ['PA'],
  images: [1, 2],
  weight: 4,
  technique: '〔侧〕手后前位摄影。',
  cases: [
    {
      name: 'normal',
      weight: 1,
      positive: 0,
      ages: [6, 70],
      clinicalDiagnosis: '手外伤',
      symptoms: '〔侧〕手被门夹伤1小时',
      source: ['急诊', '门诊'],
      priority: 'URGENT',
      findings: '〔侧〕手诸骨骨皮质连续，未见明确骨折线，各关节在位。软组织内未见明确高密度异物影。',
      impression: '〔侧〕手未见明确骨折及脱位征象。',
      recommendation: '',
    },
  ],
};

const ANKLE: ExamItem = {
  name: 'DR〔侧〕踝关节正侧位',
  modality: 'DX',
  bodyPart: 'ANKLE',
  sided: true,
  views: ['AP', 'LL'],
  images: [2, 2],
  weight: 4,
  technique: '〔侧〕踝关节前后位及侧位摄影。',
  cases: [
    {
      name: 'sprain',
      weight: 1,
      positive: 0,
      ages: [10, 65],
      clinicalDiagnosis: '踝关节扭伤',
      symptoms: '下楼时崴伤〔侧〕踝2小时，肿痛',
      source: ['急诊', '门诊'],
      priority: 'URGENT',
      findings: '〔侧〕踝关节在位，关节间隙正常，内、外、后踝骨皮质连续，未见明确骨折线。外踝周围软组织稍肿胀。',
      impression: '〔侧〕踝关节未见明确骨折征象，外踝周围软组织稍肿胀。',
      recommendation: '肿痛不缓解者1～2周后复查。',
    },
  ],
};

const PELVIS: ExamItem = {
  name: 'DR骨盆正位',
  modality: 'DX',
  bodyPart: 'PELVIS',
  sided: false,
  views: ['AP'],
  images: [1, 1],
  weight: 3,
  technique: '骨盆仰卧前后位摄影。',
  cases: [
    {
      name: 'normal',
      weight: 2,
      positive: 0,
      ages: [30, 84],
      clinicalDiagnosis: '髋部外伤',
      symptoms: '跌倒后髋部疼痛1天，可行走',
      source: ['门诊', '急诊'],
      priority: 'URGENT',
      findings:
        '骨盆环连续，诸骨骨皮质未见明确中断。双侧髋关节对称，关节间隙未见变窄，股骨头形态未见异常。双侧骶髂关节面尚清。',
      impression: '骨盆诸骨未见明确骨折征象。',
      recommendation: '疼痛持续者建议行髋关节CT检查，除外隐匿性骨折。',
    },
  ],
};

export const FILM_ITEMS_OF_BONES: readonly ExamItem[] = [CERVICAL_SPINE, LUMBAR_SPINE, KNEE, HAND, ANKLE, PELVIS];
