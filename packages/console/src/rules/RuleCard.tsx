import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Rule } from '../api/types.ts';
import { RuleState } from './RuleState.tsx';
import { SwitchRule } from './SwitchRule.tsx';

/** A rule under its heading: what it is for, how it does, and the way to its alerts and its switch. */
export function RuleCard({ rule, children }: { readonly rule: Rule; readonly children: ReactNode }) {
  return (
    <article className="panel rule">
      <header>
        <h2>{children}</h2>
        <span className={`tag ${rule.severity}`}>at most {rule.severity}</span>
        <span className="soft">
          {rule.status}, {rule.version}
        </span>
        {rule.copy !== null && <span className="tag">your copy</span>}
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
      {rule.copy?.outdated && (
        <p className="note">
          Weir ships another text of this rule than your copy was made from.{' '}
          <Link to="/rules/$id" params={{ id: rule.id }} hash="copy">
            See what changed
          </Link>
        </p>
      )}
    </article>
  );
}
