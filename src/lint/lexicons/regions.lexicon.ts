import type { Organ } from './lesions.lexicon';

/** An organ whose lesions are placed in one of a few regions. */
export interface RegionKind {
  readonly lesion: RegExp;
  readonly regions: readonly Organ[];
  /** Only what this cuts out of the text names a region. */
  readonly within?: RegExp;
  /** Places that may be any of the regions, or lie across them. */
  readonly anywhere: RegExp;
  /** In the impression: another organ's lobe. */
  readonly unless?: RegExp;
}

export const REGION_KINDS: readonly RegionKind[] = [
  {
    lesion: /肺炎|感染|炎症|结节|肿块|占位|癌|实变|空洞|结核|不张|大[疱泡]|磨玻璃/,
    within: /[上中下](?:[、及和]?[上中下]){0,2}肺?叶|[左右双两]侧?[上中下](?:[、及和]?[上中下]){0,2}肺/g,
    regions: [
      { key: '上叶', word: /上/ },
      { key: '中叶', word: /中/ },
      { key: '下叶', word: /下/ },
    ],
    anywhere:
      /段|尖|野|舌|肺门|肺底|心[影缘]旁|弥漫|散在|各叶|全肺|[双两]肺(?![^,。;]{0,6}[上中下]|纹理|清|未|门|透)|胸膜下|叶间|裂/,
    unless: /甲状腺|肝|支气管|转移/,
  },
  {
    lesion: /(?<!头皮|皮下)(?:出血|血肿)|梗死|梗塞|挫(?:裂)?伤|占位|软化灶|胶质瘤/,
    regions: [
      { key: '额', word: /额/ },
      { key: '颞', word: /颞/ },
      { key: '顶', word: /顶/ },
      { key: '枕', word: /枕/ },
      { key: '岛', word: /岛/ },
      { key: '基底节', word: /基底节|壳核|豆状核|尾状核|苍白球|[内外]囊/ },
      { key: '丘脑', word: /丘脑/ },
      { key: '小脑', word: /小脑(?!幕)/ },
      { key: '脑干', word: /脑干|脑桥|桥脑|中脑|延髓/ },
    ],
    anywhere: /半球|放射冠|半卵圆|脑室旁|多发|散在|幕[上下]|动脉|供血区|侧裂|中央[前后区]|后颅窝|皮层|皮质区/,
    unless: /肺|肝|肾|脾|心/,
  },
];
