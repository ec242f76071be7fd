import type { ExamItem } from './exam-item';

const CHEST: ExamItem = {
  name: 'CT胸部平扫',
  modality: 'CT',
  bodyPart: 'CHEST',
  sided: false,
  images: [60, 80],
  series: 2,
  weight: 20,
  technique: '仰卧位，吸气末屏气，自肺尖至肺底螺旋扫描，层厚5mm，肺窗及纵隔窗重建。',
  cases: [
    {
      name: 'normal',
      weight: 5,
      positive: 0,
      clinicalDiagnosis: '健康体检',
      symptoms: '无明显不适',
      source: ['体检', '门诊'],
      priority: 'ROUTINE',
      findings:
        '胸廓对称。双肺纹理走行自然，肺实质内未见明确实变影及结节影。气管及各叶、段支气管通畅。纵隔及双肺门未见肿大淋巴结。' +
        '心影及大血管形态未见明确异常。双侧胸腔未见积液。所见胸廓骨质未见明确异常。',
      impression: '胸部CT平扫未见明确异常。',
      recommendation: '',
    },
    {
      name: 'nodule',
      weight: 3,
      finding: 'nodule',
      positive: 1,
      ages: [42, 84],
      clinicalDiagnosis: '肺部结节',
      symptoms: '体检胸片发现右肺结节，无咳嗽、咯血',
      source: ['门诊', '住院'],
      priority: 'ROUTINE',
      findings:
        '右肺上叶见一实性结节，大小约1.4cm×1.2cm，边缘尚清，密度均匀，未见明确钙化及空洞。余肺未见明确实变影。' +
        '气管及各叶、段支气管通畅。纵隔未见肿大淋巴结。双侧胸腔未见积液。',
      impression: '右肺上叶实性结节，性质待定，肿瘤性病变不除外。',
      recommendation: '建议增强CT检查，并与既往影像对照；必要时转上级医院进一步诊治。',
    },
    {
      name: 'pneumonia',
      weight: 4,
      finding: 'consolidation',
      positive: 1,
      clinicalDiagnosis: '肺炎',
      symptoms: '发热、咳嗽、咳痰5天，右下肺可闻及湿啰音',
      source: ['住院', '门诊', '急诊'],
      priority: 'URGENT',
      findings:
        '右肺下叶见片状实变影，周围伴磨玻璃密度影，边缘模糊，其内见支气管充气征。左肺未见明确实变。' +
        '气管及各叶、段支气管通畅。纵隔未见肿大淋巴结。双侧胸腔未见积液。',
      impression: '右肺下叶炎症。',
      recommendation: '抗感染治疗后复查。',
    },
    {
      name: 'effusion',
      weight: 1.5,
      finding: 'effusion',
      positive: 1,
      ages: [40, 86],
      clinicalDiagnosis: '胸腔积液',
      symptoms: '气促1周，左侧呼吸音减低',
      source: ['住院'],
      priority: 'ROUTINE',
      findings:
        '左侧胸腔见弧形液体密度影，邻近左肺下叶受压。右肺未见明确实变影。气管及各叶、段支气管通畅。' +
        '纵隔未见肿大淋巴结。右侧胸腔未见积液。',
      impression: '左侧胸腔积液，邻近左肺下叶受压。',
      recommendation: '建议结合胸水检查，积液吸收后复查了解肺内情况。',
    },
    {
      name: 'emphysema',
      weight: 2.5,
      positive: 1,
      ages: [55, 86],
      clinicalDiagnosis: '慢性支气管炎',
      symptoms: '反复咳嗽、咳痰10余年，加重3天',
      source: ['门诊', '住院'],
      priority: 'ROUTINE',
      findings:
        '胸廓前后径稍增大。双肺透亮度稍增高，支气管血管束增粗。右肺上叶尖段见少许条索影，边缘清楚。未见明确实变影。' +
        '主动脉壁见钙化。纵隔未见肿大淋巴结。双侧胸腔未见积液。',
      impression: '1. 慢性支气管炎、肺气肿征象。\n2. 右肺上叶少许陈旧性病灶。\n3. 主动脉硬化。',
      recommendation: '',
    },
  ],
};

const HEAD: ExamItem = {
  name: 'CT颅脑平扫',
  modality: 'CT',
  bodyPart: 'HEAD',
  sided: false,
  images: [26, 32],
  weight: 14,
  technique: '仰卧位，以听眶线为基线轴位扫描，层厚5mm。',
  cases: [
    {
      name: 'normal',
      weight: 4,
      positive: 0,
      ages: [16, 58],
      clinicalDiagnosis: '头痛待查',
      symptoms: '间断头痛半月',
      source: ['门诊'],
      priority: 'ROUTINE',
      findings:
        '双侧大脑半球对称，脑实质密度未见明确异常，灰白质分界清楚。脑室系统大小、形态正常，脑沟、脑裂未见增宽。中线结构居中。颅骨未见明确骨质异常。',
      impression: '颅脑CT平扫未见明确异常。',
      recommendation: '',
    },
    {
      name: 'lacunar',
      weight: 4,
      positive: 1,
      ages: [60, 88],
      clinicalDiagnosis: '头晕待查',
      symptoms: '头晕、行走不稳3天，高血压病史',
      source: ['门诊', '住院'],
      priority: 'ROUTINE',
      findings:
        '双侧基底节区见数个斑点状低密度影，边界尚清。脑室系统未见明显扩大，脑沟、脑裂稍增宽。中线结构居中。颅内未见明确出血征象。',
      impression: '1. 双侧基底节区多发腔隙性脑梗死可能。\n2. 轻度老年性脑改变。',
      recommendation: '若为新发症状，建议行颅脑MRI检查。',
    },
    {
      name: 'haemorrhage',
      weight: 1.5,
      finding: 'haemorrhage',
      positive: 1,
      critical: '急性脑出血',
      ages: [46, 84],
      clinicalDiagnosis: '脑出血？',
      symptoms: '突发右侧肢体无力、言语不清1小时，血压195/110mmHg',
      source: ['急诊'],
      priority: 'STAT',
      findings:
        '左侧基底节区见类椭圆形高密度影，大小约4.4cm×3.2cm×3.9cm，CT值约68HU，边界清楚，周围见低密度水肿带。左侧脑室稍受压，' +
        '中线结构未见明显移位。蛛网膜下腔未见明确高密度影。',
      impression: '左侧基底节区急性脑出血，出血量约27ml。',
      recommendation: '立即通知临床处理，短期内复查。',
    },
  ],
};

