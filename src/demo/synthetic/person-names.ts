/** Characters and their pinyin, as one fixed pair: a look-up would read 单 as Dan and 仇 as Chou. */
export type SpelledName = readonly [characters: string, pinyin: string];
export type Generation = 'old' | 'middle' | 'young';

const spelled = (list: string): readonly SpelledName[] =>
  list.split(', ').map((pair) => {
    const [characters = '', pinyin = ''] = pair.split(' ');
    return [characters, pinyin];
  });

export const COMMON_SURNAMES = spelled(
  '王 Wang, 李 Li, 张 Zhang, 刘 Liu, 陈 Chen, 杨 Yang, 赵 Zhao, 黄 Huang, 周 Zhou, 吴 Wu, 徐 Xu, 孙 Sun, 胡 Hu, ' +
    '朱 Zhu, 高 Gao, 林 Lin, 何 He, 郭 Guo, 马 Ma, 罗 Luo, 梁 Liang, 宋 Song, 郑 Zheng, 谢 Xie, 韩 Han, 唐 Tang, ' +
    '冯 Feng, 董 Dong, 曹 Cao, 袁 Yuan, 邓 Deng, 许 Xu, 沈 Shen, 曾 Zeng, 彭 Peng, 吕 Lü',
);

/** Rare, of two characters, or read otherwise than the character usually is. */
export const UNCOMMON_SURNAMES = spelled(
  '单 Shan, 仇 Qiu, 解 Xie, 查 Zha, 区 Ou, 仝 Tong, 闫 Yan, 欧阳 Ouyang, 尉迟 Yuchi, 褚 Chu, 亓 Qi, 逄 Pang',
);

export const GIVEN_NAMES: Readonly<Record<'M' | 'F', Readonly<Record<Generation, readonly SpelledName[]>>>> = {
  M: {
    old: spelled(
      '福生 Fusheng, 德明 Deming, 长根 Changgen, 国清 Guoqing, 金山 Jinshan, 水根 Shuigen, 有才 Youcai, 炳荣 Bingrong',
    ),
    middle: spelled(
      '建军 Jianjun, 志强 Zhiqiang, 国平 Guoping, 海波 Haibo, 永刚 Yonggang, 卫东 Weidong, 勇 Yong, 伟 Wei, 三 San',
    ),
    young: spelled('浩然 Haoran, 子轩 Zixuan, 宇航 Yuhang, 俊杰 Junjie, 晨 Chen, 一诺 Yinuo'),
  },
  F: {
    old: spelled(
      "桂兰 Guilan, 秀英 Xiuying, 玉珍 Yuzhen, 素芳 Sufang, 凤英 Fengying, 月娥 Yue'e, 腊梅 Lamei, 翠花 Cuihua",
    ),
    middle: spelled('海燕 Haiyan, 丽娟 Lijuan, 红梅 Hongmei, 春霞 Chunxia, 小玲 Xiaoling, 敏 Min, 静 Jing'),
    young: spelled('梓涵 Zihan, 欣怡 Xinyi, 雨桐 Yutong, 思琪 Siqi, 佳 Jia, 若曦 Ruoxi'),
  },
};

/**
 * Names that break systems: outside GB 2312 (喆 堃 頔), with a second byte of 0x5C or 0x5E in GBK (誠 璡 璣), of four
 * bytes in GB18030 (㛃 𫖯 𬱖 𬭎), and 䶮, which the GBK decoders of browsers turn into a private character.
 */
export const RARE_GIVEN_NAMES = spelled(
  '喆 Zhe, 堃 Kun, 翀 Chong, 文頔 Wendi, 志誠 Zhicheng, 璡 Jin, 玉璣 Yuji, 䶮 Yan, 晓䶮 Xiaoyan, 㛃 Jie, 𫖯 Fu, ' +
    '𬱖 Wei, 子𬭎 Zihong',
);
