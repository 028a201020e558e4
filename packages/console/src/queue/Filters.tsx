import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type RefObject, useEffect, useState } from 'react';
import { countsQuery, peopleQuery } from '../api/alerts.ts';
import type { Severity } from '../api/types.ts';
import { viewsQuery } from '../api/views.ts';
import { useKeys } from '../keys/useKeys.tsx';
import { useMayWrite, useMe } from '../session/session.ts';
import { count } from '../words/figures.ts';
import { capital } from '../words/names.ts';
import { Chips } from './Chips.tsx';
import { type QueueSearch, severities, statesOf, stateViews } from './search.ts';
import { Views } from './Views.tsx';
import { isShown, stateNames } from './views.ts';

const typingPause = 250;

/** What is looked at. Every choice is in the address, so that it can be kept and sent. */
export function Filters({
  search,
  searchBox,
  onLeave,
}: {
  readonly search: QueueSearch;
  readonly searchBox: RefObject<HTMLInputElement | null>;
  readonly onLeave: () => void;
}) {
  const navigate = useNavigate();
  const { name } = useMe();
  const may = useMayWrite();
  const { state = 'open', severity = [], assignee = '', order = '', hidden } = search;
  // Each choice is counted without itself, so that one sees what another choice would give.
  const { severity: _, ...anySeverity } = search;
  const { data: counts } = useQuery(countsQuery(anySeverity));
  const { data: own } = useQuery(countsQuery(search));
  const { data: people = [] } = useQuery({ ...peopleQuery, enabled: may });
  const { data: kept = [] } = useQuery(viewsQuery);
  const shown = kept.find((view) => isShown(view, search));
  const [choosing, setChoosing] = useState(false);
  useKeys({ v: () => setChoosing(true) });
  const set = (change: QueueSearch, replace = false) =>
    void navigate({ to: '/alerts', search: { ...search, ...change }, replace });

  const [typed, setTyped] = useState(search.text ?? '');
  useEffect(() => setTyped(search.text ?? ''), [search.text]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is typed starts the pause
  useEffect(() => {
    if (typed.trim() === (search.text ?? '')) return;
    const timer = setTimeout(() => set({ text: typed.trim() || undefined }, true), typingPause);
    return () => clearTimeout(timer);
  }, [typed]);

  const toggle = (of: Severity) => {
    const next = severities.filter((each) => (each === of) !== severity.includes(each));
    set({ severity: next.length === 0 ? undefined : next });
  };
  return (
    <search className="filters">
      <div className="tabs" role="group" aria-label="State">
        {stateViews.map((view) => (
          <button key={view} type="button" aria-pressed={view === state} onClick={() => set({ state: view })}>
            {stateNames[view]}
            {own && <span className="n">{count(statesOf[view].reduce((sum, each) => sum + own.states[each], 0))}</span>}
          </button>
        ))}
      </div>
      <div className="filter-line">
        <input
          ref={searchBox}
          className="search"
          type="search"
          placeholder="Device, account, program, service…  /"
          aria-label="Words of title, entities or service"
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' && event.key !== 'Enter') return;
            event.preventDefault();
            event.currentTarget.blur();
            onLeave();
          }}
        />
        <div className="toggles" role="group" aria-label="Severity">
          {severities.map((each) => (
            <button
              key={each}
              type="button"
              className={`toggle ${each}`}
              aria-pressed={severity.includes(each)}
              onClick={() => toggle(each)}
            >
              <i aria-hidden="true" /> {each === 'informational' ? 'Info' : capital(each)}
              {counts && <span className="n">{count(counts.severities[each])}</span>}
            </button>
          ))}
        </div>
        <label className="select">
          <span className="unseen">Whose</span>
          <select value={assignee} onChange={({ target }) => set({ assignee: target.value || undefined })}>
            <option value="">Anybody’s</option>
            <option value={name}>Mine</option>
            <option value="none">Nobody’s</option>
            {[...new Set([...people, ...(assignee && assignee !== 'none' ? [assignee] : [])])]
              .filter((each) => each !== name)
              .map((each) => (
                <option key={each}>{each}</option>
              ))}
          </select>
        </label>
        <label className="select">
          <span className="unseen">Order</span>
          <select
            value={order}
            onChange={({ target }) => set({ order: (target.value || undefined) as QueueSearch['order'] })}
          >
            <option value="">By priority</option>
            <option value="newest">Newest first</option>
            <option value="last-seen">Last seen first</option>
          </select>
        </label>
        <button type="button" className="views-button" onClick={() => setChoosing(true)}>
          {shown === undefined ? 'Views…' : <b>{shown.name}…</b>} <kbd>v</kbd>
        </button>
        {own !== undefined && (own.hidden > 0 || hidden) && (
          <label className="check">
            <input
              type="checkbox"
              checked={hidden === 'with'}
              onChange={({ target }) => set({ hidden: target.checked ? 'with' : undefined })}
            />{' '}
            with {count(own.hidden)} hidden
          </label>
        )}
      </div>
      <Chips search={search} onSet={set} />
      {choosing && <Views search={search} onClose={() => setChoosing(false)} />}
    </search>
  );
}
