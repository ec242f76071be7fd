import type { LibraryTemplate } from '../template-content';
import { ADDITIONS, ct, many, number, one, size } from './define';

const LUMBAR = ['L1/2', 'L2/3', 'L3/4', 'L4/5', 'L5/S1'];
const CERVICAL = ['C2/3', 'C3/4', 'C4/5', 'C5/6', 'C6/7'];
const ROOTS = ['左侧神经根受压', '右侧神经根受压', '双侧神经根受压', '神经根未见明确受压'];

/** CT of the spine and its discs. */
export const CT_SPINE: readonly LibraryTemplate[] = [
  ct('lspine.disc', 'LSPINE', '腰椎间盘平扫（正常）', {
    normal: true,
    technique: '腰椎CT平扫（L3/4–L5/S1椎间盘层面），行软组织窗及骨窗观察。',
    findings:
      '腰椎序列规整，所示各椎体骨质未见明确异常。L3/4、L4/5、L5/S1椎间盘未见明显膨出及突出，硬膜囊及双侧神经根未见受压，双侧侧隐窝未见狭窄。黄韧带未见增厚，椎管未见狭窄。双侧椎小关节对应关系正常。椎旁软组织未见异常。{补充所见}',
    impression: '腰椎间盘CT平扫未见明显异常。{补充意见}',
    elements: ADDITIONS,
  }),
  ct('cspine.disc', 'CSPINE', '颈椎间盘平扫（正常）', {
    normal: true,
    technique: '颈椎CT平扫（C3/4–C6/7椎间盘层面），行软组织窗及骨窗观察。',
    findings:
      '颈椎序列规整，所示各椎体骨质未见明确异常。C3/4、C4/5、C5/6、C6/7椎间盘未见明显膨出及突出，硬膜囊未见受压，双侧椎间孔未见狭窄。后纵韧带未见骨化，椎管未见狭窄。椎前软组织未见增厚。{补充所见}',
    impression: '颈椎间盘CT平扫未见明显异常。{补充意见}',
    elements: ADDITIONS,
  }),
  ct('lspine.herniation', 'LSPINE', '腰椎间盘突出', {
    technique: '腰椎CT平扫，行软组织窗及骨窗观察。',
    findings:
      '腰椎生理曲度{曲度}。{突出}椎间盘向{方向}突出约{程度}，硬膜囊{硬膜囊}，{神经根}。余椎间盘{余椎间盘}。黄韧带{黄韧带}，椎管矢状径约{椎管}。所示椎体边缘{增生}。椎旁软组织未见异常。',
    impression: '{突出}椎间盘突出（{方向}），硬膜囊{硬膜囊}，{神经根}。',
    recommendation: '请结合临床体征，必要时MR检查。',
    elements: [
      one('曲度', ['存在', '变直', '侧弯']),
      many('突出', LUMBAR),
      one('方向', ['后', '左后', '右后', '左侧椎间孔', '右侧椎间孔']),
      size('程度', 1, 20),
      one('硬膜囊', ['受压', '未见明显受压']),
      one('神经根', ROOTS),
      one('余椎间盘', ['未见明显膨出及突出', '轻度膨出']),
      one('黄韧带', ['未见增厚', '增厚']),
      number('椎管', { unit: 'mm', min: 3, max: 35, decimals: 1, normalLow: 15 }),
      one('增生', ['未见明显骨质增生', '见骨质增生']),
    ],
  }),
  ct('cspine.herniation', 'CSPINE', '颈椎间盘突出', {
    technique: '颈椎CT平扫，行软组织窗及骨窗观察。',
    findings:
      '颈椎生理曲度{曲度}。{突出}椎间盘向{方向}突出约{程度}，硬膜囊{硬膜囊}，椎间孔{椎间孔}。后纵韧带{后纵韧带}，椎管矢状径约{椎管}。所示椎体边缘{增生}。椎前软组织未见增厚。',
    impression: '{突出}椎间盘突出（{方向}），硬膜囊{硬膜囊}；后纵韧带{后纵韧带}。',
    recommendation: '建议MR检查了解脊髓情况。',
    elements: [
      one('曲度', ['存在', '变直', '反弓']),
      many('突出', CERVICAL),
      one('方向', ['后', '左后', '右后']),
      size('程度', 1, 15),
      one('硬膜囊', ['受压', '未见明显受压']),
      one('椎间孔', ['未见狭窄', '左侧狭窄', '右侧狭窄', '双侧狭窄']),
      one('后纵韧带', ['未见骨化', '见骨化']),
      number('椎管', { unit: 'mm', min: 3, max: 30, decimals: 1, normalLow: 10 }),
      one('增生', ['未见明显骨质增生', '见骨质增生']),
    ],
  }),
  ct('lspine.fracture', 'LSPINE', '腰椎骨折', {
    technique: '腰椎CT平扫，行骨窗及软组织窗观察，矢状位、冠状位重建。',
    findings:
      '{椎体}椎体变扁，前缘高度压缩约{压缩比例}，见骨折线影，{后缘}，椎管{椎管}。附件{附件}。余椎体骨质结构完整。椎旁软组织{软组织}。',
    impression: '{椎体}椎体{类型}，{后缘}，椎管{椎管}。',
    recommendation: '建议MR检查了解脊髓、神经及骨髓水肿情况。',
    elements: [
      many('椎体', ['T11', 'T12', 'L1', 'L2', 'L3', 'L4', 'L5']),
      number('压缩比例', { unit: '%', min: 5, max: 100 }),
      one('后缘', ['椎体后缘完整', '椎体后缘骨块后移']),
      one('椎管', ['未见狭窄', '变窄']),
      one('附件', ['未见明确骨折', '见骨折征象']),
      one('软组织', ['未见明显肿胀', '肿胀']),
      one('类型', ['压缩骨折', '爆裂骨折']),
    ],
  }),
];
