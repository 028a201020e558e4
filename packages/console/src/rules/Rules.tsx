import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { rulesQuery } from '../api/rules.ts';
import type { Rule } from '../api/types.ts';
import { Failure } from '../parts/Failure.tsx';
import { RuleState } from './RuleState.tsx';
import { SwitchRule } from './SwitchRule.tsx';

/** The rules, and how each does: what is stopped or has gaps first. */
export function Rules() {
  const { data, error, refetch } = useQuery({ ...rulesQuery, refetchInterval: 30_000 });
  const rules = (data ?? []).toSorted((a, b) => troubleOf(b) - troubleOf(a));
  return (
    <main className="page" aria-label="Rules">
      <h1>Rules</h1>
      {error !== null && data === undefined && <Failure error={error} again={() => void refetch()} />}
      {rules.map((rule) => (
        <article key={rule.id} className="panel rule">
          <header>
            <h2>
              <Link to="/rules/$id" params={{ id: rule.id }}>
                {rule.name}
              </Link>
            </h2>
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
          <RuleState rule={rule} />
        </article>
      ))}
    </main>
  );
}

function troubleOf({ stopped, health }: Rule): number {
  return (health.state === 'ok' ? 0 : 4) + (health.gaps > 0 ? 2 : 0) + (stopped === null ? 0 : 1);
}
