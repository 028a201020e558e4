import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, type RefObject, useState } from 'react';
import { trailQuery } from '../api/alerts.ts';
import type { Alert } from '../api/types.ts';
import { Failure } from '../parts/Failure.tsx';
import { useMayWrite } from '../session/session.ts';
import { second } from '../words/time.ts';
import { deed } from './deeds.ts';
import { useChange } from './useChange.ts';

/** Who did what when, and a place to say something. */
export function Trail({ alert, box }: { readonly alert: Alert; readonly box: RefObject<HTMLTextAreaElement | null> }) {
  const { data = [], error, refetch } = useQuery(trailQuery(alert.id));
  const { busy, change } = useChange();
  const may = useMayWrite();
  const [comment, setComment] = useState('');
  const send = async () => {
    if (comment.trim() === '' || busy) return;
    const [outcome] = await change([alert], { comment: comment.trim() });
    if (outcome?.outcome === 'changed') setComment('');
  };
  const byKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) void send();
    if (event.key === 'Escape') box.current?.blur();
  };
  return (
    <section className="panel" aria-labelledby="trail">
      <header>
        <h2 id="trail">Trail</h2>
        <span className="soft">who did what when, UTC</span>
      </header>
      {error !== null && <Failure error={error} again={() => void refetch()} />}
      <ol className="trail">
        {data.map((entry) => (
          <li key={entry.id}>
            <time dateTime={entry.at}>{second(entry.at).slice(0, 16)}</time>
            <span>
              <b>{entry.actor === 'weir' ? 'Weir' : entry.actor}</b> {deed(entry)}
              {typeof entry.details.comment === 'string' && <q>{entry.details.comment}</q>}
            </span>
          </li>
        ))}
      </ol>
      {may && (
        <form
          className="say"
          onSubmit={(event) => {
            event.preventDefault();
            void send();
          }}
        >
          <textarea
            ref={box}
            rows={2}
            value={comment}
            maxLength={10_000}
            placeholder="What did you find out?  m"
            aria-label="Comment"
            onChange={({ target }) => setComment(target.value)}
            onKeyDown={byKey}
          />
          <button type="submit" disabled={comment.trim() === '' || busy}>
            Comment <kbd>Ctrl Enter</kbd>
          </button>
        </form>
      )}
    </section>
  );
}
