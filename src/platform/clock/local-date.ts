const shanghai = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** The calendar day (YYYY-MM-DD) on which a moment falls in China, which has one legal time. */
export const localDate = (at: Date): string => shanghai.format(at);
