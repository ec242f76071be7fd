import { z } from 'zod';

/** Wall time of the county as people give it, `08:00`; read as minutes after midnight. */
export const minuteOfDay = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, '须为 24 小时制时间，如 08:00')
  .transform((value) => Number(value.slice(0, 2)) * 60 + Number(value.slice(3)));

/** The same back: minutes after midnight as `08:00`. */
export const clockTime = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
