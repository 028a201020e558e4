import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { alertsQuery, countsQuery } from '../api/alerts.ts';
import type { PagedKind } from '../api/entities.ts';
import { Failure } from '../parts/Failure.tsx';
import { Severity } from '../parts/Severity.tsx';
import { useNow } from '../parts/useNow.ts';
import { plural } from '../words/figures.ts';
import { shortDevice, stateName, verdictName } from '../words/names.ts';
import { ago } from '../words/time.ts';

const shownMost = 10;

/** The alerts of an entity, the latest first. */
export function ItsAlerts({ kind, name }: { readonly kind: PagedKind; readonly name: string }) {
  const search = { state: 'all', entityKind: kind, entity: name, order: 'last-seen' } as const;
  const { data, error, refetch } = useInfiniteQuery(alertsQuery(search));
  const { data: counts } = useQuery(countsQuery(search));
  const now = useNow();
  const alerts = data?.pages[0]?.alerts.slice(0, shownMost) ?? [];
  return (
    <section className="panel" aria-labelledby="its-alerts">
      <header>
        <h2 id="its-alerts">Alerts</h2>
        {counts && <span className="soft">{counts.total === 0 ? 'none' : plural(counts.total, 'alert')}</span>}
        <span className="push" />
        {counts && counts.total > 0 && (
          <Link to="/alerts" search={search}>
            In the list
          </Link>
        )}
      </header>
      {error !== null && data === undefined && <Failure error={error} again={() => void refetch()} />}
      <ul className="related">
        {alerts.map(({ id, finding, state, verdict }) => (
          <li key={id}>
            <Severity {...finding} />
            <span className="related-said">
              <Link to="/alerts/$id" params={{ id: String(id) }} title={finding.title}>
                {finding.entities.process || 'A program that is not known'} →{' '}
                {finding.service || finding.entities.destination}
              </Link>
              <span className="soft">
                {shortDevice(finding.entities.device)}, {ago(finding.lastSeen, now)},{' '}
                {(verdict === null ? stateName(state) : verdictName(verdict)).toLowerCase()}
              </span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
