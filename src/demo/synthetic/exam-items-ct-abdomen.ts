import type { ExamItem } from './exam-item';

const UPPER_ABDOMEN: ExamItem = {
  name: 'CT上腹部平扫',
  modality: 'CT',
  bodyPart: 'ABDOMEN',
  sided: false,
  images: [40, 50],
  weight: 8,
  technique: '仰卧位，屏气，自膈顶至肾下极螺旋扫描，层厚5mm。',
  cases: [
    {
      name: 'fatty-liver',
      weight: 3,
      positive: 1,
      ages: [28, 70],
      clinicalDiagnosis: '肝功能异常',
      symptoms: '体检转氨酶升高，无腹痛',
      source: ['门诊', '体检'],
      priority: 'ROUTINE',
      findings:
        '肝脏大小、形态正常，实质密度轻度减低，未见明确占位。胆囊不大，壁不厚，其内未见明确高密度影。肝内外胆管未见扩张。' +
        '胰腺、脾脏及双肾未见明确异常。腹腔未见积液。',
      impression: '轻度脂肪肝。',
      recommendation: '控制饮食、适当运动后复查。',
    },
    {
      name: 'gallstones',
      weight: 3,
      finding: 'gallstones',
      positive: 1,
      ages: [30, 82],
      clinicalDiagnosis: '胆囊结石？',
      symptoms: '进食油腻后右上腹疼痛2天',
      source: ['门诊', '急诊'],
      priority: 'URGENT',
      findings:
        '肝脏形态、密度未见明确异常，肝内外胆管未见扩张。胆囊不大，其内见数枚结节状高密度影，较大者直径约1.0cm，胆囊壁未见明显增厚。' +
        '胰腺、脾脏及双肾未见明确异常。腹腔未见积液。',
      impression: '胆囊多发结石。',
      recommendation: '建议结合超声检查。',
    },
  ],
};

const WHOLE_ABDOMEN: ExamItem = {
  name: 'CT全腹部平扫',
  modality: 'CT',
  bodyPart: 'ABDOMEN',
  sided: false,
  images: [70, 90],
  weight: 6,
  technique: '仰卧位，屏气，自膈顶至耻骨联合螺旋扫描，层厚5mm。',
  cases: [
    {
      name: 'obstruction',
      weight: 2,
      finding: 'obstruction',
      positive: 1,
      ages: [35, 84],
      clinicalDiagnosis: '肠梗阻',
      symptoms: '腹痛、呕吐、停止排便2天',
      source: ['急诊', '住院'],
      priority: 'STAT',
      findings:
        '中腹部小肠肠管扩张、积气积液，见多发气液平面，肠壁未见明显增厚。腹腔未见游离气体及积液。肝、脾、胰腺及双肾未见明确异常。膀胱充盈可。',
      impression: '小肠梗阻，梗阻原因平扫显示不清。',
      recommendation: '建议增强CT检查，了解肠管血供及梗阻原因。',
    },
    {
      name: 'perforation',
      weight: 1,
      finding: 'free-air',
      positive: 1,
      critical: '消化道穿孔',
      ages: [24, 82],
      clinicalDiagnosis: '急腹症',
      symptoms: '突发上腹剧痛2小时，板状腹',
      source: ['急诊'],
      priority: 'STAT',
      findings:
        '上腹部肝前缘及前腹壁下见游离气体影。腹腔脂肪间隙尚清，未见明显积液。肝、脾、胰腺及双肾未见明确异常。膀胱充盈可。',
      impression: '腹腔游离气体，考虑消化道穿孔。',
      recommendation: '立即通知临床处理。',
    },
    {
      name: 'normal',
      weight: 2,
      positive: 0,
      clinicalDiagnosis: '腹痛待查',
      symptoms: '间断腹痛1周',
      source: ['门诊'],
      priority: 'ROUTINE',
      findings:
        '肝、胆、胰、脾及双肾形态、密度未见明确异常。胃肠道未见明显扩张。腹腔未见游离气体及积液，腹膜后未见肿大淋巴结。膀胱充盈可，壁未见增厚。',
      impression: '全腹部CT平扫未见明确异常。',
      recommendation: '胃肠道病变建议结合内镜检查。',
    },
  ],
};

const URINARY: ExamItem = {
  name: 'CT泌尿系平扫',
  modality: 'CT',
  bodyPart: 'ABDOMEN',
  sided: false,
  images: [70, 90],
  weight: 6,
  technique: '仰卧位，膀胱充盈，自双肾上极至耻骨联合螺旋扫描，层厚5mm。',
  cases: [
    {
      name: 'stone',
      weight: 3,
      finding: 'ureter-stone',
      positive: 1,
      ages: [22, 70],
      clinicalDiagnosis: '肾绞痛',
      symptoms: '左侧腰腹部绞痛3小时，肉眼血尿',
      source: ['急诊', '门诊'],
      priority: 'URGENT',
      findings:
        '左侧输尿管上段见结节状致密影，大小约0.7cm×0.6cm，CT值约850HU，其上方左侧肾盂扩张积水。右肾及右侧输尿管未见扩张，' +
        '未见明确致密影。膀胱充盈可，壁未见增厚。',
      impression: '左侧输尿管上段结石，伴左侧肾盂积水。',
      recommendation: '建议泌尿外科就诊。',
    },
    {
      name: 'normal',
      weight: 2,
      positive: 0,
      clinicalDiagnosis: '腰痛待查',
      symptoms: '双侧腰部酸胀1周',
      source: ['门诊'],
      priority: 'ROUTINE',
      findings:
        '双肾大小、形态正常，实质密度均匀，肾盂肾盏未见扩张。双侧输尿管未见扩张，走行区未见明确致密影。膀胱充盈可，壁未见增厚。',
      impression: '泌尿系CT平扫未见明确阳性结石及积水。',
      recommendation: '',
    },
  ],
};

export const CT_ITEMS_OF_ABDOMEN: readonly ExamItem[] = [UPPER_ABDOMEN, WHOLE_ABDOMEN, URINARY];
