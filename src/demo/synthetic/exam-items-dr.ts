import type { ExamItem } from './exam-item';

const CHEST_NORMAL =
  '胸廓对称，气管居中。双肺野透亮度正常，肺纹理走行自然，未见明确实变影及结节影。双肺门影不大，纵隔未见增宽，' +
  '心影大小及形态未见异常。双侧膈面光整，肋膈角锐利。所见胸廓骨质未见明确异常。';

const CHEST_PA: ExamItem = {
  name: 'DR胸部正位',
  modality: 'DX',
  bodyPart: 'CHEST',
  sided: false,
  views: ['PA'],
  images: [1, 1],
  weight: 30,
  technique: '立位后前位摄影，吸气末屏气曝光。',
  cases: [
    {
      name: 'normal',
      weight: 12,
      positive: 0,
      ages: [16, 86],
      clinicalDiagnosis: '健康体检',
      symptoms: '无明显不适',
      source: ['体检', '公卫'],
      priority: 'SCREENING',
      findings: CHEST_NORMAL,
      impression: '心、肺、膈未见明确异常。',
      recommendation: '',
    },
    {
      name: 'bronchitis',
      weight: 5,
      positive: 1,
      ages: [30, 82],
      clinicalDiagnosis: '支气管炎？',
      symptoms: '咳嗽、咳少量白痰1周，无发热',
      source: ['门诊'],
      priority: 'ROUTINE',
      findings:
        '胸廓对称，气管居中。双肺纹理增多、增粗，以双下肺野为著，未见明确实变影。双肺门影不大，心影未见增大。' +
        '双侧膈面光整，肋膈角锐利。',
      impression: '双肺纹理增多、增粗，支气管炎可能，请结合临床。',
      recommendation: '对症治疗后症状不缓解者复查。',
    },
    {
      name: 'elderly',
      weight: 5,
      positive: 1,
      ages: [65, 88],
      clinicalDiagnosis: '老年人健康管理',
      symptoms: '无明显不适，高血压病史10年',
      source: ['公卫'],
      priority: 'SCREENING',
      findings:
        '胸廓对称，气管居中。双肺纹理稍增多，走行尚自然，未见明确实变影及结节影。主动脉弓走行迂曲，弓部见弧形钙化影。' +
        '心影大小在正常范围。双侧膈面光整，肋膈角锐利。胸椎边缘见骨质增生。',
      impression: '1. 主动脉硬化。\n2. 胸椎退行性改变。\n3. 双肺未见明确实变。',
      recommendation: '',
    },
    {
      name: 'consolidation',
      weight: 3,
      finding: 'consolidation',
      positive: 1,
      clinicalDiagnosis: '肺炎？',
      symptoms: '发热、咳嗽、咳黄痰3天，体温最高38.9℃',
      source: ['门诊', '急诊'],
      priority: 'URGENT',
      findings:
        '胸廓对称，气管居中。右肺下野见斑片状密度增高影，边缘模糊，密度不均。左肺野清晰。双肺门影不大，心影未见增大。' +
        '双侧膈面光整，肋膈角锐利。',
      impression: '右肺下野炎性病变可能。',
      recommendation: '抗感染治疗后复查，必要时行胸部CT检查。',
    },
    {
      name: 'nodule',
      weight: 1.2,
      finding: 'nodule',
      positive: 1,
      ages: [45, 85],
      clinicalDiagnosis: '咳嗽待查',
      symptoms: '咳嗽1月，偶有痰中带血丝，吸烟史30年',
      source: ['门诊'],
      priority: 'ROUTINE',
      findings:
        '胸廓对称，气管居中。右肺上野中带见类圆形结节影，直径约1.8cm，边缘尚清，密度较均匀，其内未见明确钙化。' +
        '余肺野清晰。双肺门影不大，心影未见增大。双侧膈面光整，肋膈角锐利。',
      impression: '右肺上野结节影，性质待定。',
      recommendation: '建议行胸部CT检查，并与既往片对照。',
    },
    {
      name: 'effusion',
      weight: 1.5,
      finding: 'effusion',
      positive: 1,
      ages: [40, 86],
      clinicalDiagnosis: '胸腔积液？',
      symptoms: '左侧胸痛伴活动后气促5天',
      source: ['门诊', '住院'],
      priority: 'URGENT',
      findings:
        '胸廓对称，气管居中。左肺下野外带见外高内低的弧形致密影，上缘模糊，左侧肋膈角消失，左膈面外侧显示不清。' +
        '右肺野清晰，右侧肋膈角锐利。心影未见增大。',
      impression: '左侧胸腔中等量积液。',
      recommendation: '建议超声定位，必要时行胸部CT检查了解肺内情况。',
    },
    {
      name: 'pneumothorax',
      weight: 1,
      finding: 'pneumothorax',
      positive: 1,
      critical: '大量液/血/气胸',
      ages: [17, 70],
      clinicalDiagnosis: '气胸？',
      symptoms: '突发右侧胸痛、呼吸困难2小时',
      source: ['急诊'],
      priority: 'STAT',
      findings:
        '右侧胸腔见无肺纹理的透亮区，其内侧见受压肺组织边缘，右肺压缩约55%。气管及纵隔未见明显移位。左肺野清晰，' +
        '左侧肋膈角锐利。心影未见增大。所见肋骨未见明确骨折征象。',
      impression: '右侧大量气胸，右肺压缩约55%。',
      recommendation: '立即通知临床处理，治疗后复查。',
    },
  ],
};

