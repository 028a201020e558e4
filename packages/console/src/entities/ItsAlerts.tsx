import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { AlertLine } from '../alert/AlertLine.tsx';
import { alertsQuery, countsQuery } from '../api/alerts.ts';
import type { PagedKind } from '../api/entities.ts';
import { Failure } from '../parts/Failure.tsx';
import { useNow } from '../parts/useNow.ts';
import { plural } from '../words/figures.ts';

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
        {alerts.map((alert) => (
          <AlertLine key={alert.id} alert={alert} now={now} />
        ))}
      </ul>
    </section>
  );
}
