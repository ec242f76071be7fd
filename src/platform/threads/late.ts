/**
 * Calls `late` after so much time, unless what is waited for has come: what lies ready by then is heard first. After a
 * standstill of this thread the timers come before the messages, and an answer that is there would pass for none.
 *
 * @returns calls it off
 */
export function whenLate(milliseconds: number, late: () => void): () => void {
  let last: NodeJS.Immediate | undefined;
  const timer = setTimeout(() => {
    last = setImmediate(late);
  }, milliseconds);
  return () => {
    clearTimeout(timer);
    clearImmediate(last);
  };
}
