import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { huntsQuery } from '../api/hunt.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { Failure } from '../parts/Failure.tsx';
import { useNow } from '../parts/useNow.ts';
import { useMayWrite } from '../session/session.ts';
import { plural } from '../words/figures.ts';
import { ago, second } from '../words/time.ts';
import { forgetPast, type Past, pastOf } from './history.ts';
import type { Opened } from './opened.ts';

/** The hunts that people saved and those that Weir brings along, to open. */
export function HuntsDialog({
  onOpen,
  onClose,
}: {
  readonly onOpen: (opened: Opened) => void;
  readonly onClose: () => void;
}) {
  const { data, error, refetch } = useQuery(huntsQuery);
  const may = useMayWrite();
  const now = useNow();
  return (
    <Dialog title="Hunts" onClose={onClose}>
      {error !== null && data === undefined && <Failure error={error} again={() => void refetch()} />}
      {data !== undefined && (
        <>
          <h3>Saved by your team</h3>
          {data.saved.length === 0 && (
            <p className="soft">
              None yet.{may && ' Write a query that is worth asking again, and save it as a hunt.'}
            </p>
          )}
          <ul className="openings">
            {data.saved.map((hunt) => (
              <li key={hunt.id}>
                <button type="button" onClick={() => onOpen({ kind: 'saved', hunt })}>
                  <span>
                    <strong>{hunt.name}</strong>{' '}
                    <span className="soft">
                      {hunt.owner}, {ago(hunt.changed, now)}
                    </span>
                  </span>
                  <span className="soft lines">{hunt.hypothesis}</span>
                </button>
              </li>
            ))}
          </ul>
          <h3>From Weir</h3>
          <ul className="openings">
            {data.hunts.map((hunt) => (
              <li key={hunt.name}>
                <button type="button" onClick={() => onOpen({ kind: 'shipped', hunt })}>
                  <span>
                    <strong>{hunt.title}</strong> <span className="soft">{hunt.techniques.join(', ')}</span>
                  </span>
                  <span className="soft lines">{hunt.hypothesis}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      )}
    </Dialog>
  );
}

/** What a person ran in this browser. */
export function HistoryDialog({
  person,
  onOpen,
  onClose,
}: {
  readonly person: string;
  readonly onOpen: (past: Past) => void;
  readonly onClose: () => void;
}) {
  const [past, setPast] = useState(() => pastOf(person));
  const now = useNow();
  return (
    <Dialog title="History" onClose={onClose}>
      <p className="soft">Your last queries, kept in this browser alone until you sign out.</p>
      {past.length === 0 && <p>You have run none yet.</p>}
      <ul className="openings">
        {past.map((each) => (
          <li key={`${each.at} ${each.kql}`}>
            <button type="button" onClick={() => onOpen(each)} title={`${second(each.at)} UTC`}>
              <code className="lines">{each.kql}</code>
              <span className="soft">
                {ago(each.at, now)}, {each.rows === undefined ? 'it failed' : `${plural(each.rows, 'row')}`}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {past.length > 0 && (
        <button
          type="button"
          onClick={() => {
            forgetPast(person);
            setPast([]);
          }}
        >
          Forget them
        </button>
      )}
    </Dialog>
  );
}
