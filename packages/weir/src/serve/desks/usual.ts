import type { EntityDay, Usual } from '../../api/parts.ts';

/** Fewer active days are not enough to call something usual. */
const enoughDays = 14;

/** What leaves on a usual day: over the days on which something left and its bytes are known of some connection. The 90th
 *  percentile is the smallest day that nine tenths of them do not pass. */
export function usualOf(days: readonly EntityDay[]): Usual {
  const sent = days
    .flatMap(({ bytesSent }) => (bytesSent === null ? [] : [bytesSent]))
    .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  const at = (part: number) => sent[Math.max(0, Math.ceil(sent.length * part) - 1)] ?? null;
  const [low, high] = [sent[Math.floor((sent.length - 1) / 2)], sent[Math.floor(sent.length / 2)]];
  return {
    days: sent.length,
    median: low === undefined || high === undefined ? null : (low + high) / 2n,
    p90: at(0.9),
    isLearning: sent.length < enoughDays,
  };
}
