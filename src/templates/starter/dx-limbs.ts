import type { Element, LibraryTemplate } from '../template-content';
import { ADDITIONS, film, LIMB_SIDE, many, one, SHOWN_SIDE, size } from './define';

const NORMAL: readonly Element[] = [SHOWN_SIDE, ...ADDITIONS];

/** A normal joint: its bones, its spaces, its soft tissue. `details` is what this joint alone has. */
function normalJoint(key: string, bodyPart: string, name: string, view: string, details: string): LibraryTemplate {
  return film(key, bodyPart, `${name}（正常）`, {
    normal: true,
    technique: `{侧别}${name}${view}DR摄影。`,
    findings: `{侧别}${name}诸骨骨质结构完整，骨皮质连续，骨小梁清晰，未见明确骨折及骨质破坏征象。${details}周围软组织未见明显肿胀。{补充所见}`,
    impression: `{侧别}${name}未见明确骨折及脱位征象。{补充意见}`,
    elements: NORMAL,
  });
}

const DISPLACEMENT = one('断端', ['对位对线良好', '略有错位', '明显错位', '成角畸形']);
const CAST = '建议CT检查进一步明确骨折细节；复位固定后复查。';

/** Plain films of shoulder, arm, hip, leg and foot. */
export const DX_LIMBS: readonly LibraryTemplate[] = [
  normalJoint('shoulder', 'SHOULDER', '肩关节', '正位', '盂肱关节及肩锁关节对应关系正常，关节间隙未见明显变窄。'),
  normalJoint('elbow', 'ELBOW', '肘关节', '正侧位', '肘关节对应关系正常，关节间隙未见明显变窄，肘部脂肪垫未见移位。'),
  normalJoint(
    'wrist',
    'WRIST',
    '腕关节',
    '正侧位',
    '桡腕关节及下尺桡关节对应关系正常，腕骨排列规整，关节间隙未见明显变窄。',
  ),
  normalJoint(
    'hip',
    'HIP',
    '髋关节',
    '正位',
    '股骨头形态圆整，髋关节对应关系正常，关节间隙未见明显变窄，沈通氏线连续。',
  ),
  normalJoint(
    'knee',
    'KNEE',
    '膝关节',
    '正侧位',
    '膝关节对应关系正常，关节面光整，关节间隙未见明显变窄，髌上囊未见明显肿胀。',
  ),
  normalJoint('ankle', 'ANKLE', '踝关节', '正侧位', '踝穴对称，关节面光整，关节间隙未见明显变窄。'),
  film('hand', 'HAND', '手正斜位（正常）', {
    normal: true,
    technique: '{侧别}手正位及斜位DR摄影。',
    findings:
      '{侧别}手诸掌骨、指骨及腕骨骨质结构完整，骨皮质连续，未见明确骨折及骨质破坏征象。各关节对应关系正常，关节间隙未见明显变窄。周围软组织未见明显肿胀，未见不透X线异物影。{补充所见}',
    impression: '{侧别}手未见明确骨折及脱位征象。{补充意见}',
    elements: NORMAL,
  }),
  film('foot', 'FOOT', '足正斜位（正常）', {
    normal: true,
    technique: '{侧别}足正位及斜位DR摄影。',
    findings:
      '{侧别}足诸跗骨、跖骨及趾骨骨质结构完整，骨皮质连续，未见明确骨折及骨质破坏征象。跗跖关节及各跖趾关节对应关系正常，关节间隙未见明显变窄。周围软组织未见明显肿胀，未见不透X线异物影。{补充所见}',
    impression: '{侧别}足未见明确骨折及脱位征象。{补充意见}',
    elements: NORMAL,
  }),
  film('wrist.radius', 'WRIST', '桡骨远端骨折', {
    technique: '{侧别}腕关节正侧位DR摄影。',
    findings:
      '{侧别}桡骨远端见骨折线影，骨折远端向{移位}移位，{关节面}，掌倾角{掌倾角}。{茎突}。下尺桡关节{下尺桡}。腕骨排列规整。周围软组织肿胀。',
    impression: '{侧别}桡骨远端骨折（{类型}），{茎突}。',
    recommendation: CAST,
    elements: [
      LIMB_SIDE,
      one('移位', ['背侧、桡侧', '掌侧', '背侧', '桡侧']),
      one('关节面', ['骨折线累及关节面', '骨折线未累及关节面']),
      one('掌倾角', ['变小', '呈负角', '增大', '未见明显改变']),
      one('茎突', ['伴尺骨茎突骨折', '尺骨茎突未见明确骨折']),
      one('下尺桡', ['对应关系正常', '间隙增宽']),
      one('类型', ['Colles骨折', 'Smith骨折', 'Barton骨折', '粉碎性骨折', '无明显移位']),
    ],
  }),
  film('clavicle.fracture', 'CLAVICLE', '锁骨骨折', {
    technique: '{侧别}锁骨正位DR摄影。',
    findings:
      '{侧别}锁骨{部位}见骨皮质不连续，断端{断端}，近端向{移位}移位。肩锁关节及胸锁关节对应关系正常。周围软组织肿胀。',
    impression: '{侧别}锁骨{部位}骨折，断端{断端}。',
    recommendation: CAST,
    elements: [
      LIMB_SIDE,
      one('部位', ['中段', '远段', '近段']),
      DISPLACEMENT,
      one('移位', ['上', '后上', '无明显方向']),
    ],
  }),
  film('shoulder.dislocation', 'SHOULDER', '肩关节脱位', {
    technique: '{侧别}肩关节正位DR摄影。',
    findings: '{侧别}肱骨头位于关节盂{方向}，盂肱关节失去正常对应关系。{骨折}。肩锁关节对应关系正常。',
    impression: '{侧别}肩关节脱位（{类型}），{骨折}。',
    recommendation: '建议复位后复查。',
    elements: [
      LIMB_SIDE,
      one('方向', ['前下方', '下方', '后方']),
      one('骨折', ['伴肱骨大结节骨折', '未见明确骨折征象']),
      one('类型', ['前脱位', '下脱位', '后脱位']),
    ],
  }),
  film('hand.fracture', 'HAND', '掌指骨骨折', {
    technique: '{侧别}手正位及斜位DR摄影。',
    findings: '{侧别}手{骨}{部位}见骨折线影，断端{断端}，{关节面}。余所示骨质结构完整。周围软组织肿胀。',
    impression: '{侧别}手{骨}{部位}骨折，断端{断端}。',
    recommendation: CAST,
    elements: [
      LIMB_SIDE,
      many('骨', [
        ...['第1', '第2', '第3', '第4', '第5'].map((n) => `${n}掌骨`),
        ...['拇指', '示指', '中指', '环指', '小指'].flatMap((finger) => [`${finger}近节指骨`, `${finger}末节指骨`]),
        ...['示指', '中指', '环指', '小指'].map((finger) => `${finger}中节指骨`),
      ]),
      one('部位', ['基底部', '骨干', '颈部', '头部', '甲粗隆']),
      DISPLACEMENT,
      one('关节面', ['骨折线累及关节面', '骨折线未累及关节面']),
    ],
  }),
  film('hip.neck', 'HIP', '股骨颈骨折', {
    technique: '{侧别}髋关节正侧位DR摄影。',
    findings:
      '{侧别}股骨颈{部位}骨皮质不连续，断端{断端}，颈干角{颈干角}，沈通氏线不连续。股骨头位于髋臼内，形态未见明显异常。',
    impression: '{侧别}股骨颈{部位}骨折（Garden {分型}）。',
    recommendation: '建议CT检查，请骨科会诊。',
    elements: [
      LIMB_SIDE,
      one('部位', ['头下型', '经颈型', '基底型']),
      DISPLACEMENT,
      one('颈干角', ['变小', '增大', '未见明显改变']),
      one('分型', ['Ⅰ型', 'Ⅱ型', 'Ⅲ型', 'Ⅳ型']),
    ],
  }),
  film('hip.intertrochanteric', 'HIP', '股骨粗隆间骨折', {
    technique: '{侧别}髋关节正侧位DR摄影。',
    findings: '{侧别}股骨粗隆间见骨折线影，断端{断端}，{小粗隆}，颈干角{颈干角}。髋关节对应关系正常。周围软组织肿胀。',
    impression: '{侧别}股骨粗隆间骨折，断端{断端}，{小粗隆}。',
    recommendation: '建议CT检查，请骨科会诊。',
    elements: [
      LIMB_SIDE,
      DISPLACEMENT,
      one('小粗隆', ['小粗隆骨块分离', '小粗隆未见明确分离']),
      one('颈干角', ['变小', '未见明显改变']),
    ],
  }),
  film('knee.arthrosis', 'KNEE', '膝关节退行性变', {
    technique: '{侧别}膝关节正侧位DR摄影。',
    findings:
      '{侧别}膝关节诸骨边缘及髁间隆突见骨质增生，{间隙}关节间隙变窄，关节面下骨质{骨质}。髌上囊{髌上囊}。{游离体}。未见明确骨折征象。',
    impression: '{侧别}膝关节退行性骨关节病。',
    elements: [
      { ...LIMB_SIDE, options: ['左', '右', '双'] },
      one('间隙', ['内侧', '外侧', '内外侧']),
      one('骨质', ['硬化', '硬化并见囊变', '未见明显硬化']),
      one('髌上囊', ['未见明显肿胀', '肿胀，考虑积液']),
      one('游离体', ['未见明确游离体', '关节内见游离体影']),
    ],
  }),
  film('knee.patella', 'KNEE', '髌骨骨折', {
    technique: '{侧别}膝关节正侧位DR摄影。',
    findings: '{侧别}髌骨见{形态}骨折线影，断端分离约{分离}，关节面{关节面}。髌上囊肿胀。余所示骨质结构完整。',
    impression: '{侧别}髌骨骨折（{形态}），断端分离约{分离}。',
    recommendation: CAST,
    elements: [
      LIMB_SIDE,
      one('形态', ['横行', '纵行', '粉碎性']),
      size('分离', 1, 60),
      one('关节面', ['平整', '不平整']),
    ],
  }),
  film('ankle.fracture', 'ANKLE', '踝关节骨折', {
    technique: '{侧别}踝关节正侧位DR摄影。',
    findings: '{侧别}{部位}见骨折线影，断端{断端}。踝穴{踝穴}，下胫腓联合{下胫腓}。周围软组织肿胀。',
    impression: '{侧别}踝关节骨折（{部位}），断端{断端}。',
    recommendation: CAST,
    elements: [
      LIMB_SIDE,
      many('部位', ['内踝', '外踝', '后踝']),
      DISPLACEMENT,
      one('踝穴', ['对称', '不对称', '增宽，距骨移位']),
      one('下胫腓', ['未见分离', '间隙增宽']),
    ],
  }),
  film('foot.calcaneus', 'FOOT', '跟骨骨折', {
    technique: '{侧别}跟骨侧位及轴位DR摄影。',
    findings: '{侧别}跟骨见骨折线影，Böhler角{角度}，距下关节面{关节面}，跟骨体{跟骨体}。周围软组织肿胀。',
    impression: '{侧别}跟骨骨折，距下关节面{关节面}。',
    recommendation: CAST,
    elements: [
      LIMB_SIDE,
      one('角度', ['变小', '消失', '未见明显改变']),
      one('关节面', ['受累、塌陷', '受累、未见明显塌陷', '未受累']),
      one('跟骨体', ['增宽、高度减低', '形态未见明显改变']),
    ],
  }),
  film('foot.metatarsal', 'FOOT', '跖趾骨骨折', {
    technique: '{侧别}足正位及斜位DR摄影。',
    findings: '{侧别}足{骨}{部位}见骨折线影，断端{断端}。跗跖关节对应关系正常。余所示骨质结构完整。周围软组织肿胀。',
    impression: '{侧别}足{骨}{部位}骨折，断端{断端}。',
    recommendation: CAST,
    elements: [
      LIMB_SIDE,
      many('骨', [
        ...['第1', '第2', '第3', '第4', '第5'].map((n) => `${n}跖骨`),
        ...['第1趾', '第2趾', '第3趾', '第4趾', '第5趾'].map((toe) => `${toe}趾骨`),
      ]),
      one('部位', ['基底部', '骨干', '颈部', '头部']),
      DISPLACEMENT,
    ],
  }),
];
