import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { rulesQuery } from '../api/rules.ts';
import type { Rule } from '../api/types.ts';
import { Failure } from '../parts/Failure.tsx';
import { useNow } from '../parts/useNow.ts';
import { plural } from '../words/figures.ts';
import { capital } from '../words/names.ts';
import { ago, second, spanName } from '../words/time.ts';
import { SwitchRule } from './SwitchRule.tsx';

/** The rules, and how each does: what is stopped or has gaps first. */
export function Rules() {
  const { data, error, refetch } = useQuery({ ...rulesQuery, refetchInterval: 30_000 });
  const now = useNow();
  const rules = (data ?? []).toSorted((a, b) => troubleOf(b) - troubleOf(a));
  return (
    <main className="page" aria-label="Rules">
      <h1>Rules</h1>
      {error !== null && data === undefined && <Failure error={error} again={() => void refetch()} />}
      {rules.map((rule) => (
        <article key={rule.id} className="panel rule">
          <header>
            <h2>{rule.name}</h2>
            <span className={`tag ${rule.severity}`}>at most {rule.severity}</span>
            <span className="soft">
              {rule.status}, {rule.version}
            </span>
            {rule.techniques.map((technique) => (
              <span key={technique} className="tag">
                {technique}
              </span>
            ))}
            <span className="push" />
            <Link to="/alerts" search={{ rule: rule.id, state: 'all' }}>
              Its alerts
            </Link>
            <SwitchRule rule={rule} />
          </header>
          <p className="said">{rule.description.trim()}</p>
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
        </article>
      ))}
    </main>
  );
}

function troubleOf({ stopped, health }: Rule): number {
  return (health.state === 'ok' ? 0 : 4) + (health.gaps > 0 ? 2 : 0) + (stopped === null ? 0 : 1);
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
