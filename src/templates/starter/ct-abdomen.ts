import type { LibraryTemplate, TemplateSex } from '../template-content';
import { ADDITIONS, ct, density, many, number, one, side, size } from './define';

const UPPER =
  '肝脏大小、形态未见明显异常，肝实质密度均匀，肝内外胆管未见扩张。胆囊大小、形态未见明显异常，壁未见增厚，腔内未见明确阳性结石。胰腺形态、密度未见明显异常，胰管未见扩张。脾脏不大，密度均匀。';
const KIDNEYS = '双肾大小、形态未见明显异常，肾盂、肾盏未见扩张，未见明确阳性结石。';
const NODES = '腹膜后未见明确肿大淋巴结，腹腔未见积液。';

function wholeAbdomen(sex: TemplateSex & string, name: string, genital: string): LibraryTemplate {
  return ct(`abdomen.${sex.toLowerCase()}`, 'ABDOMENPELVIS', `全腹平扫（${name}，正常）`, {
    normal: true,
    sex,
    technique: '全腹部CT平扫，行软组织窗观察。',
    findings: `${UPPER}${KIDNEYS}双侧肾上腺未见明显异常。所示胃肠道未见明显扩张及壁增厚，阑尾区未见明确炎性征象。膀胱充盈可，壁未见增厚。${genital}${NODES}所示骨质未见明确异常。{补充所见}`,
    impression: '全腹部CT平扫未见明显异常。{补充意见}',
    elements: ADDITIONS,
  });
}

