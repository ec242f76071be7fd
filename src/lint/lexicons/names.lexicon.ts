/** How a report names a person: for telling that it speaks of two. */

const SURNAMES =
  '王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董袁潘蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧阳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝';
export const SURNAME = `(?:欧阳|司马|上官|诸葛|司徒|东方|夏侯|皇甫|尉迟|公孙|慕容|令狐|[${[...new Set(SURNAMES)].join('')}])`;
/** Words that begin like a name: 患者高热, 患者左侧, 高密度, 余肺. */
export const NO_NAME =
  '(?!高[热龄血烧度处位密]|安[静装]|左[侧上下肩膝手足肺肾眼耳髋踝腕肘心房室叶]|黄[疸染韧]|白[细天质]|金属|石膏|马[上蹄尾]|方[位便形]|向[左右前后上下]|包[块扎膜]|张口|曾[经有行患因于]|时[有间常]|明[显确]|全[身程麻]|应[当予]|查体|和平|解[释除大小]|成[人年功]|关节|单[侧纯发]|连[续日接]|边[缘界]|管[壁腔径]|易[激怒患]|余[肺处部骨下]|申请|程度|符合|苏醒|施行|尚[未无有可]|常规|何时|任何|毛[刺糙]|项韧|路径|冷热|史)';
const GIVEN = '[\\u4e00-\\u9fff某×*]{1,2}';
const TITLE = '先生|女士|小姐|太太|同志|大爷|大妈|阿姨|老师傅';
const END =
  '(?=$|[,。:;()（）\\s、/\\-\\d?!]|男|女|性别|年龄|先生|女士|的|头|颅|胸|腹|双|左|右|行|因|于|本次|检查|CT|DR|MR|X线)';

/** 患者王某某, 姓名:王某某; the name is one of the groups. */
export const NAMED: readonly RegExp[] = [
  new RegExp(`(?:姓名|患者姓名|病人姓名)[:为是]?(${SURNAME}${GIVEN})`),
  new RegExp(`(?:患者|病人|患儿|受检者|被检者)[:,]?${NO_NAME}(${SURNAME}${GIVEN}?)${END}`),
  new RegExp(`(?<![\\u4e00-\\u9fff])${NO_NAME}(${SURNAME}${GIVEN})(?=[,、 ]?(?:男|女)(?:性|[,、 ]|\\d|$))`),
  new RegExp(`(?<![\\u4e00-\\u9fff])(${SURNAME}(?:${GIVEN})?)(?=${TITLE})`),
];
/** 徐敏,双肺清 in the report of 徐明: a sentence begins with a name of the same family and length. */
export const namesake = (known: string): RegExp =>
  new RegExp(`^${NO_NAME}(${known.charAt(0)}[\\u4e00-\\u9fff]{${known.length - 1}})(?=[,:])`);
/** 张桂兰,肝脏形态正常: the findings open with three characters that could be no part of a finding. */
export const OPENING_NAME = new RegExp(
  `^(?!..?[肺肝胆胰脾肾脑骨心胸腹颈腰膝踝腕肘肩髋足手指趾椎窦眼耳鼻咽喉管腔膜室池沟裂叶段侧部位片影灶变示见常整双左右上下前后内外扫增强软组织关节间隙质区处度线])${NO_NAME}(${SURNAME}[\\u4e00-\\u9fff]{2})(?=,)`,
);
/** A doctor, or a relative, is named: not the patient. */
export const NOT_THE_PATIENT = /医[师生]|主任|教授|家属|护士|技师|审核|报告者|申请|签名|代诉|陪[同诊]|联系人/;
