import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useRef } from 'react';
import { alertQuery, alertsQuery, evidenceQuery } from '../api/alerts.ts';
import { ApiProblem } from '../api/client.ts';
import type { Alert } from '../api/types.ts';
import { useKeys } from '../keys/useKeys.tsx';
import { Failure } from '../parts/Failure.tsx';
import { useQueueMemory } from '../queue/memory.ts';
import { Acts } from './Acts.tsx';
import { AgainstUsual } from './AgainstUsual.tsx';
import { Evidence } from './Evidence.tsx';
import { Facts } from './Facts.tsx';
import { Guide } from './Guide.tsx';
import { Head } from './Head.tsx';
import { Lineage } from './Lineage.tsx';
import { Reasons } from './Reasons.tsx';
import { RelatedAlerts } from './RelatedAlerts.tsx';
import { Timeline } from './Timeline.tsx';
import { Trail } from './Trail.tsx';
import { timelineOf } from './timeline.ts';

/** One alert: understood from top to bottom, decided on from anywhere. */
export function AlertPage({ id }: { readonly id: number }) {
  const { data: alert, error, refetch } = useQuery(alertQuery(id));
  const comment = useRef<HTMLTextAreaElement>(null);
  const { before, after, place } = useNeighbours(id);
  const memory = useQueueMemory();
  const navigate = useNavigate();
  const go = (to: number | undefined) => {
    if (to !== undefined) void navigate({ to: '/alerts/$id', params: { id: String(to) } });
  };
  memory.focus = id;
  useKeys({
    j: () => go(after),
    k: () => go(before),
    u: () => void navigate({ to: '/alerts', search: memory.search }),
    Escape: () => void navigate({ to: '/alerts', search: memory.search }),
    m: () => comment.current?.focus(),
    n: () => void navigate({ to: '/alerts/$id/normal', params: { id: String(id) } }),
  });
  useEffect(() => {
    document.title = `Alert ${id} · Weir`;
    return () => {
      document.title = 'Weir';
    };
  }, [id]);
  return (
    <main className="alert" aria-label={`Alert ${id}`}>
      <nav className="alert-nav" aria-label="List">
        <Link to="/alerts" search={memory.search}>
          ← Alerts <kbd>u</kbd>
        </Link>
        <span className="push" />
        <button type="button" className="quiet" disabled={before === undefined} onClick={() => go(before)}>
          Previous <kbd>k</kbd>
        </button>
        {place && <span className="soft">{place}</span>}
        <button type="button" className="quiet" disabled={after === undefined} onClick={() => go(after)}>
          Next <kbd>j</kbd>
        </button>
      </nav>
      {alert === undefined ? (
        error === null ? (
          <p className="waiting" aria-busy="true">
            Loading…
          </p>
        ) : (
          <>
            <h1 className="unseen">Alert {id}</h1>
            <Failure
              error={error}
              {...(error instanceof ApiProblem && error.status === 404 ? {} : { again: () => void refetch() })}
            />
          </>
        )
      ) : (
        <Told alert={alert} box={comment} />
      )}
    </main>
  );
}

function Told({ alert, box }: { readonly alert: Alert; readonly box: React.RefObject<HTMLTextAreaElement | null> }) {
  const { data: evidence } = useQuery(evidenceQuery(alert.id));
  const timeline = useMemo(() => timelineOf(evidence?.rows ?? []), [evidence]);
  return (
    <>
      <Head alert={alert} />
      <div className="toolbar">
        <Acts alerts={[alert]} />
        <Link to="/alerts/$id/normal" params={{ id: String(alert.id) }} className="button">
          This is normal here… <kbd>n</kbd>
        </Link>
      </div>
      <div className="alert-columns">
        <div className="alert-main">
          <Reasons alert={alert} />
          {timeline && (
            <section className="panel" aria-labelledby="when">
              <header>
                <h2 id="when">When it left</h2>
                {evidence && evidence.rows.length < evidence.count && (
                  <span className="soft">
                    of the {evidence.rows.length} connections that are kept, of {evidence.count}
                  </span>
                )}
              </header>
              <Timeline timeline={timeline} alert={alert} />
            </section>
          )}
          <AgainstUsual alert={alert} />
          <Lineage alert={alert} />
          <Guide id={alert.id} />
          <Evidence alert={alert} />
        </div>
        <div className="alert-side">
          <Facts alert={alert} />
          <RelatedAlerts id={alert.id} />
          <Trail alert={alert} box={box} />
        </div>
      </div>
    </>
  );
}

/** The alerts before and after this one in the list that it was opened from. */
function useNeighbours(id: number) {
  const { search } = useQueueMemory();
  const list = useInfiniteQuery(alertsQuery(search));
  const ids = list.data?.pages.flatMap(({ alerts }) => alerts.map((each) => each.id)) ?? [];
  const at = ids.indexOf(id);
  const isNear = at >= 0 && at >= ids.length - 2;
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = list;
  useEffect(() => {
    if (isNear && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [isNear, hasNextPage, isFetchingNextPage, fetchNextPage]);
  return {
    before: at < 0 ? undefined : ids[at - 1],
    after: at < 0 ? ids[0] : ids[at + 1],
    place: at < 0 ? undefined : `${at + 1} of ${ids.length}${hasNextPage ? '+' : ''}`,
  };
}