/** CT of abdomen and urinary tract. */
export const CT_ABDOMEN: readonly LibraryTemplate[] = [
  ct('upper-abdomen', 'UPPERABDOMEN', '上腹部平扫（正常）', {
    normal: true,
    technique: '上腹部CT平扫，行软组织窗观察。',
    findings: `${UPPER}所示双肾及双侧肾上腺未见明显异常。${NODES}所示骨质未见明确异常。{补充所见}`,
    impression: '上腹部CT平扫未见明显异常。{补充意见}',
    elements: ADDITIONS,
  }),
  wholeAbdomen('M', '男性', '前列腺及精囊腺大小、形态未见明显异常。'),
  wholeAbdomen('F', '女性', '子宫大小、形态未见明显异常，双侧附件区未见明确异常密度影。'),
  ct('urinary', 'URINARYTRACT', '泌尿系平扫（正常）', {
    normal: true,
    technique: '泌尿系CT平扫，行软组织窗观察。',
    findings:
      '双肾大小、形态及位置未见明显异常，肾实质密度均匀，双侧肾盂、肾盏未见扩张，未见明确阳性结石。双侧输尿管走行区未见扩张及阳性结石。膀胱充盈可，壁未见增厚，腔内未见明确阳性结石。双侧肾周脂肪间隙清晰。腹膜后未见明确肿大淋巴结。{补充所见}',
    impression: '泌尿系CT平扫未见明显异常。{补充意见}',
    elements: ADDITIONS,
  }),
  ct('urinary.kidney-stone', 'URINARYTRACT', '肾结石', {
    technique: '泌尿系CT平扫，行软组织窗观察。',
    findings:
      '{侧别}肾{部位}见{数量}致密影，较大者大小约{大小}，CT值约{CT值}。{侧别}肾盂、肾盏{扩张}。双侧输尿管未见扩张，走行区未见明确阳性结石。膀胱充盈可，壁未见增厚。肾周脂肪间隙{肾周}。',
    impression: '{侧别}肾结石（{数量}，较大者约{大小}），肾盂、肾盏{扩张}。',
    elements: [
      side('侧别', ['左', '右', '双']),
      many('部位', ['上盏', '中盏', '下盏', '肾盂']),
      one('数量', ['单发', '多发']),
      size('大小', 1, 80),
      density('CT值'),
      one('扩张', ['未见扩张', '轻度扩张', '明显扩张']),
      one('肾周', ['清晰', '模糊']),
    ],
  }),
  ct('urinary.ureter-stone', 'URINARYTRACT', '输尿管结石', {
    technique: '泌尿系CT平扫，行软组织窗观察。',
    findings:
      '{侧别}输尿管{部位}见一致密影，大小约{大小}，CT值约{CT值}，其以上输尿管及肾盂、肾盏扩张，{积水}，肾周脂肪间隙{肾周}。对侧肾盂、输尿管未见扩张。膀胱充盈可，壁未见增厚。',
    impression: '{侧别}输尿管{部位}结石，{侧别}肾{积水}。',
    recommendation: '请泌尿外科就诊。',
    elements: [
      side('侧别', ['左侧', '右侧']),
      one('部位', ['上段', '中段', '下段', '膀胱入口处']),
      size('大小', 2, 40),
      density('CT值'),
      one('积水', ['轻度积水', '中度积水', '重度积水']),
      one('肾周', ['清晰', '模糊，见条索影']),
    ],
  }),
  ct('urinary.renal-cyst', 'URINARYTRACT', '肾囊肿', {
    technique: '泌尿系CT平扫，行软组织窗观察。',
    findings:
      '{侧别}肾{部位}见{数量}类圆形水样密度影，边界清晰，较大者大小约{大小}，CT值约{CT值}，壁{壁}。双侧肾盂、肾盏及输尿管未见扩张，未见明确阳性结石。膀胱充盈可。',
    impression: '{侧别}肾囊肿（{数量}，较大者约{大小}）。',
    recommendation: '建议定期复查超声。',
    elements: [
      side('侧别', ['左', '右', '双']),
      one('部位', ['上极', '中部', '下极', '实质内']),
      one('数量', ['单发', '多发']),
      size('大小', 2, 200),
      number('CT值', { unit: 'HU', min: -50, max: 100, normalLow: -10, normalHigh: 20 }),
      one('壁', ['薄而光整', '见钙化', '增厚']),
    ],
  }),
  ct('abdomen.fatty-liver', 'UPPERABDOMEN', '脂肪肝', {
    technique: '上腹部CT平扫，行软组织窗观察。',
    findings:
      '肝脏大小{大小}，肝实质密度{分布}减低，CT值约{肝CT值}（脾脏约{脾CT值}），肝内血管{血管}。肝内外胆管未见扩张。胆囊未见明显异常。胰腺、脾脏形态、密度未见明显异常。腹腔未见积液。',
    impression: '{程度}脂肪肝。',
    elements: [
      one('大小', ['未见明显异常', '增大']),
      one('分布', ['弥漫性', '局限性、不均匀']),
      number('肝CT值', { unit: 'HU', min: -50, max: 100, normalLow: 40, normalHigh: 70 }),
      number('脾CT值', { unit: 'HU', min: 0, max: 100 }),
      one('血管', ['显示清晰', '显示模糊', '密度高于肝实质']),
      one('程度', ['轻度', '中度', '重度']),
    ],
  }),
  ct('abdomen.gallstone', 'UPPERABDOMEN', '胆囊结石、胆囊炎', {
    technique: '上腹部CT平扫，行软组织窗观察。',
    findings:
      '胆囊{大小}，腔内见{数量}{密度}影，较大者大小约{结石}，胆囊壁{壁}，周围脂肪间隙{间隙}。肝内外胆管{胆管}。肝脏、胰腺、脾脏形态、密度未见明显异常。腹腔未见积液。',
    impression: '胆囊结石（{数量}），胆囊壁{壁}；肝内外胆管{胆管}。',
    elements: [
      one('大小', ['大小未见明显异常', '增大', '缩小']),
      one('数量', ['单发', '多发']),
      one('密度', ['高密度', '等密度', '环形高密度']),
      size('结石', 1, 60),
      one('壁', ['未见增厚', '增厚，考虑胆囊炎']),
      one('间隙', ['清晰', '模糊']),
      one('胆管', ['未见扩张', '扩张']),
    ],
  }),
  ct('abdomen.pancreatitis', 'UPPERABDOMEN', '急性胰腺炎', {
    technique: '上腹部CT平扫，行软组织窗观察。',
    findings:
      '胰腺{范围}肿胀，密度{密度}，边缘模糊，周围见{渗出}，左侧肾前筋膜{筋膜}。胰管{胰管}。胆囊{胆囊}，肝内外胆管未见扩张。腹腔{积液}。',
    impression: '急性胰腺炎，胰周{渗出}；腹腔{积液}。',
    recommendation: '请结合血淀粉酶、脂肪酶；必要时CT增强检查了解有无坏死。',
    elements: [
      one('范围', ['弥漫性', '头部', '体尾部']),
      one('密度', ['均匀', '不均匀']),
      one('渗出', ['少量渗出', '大量渗出', '包裹性积液']),
      one('筋膜', ['增厚', '未见增厚']),
      one('胰管', ['未见扩张', '扩张']),
      one('胆囊', ['未见明确阳性结石', '内见结石']),
      one('积液', ['未见积液', '见少量积液']),
    ],
  }),
  ct('abdomen.appendicitis', 'ABDOMENPELVIS', '急性阑尾炎', {
    technique: '全腹部CT平扫，行软组织窗观察。',
    findings:
      '阑尾增粗，管径约{管径}，壁增厚，腔内{粪石}，周围脂肪间隙{间隙}。{脓肿}。所示肠管未见明显扩张。双侧膈下未见游离气体影，腹腔{积液}。',
    impression: '急性阑尾炎，{脓肿}。',
    recommendation: '请外科急会诊。',
    elements: [
      number('管径', { unit: 'mm', min: 2, max: 40, decimals: 1, normalHigh: 6 }),
      one('粪石', ['未见明确粪石', '见粪石']),
      one('间隙', ['模糊，见条索影', '轻度模糊']),
      one('脓肿', ['未见明确脓肿形成', '周围脓肿形成']),
      one('积液', ['未见积液', '见少量积液']),
    ],
  }),
  ct('abdomen.obstruction', 'ABDOMENPELVIS', '肠梗阻', {
    technique: '全腹部CT平扫，行软组织窗观察。',
    findings:
      '{部位}肠管扩张，内见积气、积液及气液平面，最大管径约{管径}，移行区位于{移行区}，其远端肠管萎陷。肠壁{肠壁}，系膜{系膜}。双侧膈下{游离气体}，腹腔{积液}。',
    impression: '肠梗阻，移行区位于{移行区}，{绞窄}。',
    recommendation: '请外科急会诊，密切观察；怀疑绞窄时建议CT增强检查。',
    elements: [
      many('部位', ['十二指肠', '空肠', '回肠', '升结肠', '横结肠', '降结肠']),
      number('管径', { unit: 'mm', min: 10, max: 150, normalHigh: 25 }),
      one('移行区', ['右下腹', '左下腹', '右中腹', '左中腹', '盆腔', '回盲部', '乙状结肠', '腹股沟区疝囊']),
      one('肠壁', ['未见明显增厚', '增厚、水肿', '见积气']),
      one('系膜', ['未见明显水肿', '水肿、密度增高', '呈漩涡状']),
      one('游离气体', ['未见游离气体影', '见游离气体影']),
      one('积液', ['未见积液', '见少量积液', '见大量积液']),
      one('绞窄', ['未见明确绞窄征象', '不除外绞窄']),
    ],
  }),
  ct('abdomen.liver-cyst', 'UPPERABDOMEN', '肝囊肿', {
    technique: '上腹部CT平扫，行软组织窗观察。',
    findings:
      '肝{部位}见{数量}类圆形水样密度影，边界清晰，较大者大小约{大小}，CT值约{CT值}。余肝实质密度均匀，肝内外胆管未见扩张。胆囊、胰腺、脾脏未见明显异常。腹腔未见积液。',
    impression: '肝囊肿（{数量}，较大者约{大小}）。',
    elements: [
      one('部位', ['左叶', '右叶', '左右叶']),
      one('数量', ['单发', '多发']),
      size('大小', 2, 200),
      number('CT值', { unit: 'HU', min: -50, max: 100, normalLow: -10, normalHigh: 20 }),
    ],
  }),
];
