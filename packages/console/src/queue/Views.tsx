import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { rulesQuery } from '../api/rules.ts';
import type { AlertView } from '../api/types.ts';
import { addView, changeView, removeView, viewsQuery } from '../api/views.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { Failure } from '../parts/Failure.tsx';
import { useSay } from '../parts/notice.tsx';
import { useMayWrite, useMe } from '../session/session.ts';
import type { QueueSearch } from './search.ts';
import { inWords, isShown, keptSearch, searchOf } from './views.ts';

/** Digits that choose a view. */
const keyed = 9;

/** The views that a person keeps and those that others share: to choose, rename and remove, and to keep what is seen now. */
export function Views({ search, onClose }: { readonly search: QueueSearch; readonly onClose: () => void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const say = useSay();
  const { name: me, scopes } = useMe();
  const may = useMayWrite();
  const { data: views = [], error, isSuccess, refetch } = useQuery(viewsQuery);
  const { data: rules } = useQuery(rulesQuery);
  const [renaming, setRenaming] = useState<number>();
  const [name, setName] = useState('');
  const [failure, setFailure] = useState<unknown>();
  const ruleName = (id: string) => rules?.find((rule) => rule.id === id)?.name ?? `rule ${id}`;
  const words = (of: QueueSearch) => inWords(of, ruleName);
  const mine = views.find((view) => view.owner === me && view.name === name.trim());

  const open = (view: AlertView) => {
    void navigate({ to: '/alerts', search: searchOf(view) });
    onClose();
  };
  const attempt = async (work: () => Promise<unknown>, done: string) => {
    setFailure(undefined);
    try {
      await work();
      say({ text: done });
    } catch (thrown) {
      setFailure(thrown);
      return;
    } finally {
      await client.invalidateQueries({ queryKey: viewsQuery.queryKey });
    }
    setRenaming(undefined);
  };
  const keep = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const shared = new FormData(form).get('shared') !== null;
    const view = { name: name.trim(), search: keptSearch(search), shared };
    await attempt(async () => {
      await (mine === undefined ? addView(view) : changeView(mine.id, view));
      setName('');
      form.reset();
    }, `${view.name} is kept.`);
  };
  useDigits((nth) => {
    const view = views[nth - 1];
    if (view !== undefined) open(view);
  });
  return (
    <Dialog title="Views" onClose={onClose}>
      {error !== null && !isSuccess && <Failure error={error} again={() => void refetch()} />}
      {isSuccess && views.length === 0 && (
        <p>You keep none yet, and nobody shares one. Set the filters as you want them, then give them a name here.</p>
      )}
      <ul className="openings">
        {views.map((view, nth) => (
          <li key={view.id} className="view">
            {renaming === view.id ? (
              <Renaming
                view={view}
                onCancel={() => setRenaming(undefined)}
                onDone={(next) => void attempt(() => changeView(view.id, { name: next }), `It is ${next} now.`)}
              />
            ) : (
              <>
                <button
                  type="button"
                  onClick={() => open(view)}
                  aria-current={isShown(view, search) ? 'true' : undefined}
                >
                  <span>
                    <strong>{view.name}</strong> {nth < keyed && <kbd>{nth + 1}</kbd>}
                  </span>
                  <span className="soft">
                    {words(searchOf(view))}
                    {view.owner !== me ? `, shared by ${view.owner}` : view.shared ? ', shared with everybody' : ''}
                  </span>
                </button>
                {view.owner === me && (
                  <button
                    type="button"
                    className="small"
                    onClick={() => setRenaming(view.id)}
                    aria-label={`Rename ${view.name}`}
                  >
                    Rename
                  </button>
                )}
                {(view.owner === me || scopes.includes('admin')) && (
                  <button
                    type="button"
                    className="small"
                    onClick={() => void attempt(() => removeView(view.id), `${view.name} is removed.`)}
                    aria-label={`Remove ${view.name}`}
                  >
                    Remove
                  </button>
                )}
              </>
            )}
          </li>
        ))}
      </ul>
      {failure !== undefined && <Failure error={failure} />}
      <form className="keep-view" onSubmit={(event) => void keep(event)}>
        <label className="field">
          <span>
            Keep what you see now: <b>{words(search)}</b>
          </span>
          <input
            value={name}
            required
            maxLength={80}
            placeholder="A name for it"
            onChange={({ target }) => setName(target.value)}
          />
        </label>
        <footer className="dialog-foot">
          {may && (
            <label className="check">
              <input type="checkbox" name="shared" key={mine?.id ?? 0} defaultChecked={mine?.shared ?? false} /> Share
              with everybody
            </label>
          )}
          <button type="submit" className="primary" disabled={name.trim() === ''}>
            {mine === undefined ? 'Keep this view' : `Replace ${mine.name}`}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

/** Calls back with a digit from 1 to 9 that is pressed where nothing is written. */
function useDigits(onDigit: (digit: number) => void): void {
  const latest = useRef(onDigit);
  latest.current = onDigit;
  useEffect(() => {
    const handle = ({ key, target, ctrlKey, metaKey, altKey }: KeyboardEvent) => {
      const isWritten = target instanceof HTMLInputElement && target.type !== 'checkbox';
      if (/^[1-9]$/.test(key) && !isWritten && !ctrlKey && !metaKey && !altKey) latest.current(Number(key));
    };
    addEventListener('keydown', handle);
    return () => removeEventListener('keydown', handle);
  }, []);
}

function Renaming({
  view,
  onCancel,
  onDone,
}: {
  readonly view: AlertView;
  readonly onCancel: () => void;
  readonly onDone: (name: string) => void;
}) {
  const [name, setName] = useState(view.name);
  return (
    <form
      className="renaming"
      onSubmit={(event) => {
        event.preventDefault();
        onDone(name.trim());
      }}
    >
      <input
        ref={(box) => box?.focus()}
        aria-label={`New name of ${view.name}`}
        value={name}
        required
        maxLength={80}
        onChange={({ target }) => setName(target.value)}
      />
      <button type="submit" className="small" disabled={name.trim() === ''}>
        Rename
      </button>
      <button type="button" className="small" onClick={onCancel}>
        Cancel
      </button>
    </form>
  );
}
