import { OPERATION_BLOOD, OPERATION_GAS } from './operation.lexicon';
import { type FindingSpec, near, word } from './phrase';

const GUT =
  /(?:消化道|胃肠道?|肠道?|胃窦?|胃壁|十二指肠球?部?|空腔脏器|空肠|回肠|小肠|结肠|乙状结肠|直肠|阑尾|食[管道]|溃疡|贲门|幽门|脏器|盲肠)/;
const SOLID_ORGAN =
  /(?:肝脏?|脾脏?|肾脏?|胰腺?|肝右叶|肝左叶|肾上腺|膀胱|子宫|卵巢|黄体|肠系膜|实质脏器|腹腔脏器|脏器)/;

export const PERFORATION: FindingSpec = {
  finding: '消化道穿孔',
  operable: true,
  phrases: [
    near([GUT, /穿孔|破裂(?!出血)/], { within: 8, unless: /鼓膜|鼻中隔|鼻|骨皮质|瓣|脾|肝|肾|系膜|血管|动脉/ }),
    word(/(?<!鼓膜|鼻中隔|鼻甲|心脏|子宫|骨皮质|皮质|骨|室间隔)穿孔/, {
      unlessInSentence: /鼓膜|鼻中隔|中耳|乳突|(?:子宫|胆囊)(?!全?(?:切除|缺如|已切|术后))|皮质|瓣/,
    }),
    near(
      [
        /膈下|隔下|膈面下|膈肌下方?/,
        /游离(?:气|积气)|(?:新月|弧|镰刀|半月|带|线)(?:形|状|样)?[^,]{0,6}(?:气体|透亮|低密度|透光|积气)|气体(?:密度|样)?影|积气|透亮(?:影|带|区)|透光影/,
      ],
      {
        within: 12,
        unless: /肠|胃泡|结肠/,
        unlessInSentence: /间位|肠管积气影位于/,
        trace: OPERATION_GAS,
      },
    ),
    near(
      [
        /腹腔|腹盆腔|盆腹腔|腹部|[上下中左右]腹(?!壁)|腹膜后?|肝前|肝周|前腹壁下|门脉区|网膜囊|肠管?外|肠壁外/,
        /游离(?:性)?(?:小)?(?:气|积气)/,
      ],
      { within: 14, unless: /纵隔/, trace: OPERATION_GAS },
    ),
    near([GUT, /周围|旁|壁?外|系膜/, /游离(?:性)?(?:小)?(?:气|积气)/], { within: 8, trace: OPERATION_GAS }),
    word(/(?<!人工|制造)气腹(?!针|机)/, { trace: OPERATION_GAS }),
    near([GUT, /(?:壁[^,]{0,4})?(?:不连续|连续性中断|局部缺损)/, /气泡|积气|游离气|气体/], {
      within: 24,
      acrossClauses: true,
    }),
    near([/膈下|隔下/, /(?:有|见)(?:少许|少量|大量|较多)?(?:游离)?气(?!管|胸)/], {
      within: 4,
      trace: OPERATION_GAS,
    }),
    word(/肝(?:前|周)(?:间隙)?(?:内)?(?:可?见)?(?:游离|少许|少量|多发)?(?:气体|积气)/, { trace: OPERATION_GAS }),
  ],
};

