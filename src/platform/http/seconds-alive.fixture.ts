/**
 * Counts the seconds in which this process ran: what stands still for a while, as a busy machine makes it, counts one. For
 * bounds on what the product has to do in time, which are no bounds on the machine.
 */
export function secondsAlive(): { stop(): number } {
  let count = 0;
  const ticking = setInterval(() => (count += 1), 1_000);
  return {
    stop: () => {
      clearInterval(ticking);
      return count;
    },
  };
}
