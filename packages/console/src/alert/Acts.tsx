import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { peopleQuery } from '../api/alerts.ts';
import type { Alert, AlertChange, Outcome } from '../api/types.ts';
import { useKeys } from '../keys/useKeys.tsx';
import { useMayWrite, useMe } from '../session/session.ts';
import { CloseDialog } from './CloseDialog.tsx';
import { useChange } from './useChange.ts';

/** What can be done to some alerts, as buttons and as keys. A viewer sees that it can be done, and that not by them. */
export function Acts({
  label,
  alerts,
  onDone,
}: {
  /** To what it will be done, in a word or two. */
  readonly label?: string | undefined;
  readonly alerts: readonly Alert[];
  readonly onDone?: (results: readonly Outcome[]) => void;
}) {
  const { name } = useMe();
  const may = useMayWrite();
  const { busy, change } = useChange();
  const [closing, setClosing] = useState(false);
  const { data: people = [] } = useQuery({ ...peopleQuery, enabled: may });
  const act = async (wanted: AlertChange) => {
    if (!may || busy || alerts.length === 0) return;
    const results = await change(alerts, wanted);
    onDone?.(results);
  };
  const close = () => {
    if (may && alerts.length > 0) setClosing(true);
  };
  useKeys({
    a: () => void act({ assignee: name }),
    s: () => void act({ state: 'in-progress' }),
    o: () => void act({ state: 'new' }),
    c: close,
  });
  const off = !may || busy || alerts.length === 0;
  const why = may ? undefined : 'Viewers look. An analyst or an administrator decides.';
  const isClosed = alerts.length > 0 && alerts.every(({ state }) => state === 'closed');
  return (
    <div className="acts" role="group" aria-label={label ?? 'What to do'} title={why}>
      {label && <span className="soft">{label}</span>}
      <button type="button" disabled={off} onClick={() => void act({ assignee: name })}>
        Take <kbd>a</kbd>
      </button>
      <label className="select">
        <span className="unseen">Assign to</span>
        <select
          disabled={off}
          value="-"
          onChange={({ target }) => void act({ assignee: target.value === '' ? null : target.value })}
        >
          <option value="-" disabled>
            Assign…
          </option>
          <option value="">Nobody</option>
          {people.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </label>
      {isClosed ? (
        <button type="button" disabled={off} onClick={() => void act({ state: 'new' })}>
          Open again <kbd>o</kbd>
        </button>
      ) : (
        <button type="button" disabled={off} onClick={() => void act({ state: 'in-progress' })}>
          Start <kbd>s</kbd>
        </button>
      )}
      <button type="button" className="primary" disabled={off} onClick={close}>
        {isClosed ? 'Change verdict…' : 'Close…'} <kbd>c</kbd>
      </button>
      {closing && (
        <CloseDialog
          count={alerts.length}
          onClose={() => setClosing(false)}
          onDone={(wanted) => {
            setClosing(false);
            void act(wanted);
          }}
        />
      )}
    </div>
  );
}
