import type { Rule } from '../api/types.ts';
import { useNow } from '../parts/useNow.ts';
import { plural } from '../words/figures.ts';
import { capital } from '../words/names.ts';
import { ago, second, spanName } from '../words/time.ts';

/** How a rule does, how loud it is, and what it did not look at. */
export function RuleState({ rule }: { readonly rule: Rule }) {
  const now = useNow();
  return (
    <>
      <p className={`health ${rule.stopped === null ? rule.health.state : 'degraded'}`}>
        <i aria-hidden="true" />
        {rule.stopped === null
          ? healthText(rule, now)
          : `Stopped by ${rule.stopped.by}, ${second(rule.stopped.at)} UTC: ${rule.stopped.reason}`}
      </p>
      <p className="soft">{alertsText(rule)}</p>
      {rule.health.gaps > 0 && (
        <p className="note">
          {plural(rule.health.gaps, 'stretch of time was', 'stretches of time were')} not looked at: that is not the
          same as quiet.
        </p>
      )}
    </>
  );
}

function healthText({ schedule, health }: Rule, now: number): string {
  const { state, reason, lastRun, took, method } = health;
  const every = schedule === null ? 'without a schedule' : `every ${spanName(schedule.frequency * 1_000)}`;
  const ran =
    lastRun === null ? 'has not run yet' : `ran ${ago(lastRun, now)}${took === null ? '' : ` in ${took.toFixed(1)} s`}`;
  return `${capital(state)}${reason === '' ? '' : `: ${reason}`}. It looks ${every}, ${ran}; ${method}.`;
}

/** How loud it is, and what people made of it. */
function alertsText({ alerts: { weeks, open, verdicts } }: Rule): string {
  const all = weeks.reduce((sum, n) => sum + n, 0);
  if (all === 0) return 'No alert in the last twelve weeks.';
  const judged = Object.values(verdicts).reduce((sum, n) => sum + n, 0);
  const mix = `${verdicts['true-positive']} true positive, ${verdicts.benign} benign, ${verdicts['false-match']} false match`;
  return `${plural(weeks.at(-1) ?? 0, 'alert')} in the last week, ${all} in twelve; ${open} open. ${
    judged === 0 ? 'None was judged yet.' : `Judged: ${mix}.`
  }`;
}