const CHEST_PA_LATERAL: ExamItem = {
  name: 'DR胸部正侧位',
  modality: 'DX',
  bodyPart: 'CHEST',
  sided: false,
  views: ['PA', 'LL'],
  images: [2, 2],
  weight: 10,
  technique: '立位后前位及左侧位摄影，吸气末屏气曝光。',
  cases: [
    {
      name: 'normal',
      weight: 5,
      positive: 0,
      clinicalDiagnosis: '咳嗽待查',
      symptoms: '干咳10天，无发热',
      source: ['门诊'],
      priority: 'ROUTINE',
      findings: `${CHEST_NORMAL}侧位片示胸骨后及心后间隙清晰。`,
      impression: '心、肺、膈未见明确异常。',
      recommendation: '',
    },
    {
      name: 'consolidation',
      weight: 3,
      finding: 'consolidation',
      positive: 1,
      clinicalDiagnosis: '肺炎？',
      symptoms: '发热4天，咳嗽，右侧胸痛',
      source: ['门诊', '住院'],
      priority: 'URGENT',
      findings:
        '胸廓对称，气管居中。正位片示右肺下野斑片状密度增高影，边缘模糊；侧位片示病变位于心后区，相当于右肺下叶。' +
        '左肺野清晰。双肺门影不大，心影未见增大。双侧肋膈角锐利。',
      impression: '右肺下叶炎性病变可能。',
      recommendation: '抗感染治疗后复查。',
    },
  ],
};

const RIB: ExamItem = {
  name: 'DR〔侧〕侧肋骨正位',
  modality: 'DX',
  bodyPart: 'RIB',
  sided: true,
  views: ['AP'],
  images: [1, 2],
  weight: 4,
  technique: '〔侧〕侧肋骨立位前后位摄影。',
  cases: [
    {
      name: 'normal',
      weight: 4,
      positive: 0,
      clinicalDiagnosis: '胸部外伤',
      symptoms: '摔伤致〔侧〕侧胸部疼痛半天',
      source: ['门诊', '急诊'],
      priority: 'URGENT',
      findings: '〔侧〕侧诸肋骨走行自然，骨皮质连续，未见明确骨折线。〔侧〕侧肋膈角锐利，所见肺野未见明确异常透亮区。',
      impression: '〔侧〕侧肋骨未见明确骨折征象。',
      recommendation: '疼痛持续者建议2周后复查，或行肋骨CT三维重建。',
    },
    {
      name: 'fracture',
      weight: 2,
      finding: 'rib-fracture',
      side: 'L',
      positive: 1,
      clinicalDiagnosis: '肋骨骨折？',
      symptoms: '骑车摔倒致左侧胸痛1天，深呼吸时加重',
      source: ['急诊', '门诊'],
      priority: 'URGENT',
      findings:
        '左侧第6、7肋骨腋段骨皮质不连续，断端对位可。余左侧肋骨未见明确骨折线。左侧肋膈角锐利，未见明确气胸征象。',
      impression: '左侧第6、7肋骨骨折。',
      recommendation: '建议行肋骨CT三维重建，注意复查除外迟发性液气胸。',
    },
  ],
};

const ABDOMEN: ExamItem = {
  name: 'DR腹部立卧位',
  modality: 'DX',
  bodyPart: 'ABDOMEN',
  sided: false,
  views: ['AP'],
  images: [2, 2],
  weight: 5,
  technique: '腹部立位及仰卧位前后位摄影。',
  cases: [
    {
      name: 'normal',
      weight: 4,
      positive: 0,
      clinicalDiagnosis: '腹痛待查',
      symptoms: '脐周隐痛1天，无呕吐',
      source: ['门诊', '急诊'],
      priority: 'URGENT',
      findings:
        '双侧膈下未见游离气体影。肠管内见少量气体，未见明确扩张及气液平面。双肾区及输尿管走行区未见明确阳性结石影。',
      impression: '腹部立卧位片未见明确异常。',
      recommendation: '症状不缓解者建议行腹部CT检查。',
    },
    {
      name: 'obstruction',
      weight: 2,
      finding: 'obstruction',
      positive: 1,
      ages: [35, 85],
      clinicalDiagnosis: '肠梗阻？',
      symptoms: '腹痛、腹胀、呕吐2天，停止排气排便1天',
      source: ['急诊'],
      priority: 'STAT',
      findings: '中腹部见多个扩张积气的肠管影，立位见多发阶梯状气液平面。双侧膈下未见游离气体影。',
      impression: '小肠梗阻征象。',
      recommendation: '建议行腹部CT检查，明确梗阻部位及原因。',
    },
    {
      name: 'perforation',
      weight: 1,
      finding: 'free-air',
      positive: 1,
      critical: '消化道穿孔',
      ages: [25, 80],
      clinicalDiagnosis: '急腹症',
      symptoms: '突发上腹部剧烈疼痛3小时，胃溃疡病史',
      source: ['急诊'],
      priority: 'STAT',
      findings: '立位片示右侧膈下新月形游离气体影。肠管内见少量气体，未见明确气液平面。',
      impression: '右膈下游离气体，考虑消化道穿孔。',
      recommendation: '立即通知临床处理，必要时行腹部CT检查。',
    },
  ],
};

export const FILM_ITEMS_OF_TRUNK: readonly ExamItem[] = [CHEST_PA, CHEST_PA_LATERAL, RIB, ABDOMEN];
