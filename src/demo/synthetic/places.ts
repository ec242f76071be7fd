/** A county that does not exist, its four hospitals and its 26 township clinics. */
export const COUNTY_NAME = '青禾县';

export const HOSPITAL_NAMES = ['青禾县人民医院', '青禾县中医医院', '青禾县第二人民医院', '青禾县妇幼保健院'] as const;

const TOWNSHIPS = [
  '杏雨镇',
  '栗风镇',
  '望麦镇',
  '听松乡',
  '雁影乡',
  '石磬镇',
  '藕塘口镇',
  '枫桥渡镇',
  '菱角荡镇',
  '桑榆里镇',
  '稻香岭镇',
  '雾隐乡',
  '星垂乡',
  '月牙坝镇',
  '竹笛镇',
  '梨云乡',
  '禾木洼镇',
  '燕子窝镇',
  '荷风镇',
  '茶烟岭乡',
  '柳笛镇',
  '鹿鸣溪镇',
  '芦笙湾镇',
  '墨竹坡镇',
  '白鹭洲乡',
  '云岫镇',
] as const;

/** In the order of the clinics' numbers, 01 to 26. */
export const CLINIC_NAMES: readonly string[] = TOWNSHIPS.map((township) => `${township}卫生院`);
