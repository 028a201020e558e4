import type { Exception } from '../api/types.ts';
import { momentOf, spanName } from '../words/time.ts';

export type Standing = 'holds' | 'soon' | 'expired' | 'ended';

const fortnight = 14 * 86_400_000;

/** Where an exception stands now (milliseconds since 1970); one that has less than a fortnight left ends soon. */
export function standingOf({ ended, expires }: Pick<Exception, 'ended' | 'expires'>, now: number): Standing {
  if (ended !== null) return 'ended';
  const left = momentOf(expires) - now;
  return left <= 0 ? 'expired' : left <= fortnight ? 'soon' : 'holds';
}

/** What that means, for a person. */
export function standingText(exception: Pick<Exception, 'ended' | 'expires'>, now: number): string {
  const { ended, expires } = exception;
  if (ended !== null) return `Ended by ${ended.by} on ${ended.at.slice(0, 10)}: ${ended.reason}`;
  const until = expires.slice(0, 10);
  const left = spanName(Math.abs(momentOf(expires) - now));
  switch (standingOf(exception, now)) {
    case 'expired':
      return `Expired on ${until}: what it hid stays hidden, what comes now is shown`;
    case 'soon':
      return `Ends soon: on ${until}, in ${left}`;
    default:
      return `Holds until ${until}, for ${left} more`;
  }
}
