import { NO_NAME, SURNAME } from './names.lexicon';

/** What identifies a person in a text: numbers with their labels, and numbers that are nothing else. */

/** Groups: year of birth, the digit of the sex. */
export const CARD_NUMBER =
  /(?<!\d)[1-9]\d{5}((?:19|20)\d{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{2}(\d)[\dXx](?![\dA-Za-z])/;
/** Years in which an exam that this system reports can have been made; generous on both sides. */
export const EARLIEST_EXAM = 2015;
export const LATEST_EXAM = 2045;

const NUMBER_OF =
  '(?:住院|门诊|急诊|病历|病案|就诊|登记|检查|影像|放射|医保|社保|条码|申请单?|体检|患者|病人|CT|MRI?|DR|X线|片)';
export const IDENTIFIERS: readonly RegExp[] = [
  CARD_NUMBER,
  /身份证(?:号码?)?[:为是]?\s?\d[\dXx*]{5,17}/,
  /(?<![\d.])1[3-9]\d(?:\d{8}|[- ]\d{4}[- ]\d{4})(?![\d.])/,
  /(?:联系(?:电话|方式)|电话|手机|座机)(?:号码?)?[:为是]?\s?(?:0\d{2,3}-?)?\d{7,11}(?!\d)/,
  new RegExp(`${NUMBER_OF}(?:卡?编?号码?|ID|No\\.?)[:为是]?\\s?[A-Za-z]{0,4}-?\\d{2,}`),
  /(?<![A-Za-z])ID(?:号)?[:]?\s?[A-Z]{0,3}\d{4,}/,
  /床号[:为是]?\s?[A-Za-z]?[+加]?\d{1,3}|(?<![\d.])\d{1,3}(?:号)?床(?=$|[,。;、 (]|患者|病人)/,
  // 内科18床王某某: a bed and who lies in it; 床旁 and 床边 are where a film was taken.
  new RegExp(
    `(?<![\\d.])[+加]?\\d{1,3}号?床(?![旁边位头单垫])${NO_NAME}${SURNAME}[\\u4e00-\\u9fff某×*]{1,2}(?=$|[,。;:、()\\s\\d]|男|女)`,
  ),
  /联系人[^。;\d]{0,16}(?:0\d{2,3}[- ]?)?\d{7,11}(?!\d)/,
  /(?:出生(?:日期|年月日?)|生日)[:为是]?\s?(?:19|20)\d{2}/,
  /(?:家庭住址|现住址|住址|家住|户籍(?:地址)?)[:为是]?[\u4e00-\u9fff]{2,}/,
  /姓名[:为是]\s?[\u4e00-\u9fff某×*]{2,4}/,
];

/** A colleague was told of a critical value, or asked: his name and number are no patient's. */
export const TOLD_A_COLLEAGUE =
  /(?:通知|告知|联系|报告|回报|致电|电话|沟通|转告|接听|请)[^。;]{0,24}(?:医[生师]|主任|护士|大夫|科|病区|值班|门诊(?!号)|总值班)/;
