import type { Rule } from '../rules/rule.ts';
import { shortDuration } from './durations.ts';
import { shortestLookBack } from './lookBack.ts';
import { placeInQuery, type Refusal } from './refusal.ts';

const hour = 36_000_000_000n;

/** How often a custom detection runs, and how far each run looks back: Defender has no others. */
const schedules = [
  { frequency: hour, lookback: 4n * hour },
  { frequency: 3n * hour, lookback: 12n * hour },
  { frequency: 12n * hour, lookback: 48n * hour },
  { frequency: 24n * hour, lookback: 720n * hour },
];

export interface DefenderSchedule {
  /** Ticks; 0 is continuous. */
  readonly frequency: bigint;
  /** What each table must be cut to, as Defender looks further back than the rule. */
  readonly window?: bigint;
}

/** The rarest of Defender's schedules that is not rarer than it must be: at least as rare as the rule's own, each moment
 *  looked at, and as far back as the rule looks. */
export function defenderSchedule(rule: Rule): DefenderSchedule | Refusal {
  const { schedule } = rule;
  if (schedule === null) {
    const advice = "Write it as a rule in Sentinel's YAML.";
    return { place: rule.path, message: 'a bare query says nothing of when it runs', advice };
  }
  if (rule.kind === 'NRT') return { frequency: 0n };
  const { frequency, period } = schedule;
  const found = schedules.find((each) => each.frequency >= frequency && each.lookback >= period);
  const looked = found !== undefined && found.frequency > frequency ? shortestLookBack(rule) : undefined;
  if (found !== undefined && (looked === null || (looked !== undefined && looked < found.frequency))) {
    const far =
      looked === null
        ? 'how far its query looks back is not understood'
        : `its query looks back only ${shortDuration(looked)}`;
    const message = `Defender would run it every ${shortDuration(found.frequency)}, and ${far}: the time between would never be looked at`;
    const advice = `Leave the time to queryPeriod, or write ago(${shortDuration(found.frequency)}) or more.`;
    return { place: placeInQuery(rule, 0), message, advice };
  }
  if (found !== undefined && found.frequency <= period) {
    return { frequency: found.frequency, ...(found.lookback > period ? { window: period } : {}) };
  }
  const least = shortDuration(found?.frequency ?? hour);
  const message =
    found === undefined
      ? `Defender looks back 30 days at most, and this rule ${shortDuration(period)} every ${shortDuration(frequency)}`
      : `Defender would run it every ${least}, and it looks back only ${shortDuration(period)}: the time between would never be looked at`;
  return { place: rule.path, message, advice: `Make queryPeriod at least ${least}, and no longer than 30 days.` };
}
