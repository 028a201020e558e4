import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { rulesQuery } from '../api/rules.ts';
import type { Rule } from '../api/types.ts';
import { Failure } from '../parts/Failure.tsx';
import { useMayWrite } from '../session/session.ts';
import { RuleCard } from './RuleCard.tsx';

/** The rules, and how each does: what is stopped, has gaps or is behind what ships first. */
export function Rules() {
  const { data, error, refetch } = useQuery({ ...rulesQuery, refetchInterval: 30_000 });
  const may = useMayWrite();
  const rules = (data ?? []).toSorted((a, b) => troubleOf(b) - troubleOf(a));
  return (
    <main className="page" aria-label="Rules">
      <div className="page-head">
        <h1>Rules</h1>
        <span className="push" />
        {may && (
          <Link to="/rules/new" className="button">
            Make a rule…
          </Link>
        )}
      </div>
      {error !== null && data === undefined && <Failure error={error} again={() => void refetch()} />}
      {rules.map((rule) => (
        <RuleCard key={rule.id} rule={rule}>
          <Link to="/rules/$id" params={{ id: rule.id }}>
            {rule.name}
          </Link>
        </RuleCard>
      ))}
    </main>
  );
}

function troubleOf({ stopped, copy, health }: Rule): number {
  const isOdd = stopped !== null || copy?.outdated === true;
  return (health.state === 'ok' ? 0 : 4) + (health.gaps > 0 ? 2 : 0) + (isOdd ? 1 : 0);
}
