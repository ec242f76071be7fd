/** A moment as DICOM writes it: DA, TM and the offset of Timezone Offset From UTC (PS3.5 6.2, PS3.3 C.12.1.1.8). */
export interface DicomTime {
  /** YYYYMMDD */
  date: string;
  /** HHMMSS */
  time: string;
  /** ±HHMM */
  offset: string;
}

/** China has one time zone and no daylight saving time. */
export const CHINA_UTC_OFFSET_MINUTES = 480;

/** The wall clock of the console, whatever time zone this process runs in. */
export function dicomTime(at: Date, utcOffsetMinutes: number): DicomTime {
  const wall = new Date(at.getTime() + utcOffsetMinutes * 60_000).toISOString();
  const minutes = Math.abs(utcOffsetMinutes);
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');
  return {
    date: wall.slice(0, 10).replaceAll('-', ''),
    time: wall.slice(11, 19).replaceAll(':', ''),
    offset: `${utcOffsetMinutes < 0 ? '-' : '+'}${two(minutes / 60)}${two(minutes % 60)}`,
  };
}

export const secondsLater = (at: Date, seconds: number): Date => new Date(at.getTime() + seconds * 1000);
