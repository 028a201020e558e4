import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useRef, useState } from 'react';
import { Acts } from '../alert/Acts.tsx';
import { countsQuery } from '../api/alerts.ts';
import type { Alert } from '../api/types.ts';
import { useKeys } from '../keys/useKeys.tsx';
import { Failure } from '../parts/Failure.tsx';
import { count, plural } from '../words/figures.ts';
import { AlertList, type AlertListHandle } from './AlertList.tsx';
import { Filters } from './Filters.tsx';
import { useQueueMemory } from './memory.ts';
import { NoAlerts } from './NoAlerts.tsx';
import type { QueueSearch } from './search.ts';
import { useRows } from './useRows.ts';

/** The alerts, what matters most first. */
export function Queue({ search }: { readonly search: QueueSearch }) {
  const navigate = useNavigate();
  const memory = useQueueMemory();
  const { query, rows, waiting, bringIn, left } = useRows(search);
  const { data: counts } = useQuery(countsQuery(search));
  const [focus, setFocus] = useState(memory.focus);
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set());
  const list = useRef<AlertListHandle>(null);
  const searchBox = useRef<HTMLInputElement>(null);
  memory.search = search;
  memory.focus = focus;

  const at = rows.findIndex(({ id }) => id === focus);
  // Where the focused row has left, its place in the list keeps the focus.
  const lastAt = useRef(0);
  if (at >= 0) lastAt.current = at;
  useEffect(() => {
    if (at >= 0 || rows.length === 0) return;
    setFocus(rows[Math.min(lastAt.current, rows.length - 1)]?.id);
  }, [at, rows]);

  const go = (to: number, choose = false) => {
    const next = rows[Math.max(0, Math.min(to, rows.length - 1))];
    const from = rows[at];
    if (next === undefined) return;
    if (choose) setChosen((before) => new Set([...before, next.id, ...(from === undefined ? [] : [from.id])]));
    setFocus(next.id);
    list.current?.show(Math.max(0, Math.min(to, rows.length - 1)));
  };
  const open = useCallback(
    (id: number) => {
      setFocus(id);
      memory.focus = id;
      void navigate({ to: '/alerts/$id', params: { id: String(id) } });
    },
    [memory, navigate],
  );
  const toggle = useCallback(
    (id: number) =>
      setChosen((before) =>
        before.has(id) ? new Set([...before].filter((one) => one !== id)) : new Set([...before, id]),
      ),
    [],
  );
  useKeys({
    j: () => go(at + 1),
    ArrowDown: () => go(at + 1),
    k: () => go(at - 1),
    ArrowUp: () => go(at - 1),
    'Shift+J': () => go(at + 1, true),
    'Shift+K': () => go(at - 1, true),
    Home: () => go(0),
    End: () => go(rows.length - 1),
    PageDown: () => go(at + 10),
    PageUp: () => go(at - 10),
    Enter: () => focus !== undefined && at >= 0 && open(focus),
    x: () => focus !== undefined && toggle(focus),
    r: () => void bringIn(),
    '/': () => searchBox.current?.focus(),
    Escape: () => setChosen(new Set()),
  });

  // Nobody's hand is on the list: what is new comes by itself.
  const isAtRest = waiting > 0 && chosen.size === 0 && at <= 0 && memory.scroll === 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each time that it comes to rest
  useEffect(() => {
    if (isAtRest) void bringIn();
  }, [isAtRest]);

  const picked: Alert[] = rows.filter(({ id }) => chosen.has(id));
  const focused = rows[at];
  const targets = picked.length > 0 ? picked : focused === undefined ? [] : [focused];
  return (
    <main className="queue" aria-label="Alerts">
      <h1 className="unseen">Alerts</h1>
      <Filters search={search} searchBox={searchBox} onLeave={() => list.current?.focus()} />
      <div className={picked.length > 0 ? 'toolbar choosing' : 'toolbar'}>
        <div className="toolbar-said">
          {picked.length > 0 ? (
            <>
              <strong>{plural(picked.length, 'alert')} chosen</strong>
              <button type="button" className="link" onClick={() => setChosen(new Set())}>
                Clear
              </button>
              {picked.length < rows.length && (
                <button type="button" className="link" onClick={() => setChosen(new Set(rows.map(({ id }) => id)))}>
                  Choose all {count(rows.length)} loaded
                </button>
              )}
            </>
          ) : (
            <span>{counts === undefined ? '' : plural(counts.total, 'alert')}</span>
          )}
          {waiting > 0 && (
            <button type="button" className="fresh" onClick={() => void bringIn()}>
              {plural(waiting, 'new alert')}: bring in <kbd>r</kbd>
            </button>
          )}
        </div>
        <Acts
          label={picked.length > 0 ? `${count(picked.length)} chosen:` : focused && `Alert ${focused.id}:`}
          alerts={targets}
          onDone={(results) => {
            left(results.filter(({ outcome }) => outcome === 'changed').map(({ id }) => id));
            // Those that somebody else changed meanwhile stay chosen, to be looked at.
            setChosen(new Set(results.filter(({ outcome }) => outcome === 'stale').map(({ id }) => id)));
          }}
        />
      </div>
      {query.isError && rows.length === 0 ? (
        <Failure error={query.error} again={() => void query.refetch()} />
      ) : query.isPending ? (
        <p className="waiting" aria-busy="true">
          Loading…
        </p>
      ) : rows.length === 0 ? (
        <NoAlerts search={search} hidden={counts?.hidden ?? 0} />
      ) : (
        <AlertList
          ref={list}
          rows={rows}
          total={counts?.total ?? rows.length}
          focus={focus}
          chosen={chosen}
          more={query.hasNextPage && !query.isFetchingNextPage ? () => void query.fetchNextPage() : undefined}
          onFocus={setFocus}
          onOpen={open}
          onToggle={toggle}
        />
      )}
    </main>
  );
}
