import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { healthQuery, sourcesQuery } from '../api/health.ts';
import { rulesQuery } from '../api/rules.ts';
import { useNow } from '../parts/useNow.ts';
import { plural } from '../words/figures.ts';
import { ago, spanName as shortest } from '../words/time.ts';
import { nextLook } from './nextLook.ts';
import { isNarrowed, type QueueSearch } from './search.ts';

/** Why there is nothing to see, and what to do about it. Quiet is told from blind. */
export function NoAlerts({ search, hidden }: { readonly search: QueueSearch; readonly hidden: number }) {
  const { data: sources } = useQuery(sourcesQuery);
  const now = useNow();
  const latest = sources
    ?.map(({ lastReceived }) => lastReceived)
    .toSorted()
    .at(-1);
  const { hidden: isShown } = search;
  const { data: rules = [] } = useQuery(rulesQuery);
  const next = nextLook(rules, now);
  const { data: health } = useQuery({ ...healthQuery, enabled: sources?.length === 0 });
  const isWatching = health?.parts.some(({ part }) => part === 'watched files') === true;
  return (
    <div className="empty">
      {isNarrowed(search) ? (
        <>
          <h2>No alert fits</h2>
          <p>
            <Link to="/alerts" search={search.state === undefined ? {} : { state: search.state }}>
              Show all of this state
            </Link>
          </p>
        </>
      ) : sources === undefined ? (
        // Nothing open and nothing looked at are not the same.
        <p aria-busy="true">Looking whether logs come in…</p>
      ) : sources.length === 0 ? (
        <>
          <h2>No logs have come in yet</h2>
          {isWatching && (
            <p>
              Files are watched, and what they hold comes in by itself: mostly within a minute, after a start with many
              files within a few. This page shows it without being asked again.
            </p>
          )}
          <p>Weir looks at what it is given. The quickest ways to give it {isWatching ? 'more' : 'something'}:</p>
          <h3>Files, as they grow</h3>
          <pre>weir serve --watch FOLDER</pre>
          <h3>A file, now</h3>
          <pre>{`curl -H "Authorization: Bearer TOKEN" --data-binary @conn.log ${location.origin}/ingest/zeek`}</pre>
          <h3>A drill, all of it invented</h3>
          <pre>{`WEIR_TOKEN=TOKEN weir simulate telegram-bot-archive --to ${location.origin}/ingest/drill`}</pre>
          <p>
            A token comes from <code>weir token add NAME --scope ingest</code>. Splunk’s collector, Elasticsearch’s{' '}
            <code>_bulk</code>, OTLP and syslog are understood too.
          </p>
        </>
      ) : search.state === undefined ? (
        <>
          <h2>Nothing is open</h2>
          {next !== undefined && (
            <p>
              Rules look every {shortest(next.every)}, next at{' '}
              <b>{new Date(next.at).toISOString().slice(11, 16)} UTC</b>. What has just come in shows after that, within
              a minute or so.
            </p>
          )}
          {latest !== undefined && (
            <p>
              {plural(sources.length, 'source sends', 'sources send')} logs, the last {ago(latest, now)}. Whether the
              rules see all they need, <Link to="/sources">sources and health</Link> tell.
            </p>
          )}
        </>
      ) : (
        <h2>No alert is in this state</h2>
      )}
      {hidden > 0 && isShown === undefined && (
        <p>
          <Link to="/alerts" search={{ ...search, hidden: 'with' }}>
            Show {plural(hidden, 'alert')} that exceptions hide
          </Link>
        </p>
      )}
    </div>
  );
}
