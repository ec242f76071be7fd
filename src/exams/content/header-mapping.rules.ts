import { ageOf, withAge } from './age.rules';
import type { ExamContent } from './class-a.rules';
import type { Laterality, Sex } from '../exam.entity';
import { isCalendarDate } from './id-number.rules';
import { leadingModality } from './modality.rules';
import { EMPTY_CONTENT, nameColumns } from './request.rules';
import type { StudyFacts } from '../images/study-links';

/** From the DICOM header, as the study registry keeps it, to the columns of an exam. Pure. */

/**
 * What the header of a study says about an exam. Consoles rarely know who ordered it and never how to reach him, so such an
 * exam mostly waits for its request.
 */
export function contentOfHeader(study: StudyFacts): ExamContent {
  const accessionNumber = study.accession_number.trim();
  return withAge({
    ...EMPTY_CONTENT,
    ...nameColumns(study.patient_name),
    ...ageOf(study.patient_age),
    accession_number: accessionNumber === '' ? null : accessionNumber,
    patient_local_id: study.patient_local_id || null,
    sex: sexOf(study.patient_sex),
    birth_date: calendarDateOf(study.birth_date),
    modality: leadingModality(study.modalities),
    item_name: study.description || null,
    body_part: bodyPartOf(study.body_part),
    laterality: lateralityOf(study.laterality),
    ordering_doctor: study.referring_physician || null,
    exam_started_at: momentOf(study.study_date, study.study_time),
    exam_ended_at: study.last_acquired_at,
  });
}

/** China has one time zone; DICOM DA and TM are local times of the device (PS3.3 C.12.1.1, no (0008,0201) in practice). */
const LOCAL_OFFSET = '+08:00';

/** DA + TM (PS3.5 §6.2: YYYYMMDD, HHMMSS.FFFFFF or a part of it) as a moment; null without a valid date. */
export function momentOf(date: string, time: string): Date | null {
  const day = calendarDateOf(date);
  if (day === null) return null;
  const [, hours = '00', minutes = '00', seconds = '00'] = /^(\d{2})(\d{2})?(\d{2})?/.exec(time) ?? [];
  // A leap second is written as 60 (PS3.5); no clock of ours knows it.
  const moment = new Date(`${day}T${hours}:${minutes}:${seconds === '60' ? '59' : seconds}${LOCAL_OFFSET}`);
  return Number.isNaN(moment.getTime()) ? null : moment;
}

/** DA as YYYY-MM-DD; null when it is no day of the calendar. */
export function calendarDateOf(date: string): string | null {
  const match = /^(\d{4})[.-]?(\d{2})[.-]?(\d{2})$/.exec(date);
  const text = match ? `${match[1]}-${match[2]}-${match[3]}` : '';
  return isCalendarDate(text) ? text : null;
}

/** (0010,0040): M, F or O; consoles also write 男 and 女. */
export function sexOf(text: string): Sex | null {
  const known: Readonly<Record<string, Sex>> = { M: 'M', F: 'F', O: 'O', 男: 'M', 女: 'F' };
  return known[text.trim().toUpperCase()] ?? null;
}

/** (0020,0060): R, L, and B from devices that write it for a pair. */
export function lateralityOf(text: string): Laterality | null {
  const side = text.trim().toUpperCase();
  return side === 'L' || side === 'R' || side === 'B' ? side : null;
}

/** Body Part Examined (0018,0015), defined terms of PS3.16 annex L, as readers here say it. */
const BODY_PARTS: Readonly<Record<string, string>> = {
  HEAD: '头部',
  SKULL: '头颅',
  BRAIN: '颅脑',
  ORBIT: '眼眶',
  SINUS: '鼻窦',
  PARANASALSINUS: '鼻窦',
  FACE: '颌面部',
  JAW: '下颌骨',
  NECK: '颈部',
  CHEST: '胸部',
  LUNG: '胸部',
  THORAX: '胸部',
  RIB: '肋骨',
  RIBS: '肋骨',
  STERNUM: '胸骨',
  HEART: '心脏',
  ABDOMEN: '腹部',
  UPPERABDOMEN: '上腹部',
  KIDNEY: '双肾',
  LIVER: '肝脏',
  PELVIS: '骨盆',
  CSPINE: '颈椎',
  TSPINE: '胸椎',
  LSPINE: '腰椎',
  SSPINE: '骶尾椎',
  SPINE: '脊柱',
  COCCYX: '骶尾椎',
  SIJOINT: '骶髂关节',
  CLAVICLE: '锁骨',
  SHOULDER: '肩关节',
  SCAPULA: '肩胛骨',
  HUMERUS: '肱骨',
  ARM: '上臂',
  ELBOW: '肘关节',
  FOREARM: '前臂',
  WRIST: '腕部',
  HAND: '手部',
  FINGER: '手指',
  HIP: '髋关节',
  FEMUR: '股骨',
  THIGH: '大腿',
  KNEE: '膝关节',
  PATELLA: '髌骨',
  LEG: '小腿',
  ANKLE: '踝关节',
  CALCANEUS: '跟骨',
  FOOT: '足部',
  TOE: '足趾',
  WHOLEBODY: '全身',
};

/** The body part in Chinese where the term is known, as sent where it is not; null when there is none. */
export function bodyPartOf(text: string): string | null {
  const sent = text.trim();
  if (sent === '') return null;
  return BODY_PARTS[sent.toUpperCase().replace(/[^A-Z]/g, '')] ?? sent;
}