const HEAD_TRAUMA: ExamItem = {
  name: 'CT颅脑平扫(外伤)',
  modality: 'CT',
  bodyPart: 'HEAD',
  sided: false,
  images: [52, 64],
  series: 2,
  weight: 7,
  technique: '仰卧位，以听眶线为基线轴位扫描，层厚5mm，脑窗及骨窗重建。',
  cases: [
    {
      name: 'normal',
      weight: 4,
      positive: 0,
      ages: [6, 75],
      clinicalDiagnosis: '头部外伤',
      symptoms: '摔伤头部2小时，无昏迷、呕吐',
      source: ['急诊'],
      priority: 'STAT',
      findings:
        '脑实质密度未见明确异常，颅内未见明确出血征象。脑室系统大小、形态正常，中线结构居中。骨窗示颅骨未见明确骨折线。',
      impression: '颅脑CT平扫未见明确外伤性改变。',
      recommendation: '临床观察，症状加重及时复查。',
    },
    {
      name: 'epidural',
      weight: 1.2,
      finding: 'epidural',
      positive: 1,
      critical: '急性硬膜外/硬膜下出血',
      ages: [16, 70],
      clinicalDiagnosis: '颅脑损伤',
      symptoms: '车祸致头部外伤1小时，短暂昏迷后清醒，呕吐2次',
      source: ['急诊'],
      priority: 'STAT',
      findings:
        '右侧额颞部颅骨内板下见梭形高密度影，最厚处约1.5cm，内缘光滑，邻近脑组织轻度受压。脑室系统未见明显变形，中线结构居中。' +
        '骨窗示颅骨未见明确移位性骨折。',
      impression: '右侧额颞部急性硬膜外出血。',
      recommendation: '立即通知临床处理，6小时内或病情变化时复查。',
    },
  ],
};

const LUMBAR_DISC: ExamItem = {
  name: 'CT腰椎间盘平扫',
  modality: 'CT',
  bodyPart: 'LSPINE',
  sided: false,
  images: [40, 60],
  series: 2,
  weight: 8,
  technique: '仰卧位，L3/4、L4/5、L5/S1椎间盘轴位扫描，软组织窗及骨窗重建。',
  cases: [
    {
      name: 'bulge',
      weight: 1,
      positive: 1,
      ages: [30, 82],
      clinicalDiagnosis: '腰椎间盘突出症？',
      symptoms: '腰痛伴左下肢麻木1月',
      source: ['门诊', '住院'],
      priority: 'ROUTINE',
      findings:
        '腰椎椎体边缘见骨质增生。L4/5、L5/S1椎间盘向周围轻度膨隆，硬膜囊前缘稍受压，双侧侧隐窝未见明显狭窄。椎管未见明确骨性狭窄。',
      impression: '1. L4/5、L5/S1椎间盘膨出。\n2. 腰椎退行性改变。',
      recommendation: '必要时行腰椎MRI检查。',
    },
  ],
};

const SINUS: ExamItem = {
  name: 'CT鼻窦平扫',
  modality: 'CT',
  bodyPart: 'SINUS',
  sided: false,
  images: [30, 40],
  weight: 3,
  technique: '仰卧位，鼻窦轴位螺旋扫描，骨窗重建。',
  cases: [
    {
      name: 'sinusitis',
      weight: 2,
      finding: 'sinusitis',
      positive: 1,
      ages: [12, 70],
      clinicalDiagnosis: '鼻窦炎',
      symptoms: '鼻塞、流脓涕2月，右侧面部胀痛',
      source: ['门诊'],
      priority: 'ROUTINE',
      findings:
        '右侧上颌窦内见软组织密度影填充，窦壁骨质未见明确破坏。左侧上颌窦气化良好。鼻中隔居中，双侧鼻甲未见明显肥大。',
      impression: '右侧上颌窦炎。',
      recommendation: '',
    },
    {
      name: 'normal',
      weight: 1,
      positive: 0,
      ages: [12, 70],
      clinicalDiagnosis: '鼻炎',
      symptoms: '反复打喷嚏、流清涕',
      source: ['门诊'],
      priority: 'ROUTINE',
      findings: '双侧上颌窦气化良好，窦腔内未见异常密度影，窦壁骨质完整。鼻中隔居中，双侧鼻甲未见明显肥大。',
      impression: '鼻窦CT平扫未见明确异常。',
      recommendation: '',
    },
  ],
};

export const CT_ITEMS: readonly ExamItem[] = [CHEST, HEAD, HEAD_TRAUMA, LUMBAR_DISC, SINUS];
