import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Alert } from '../api/types.ts';
import { Severity } from '../parts/Severity.tsx';
import { shortDevice, stateName, verdictName } from '../words/names.ts';
import { ago } from '../words/time.ts';

/** An alert in a list beside something else: what it tells, where, when, and what became of it. */
export function AlertLine({
  alert: { id, finding, state, verdict },
  now,
  children,
}: {
  readonly alert: Alert;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly children?: ReactNode;
}) {
  const { process, destination, device } = finding.entities;
  return (
    <li>
      <Severity {...finding} />
      <span className="related-said">
        <Link to="/alerts/$id" params={{ id: String(id) }} title={finding.title}>
          {process || 'A program that is not known'} → {finding.service || destination || 'an unknown place'}
        </Link>
        <span className="soft">
          {device === '' ? 'device not known' : shortDevice(device)}, {ago(finding.lastSeen, now)},{' '}
          {(verdict === null ? stateName(state) : verdictName(verdict)).toLowerCase()}
        </span>
        {children}
      </span>
    </li>
  );
}