export const ORGAN_RUPTURE: FindingSpec = {
  finding: '腹腔内脏器破裂出血',
  operable: true,
  phrases: [
    near([SOLID_ORGAN, /破裂|撕裂|断裂|碎裂|挫裂|裂伤|挫伤/], {
      within: 8,
      unless: /动脉瘤|主动脉|囊肿|肾上腺动脉|骨|韧带|肌|皮|囊壁/,
    }),
    near([/肝|脾|肾(?!上腺静脉)/, /包膜下/, /血肿|积血|出血|高密度|积液/], {
      within: 16,
      acrossClauses: true,
      trace: OPERATION_BLOOD,
    }),
    near([/(?:肝|脾|肾|胰)脏?(?:周|旁|窝|门)(?:围|间隙)?/, /积血|血肿|出血|血性/], {
      within: 10,
      trace: OPERATION_BLOOD,
    }),
    near([/肝脏?|脾脏?|肾脏?|肠子/, /破了|破损|裂开|裂口|断成/], { within: 4 }),
    near([/腹腔|腹盆腔|盆腔/, /(?:高密度|血性)[^,]{0,4}(?:积液|液体)/], {
      within: 8,
      unless: /卵巢|囊/,
      trace: OPERATION_BLOOD,
      // The bowel or the pancreas bleeds.
      unlessInSentence: /闭袢|绞窄|扭转|漩涡|肠壁|胰腺炎|胰(?:腺|周)[^。;]{0,14}(?:肿[大胀]|渗出)/,
    }),
    near([/腹腔|肚子|盆腔/, /(?:有|全是|都是|大量)血(?!管|肿?块?瘤)/], { within: 4, trace: OPERATION_BLOOD }),
    near([/(?:腹腔|腹盆腔|盆腹腔|腹盆|盆腔|隐窝|网膜囊)/, /(?:大量|少量|中量|中等量)?(?:积血|内出血|出血)/], {
      within: 6,
      unless: /膀胱|肠壁|前列腺/,
      trace: OPERATION_BLOOD,
    }),
    near(
      [/肝癌|肝细胞癌|肝(?:脏)?(?:肿瘤|占位|血管瘤)|肾(?:错构瘤|癌|血管平滑肌脂肪瘤)|脾(?:脏)?血管瘤/, /破裂|瘤内出血/],
      { within: 8 },
    ),
    word(/(?:宫外孕|异位妊娠|黄体|卵巢(?:囊肿|黄体)?|输卵管妊娠)(?:囊肿)?破裂/),
    near([/肝|脾|肾|胰/, /血肿/, /腹腔|包膜|周围|腹膜/], {
      within: 16,
      unless: /硬膜|皮下|肌/,
      trace: OPERATION_BLOOD,
    }),
    near([/肝|脾|肾|胰/, /造影剂|对比剂/, /外溢|外渗/], { within: 20, acrossClauses: true, unless: /尿|肾盂/ }),
    near([/(?:肝|脾|肾)(?:脏)?(?:实质)?(?:内)?/, /血肿/], {
      within: 6,
      unless: /动脉|肌|周围脂肪/,
      trace: OPERATION_BLOOD,
    }),
  ],
};

export const STRANGULATION: FindingSpec = {
  finding: '绞窄性肠梗阻',
  phrases: [
    near([/绞窄(?:性)?/, /肠|梗阻|疝/], { within: 8 }),
    word(
      /绞窄|闭袢|[CU]形肠?袢|肠扭转|(?:小肠|乙状结肠|盲肠|结肠|回肠|空肠|肠管|肠系膜)扭转|漩涡征|旋涡征|(?<!非)(?:肠管?|肠壁|小肠|结肠)(?:缺血)?(?:性)?坏死|咖啡豆征/,
      { unless: /坏死性小?肠炎|胃扭转/ },
    ),
    near(
      [
        /肠梗阻|肠管(?:明显)?扩张/,
        /肠壁(?:内)?积气|门静脉积气|缺血|坏死|血运障碍|强化(?:减弱|缺失|消失|差)|(?:不|无|未见(?:明显)?)强化/,
      ],
      {
        within: 40,
        acrossClauses: true,
      },
    ),
    near([/肠系膜/, /漩涡|旋涡|扭转/], { within: 12 }),
    near([/嵌顿/, /缺血|坏死|血运|水肿|强化减弱|不强化/], {
      within: 24,
      acrossClauses: true,
      unlessInSentence: /胆囊|胆总?管|输尿管|肾|结石|痔/,
    }),
    near([/肠(?:壁|管|袢)/, /缺血(?!性结肠炎)|血运障碍|(?:不|无)强化|强化(?:减弱|缺失|消失|差)/], { within: 8 }),
    near([/肠壁/, /积气/], { within: 6, unlessInSentence: /气囊肿|囊样积气症/ }),
  ],
};
