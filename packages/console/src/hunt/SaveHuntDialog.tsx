import { useQueryClient } from '@tanstack/react-query';
import { type ComponentProps, type FormEvent, useId, useState } from 'react';
import { ApiProblem } from '../api/client.ts';
import { changeHunt, huntsQuery, saveHunt } from '../api/hunt.ts';
import type { SavedHunt } from '../api/types.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { Failure } from '../parts/Failure.tsx';
import { Field } from '../parts/Field.tsx';
import { Written } from '../parts/Scrolls.tsx';
import { useNow } from '../parts/useNow.ts';
import { Diff } from '../rules/versions/Diff.tsx';
import { ago } from '../words/time.ts';
import { placed } from './placed.ts';
import { rangeInWords } from './search.ts';
import '../style/rules.css';

interface Props {
  /** What stands in the editor, and over which time. */
  readonly query: string;
  readonly range: string;
  /** The hunt that is changed; undefined: a new one is made. */
  readonly of: SavedHunt | undefined;
  readonly onClose: () => void;
  readonly onSaved: (hunt: SavedHunt) => void;
  /** Puts what somebody else saved into the editor. */
  readonly onTheirs: (hunt: SavedHunt) => void;
}

/** Keeps what stands in the editor as a hunt for the team, or as the next of one. */
export function SaveHuntDialog({ query, range, of, onClose, onSaved, onTheirs }: Props) {
  const client = useQueryClient();
  const [name, setName] = useState(of?.name ?? '');
  const [hypothesis, setHypothesis] = useState(of?.hypothesis ?? '');
  const [reading, setReading] = useState(of?.reading ?? '');
  const [theirs, setTheirs] = useState<SavedHunt>();
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const base = theirs ?? of;
  const save = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    const draft = { name: name.trim(), hypothesis: hypothesis.trim(), reading: reading.trim(), query, range };
    try {
      const saved = await (base === undefined
        ? saveHunt(draft)
        : changeHunt(base.id, { ...draft, revision: base.revision }));
      await client.invalidateQueries({ queryKey: huntsQuery.queryKey });
      onSaved(saved);
    } catch (error) {
      setFailure(placed(error, 0));
      if (error instanceof ApiProblem && error.code === 'HUNT_STALE') {
        const told = await client.fetchQuery({ ...huntsQuery, staleTime: 0 }).catch(() => undefined);
        setTheirs(told?.saved.find(({ id }) => id === base?.id));
      }
    } finally {
      setBusy(false);
    }
  };
  return (
    <Dialog title={of === undefined ? 'Save as hunt' : `Change ${of.name}`} onClose={onClose}>
      <form className="to-rule" onSubmit={(event) => void save(event)}>
        {of === undefined && (
          <p className="said">Everybody finds it under Hunts and can run it. You and administrators can change it.</p>
        )}
        <Field
          label="Name"
          name="hunt-name"
          autoFocus
          maxLength={80}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <Lines
          label="What it looks for"
          required
          maxLength={1_000}
          placeholder="Somebody who leaves takes the list of customers home the night before."
          value={hypothesis}
          onChange={({ target }) => setHypothesis(target.value)}
        />
        <Lines
          label="How to read what it finds (may be empty)"
          maxLength={4_000}
          placeholder="Many rows of one device in one night. backup-1 does so every Sunday."
          value={reading}
          onChange={({ target }) => setReading(target.value)}
        />
        <p>
          Time: <b>{rangeInWords(range)}</b>
          {base !== undefined && base.range !== range && (
            <span className="soft">, until now {rangeInWords(base.range)}</span>
          )}
        </p>
        {base === undefined || base.query === query ? (
          <Written text={query} isKql />
        ) : (
          <Diff before={base.query} after={query} label="From the saved query to yours" />
        )}
        {theirs === undefined ? (
          failure !== undefined && <Failure error={failure} />
        ) : (
          <Theirs hunt={theirs} mine={[name, hypothesis, reading]} onOpen={() => onTheirs(theirs)} />
        )}
        <footer className="dialog-foot">
          <button type="button" onClick={onClose}>
            Not yet
          </button>
          <button
            type="submit"
            className="primary"
            disabled={busy || [name, hypothesis].some((each) => each.trim() === '')}
          >
            {theirs === undefined ? 'Save' : 'Save mine over theirs'}
          </button>
        </footer>
      </form>
    </Dialog>
  );
}

/** A line or two to write into. */
function Lines({ label, ...area }: ComponentProps<'textarea'> & { readonly label: string }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <textarea id={id} rows={2} {...area} />
    </div>
  );
}

/** What somebody else saved meanwhile, where it is not what stands above. */
function Theirs({
  hunt,
  mine,
  onOpen,
}: {
  readonly hunt: SavedHunt;
  readonly mine: readonly [name: string, hypothesis: string, reading: string];
  readonly onOpen: () => void;
}) {
  const now = useNow();
  const said = [
    ['Name', hunt.name],
    ['Looks for', hunt.hypothesis],
    ['Reading', hunt.reading],
  ] as const;
  return (
    <div className="note" role="alert">
      <p className="said">
        {hunt.by} changed this hunt {ago(hunt.changed, now)}, while you wrote. Nothing of yours was saved, and nothing
        is lost. Above is what differs from their query.
      </p>
      <dl className="reading">
        {said.map(
          ([what, theirs], nth) =>
            theirs !== mine[nth] && (
              <div key={what}>
                <dt>{what}</dt>
                <dd>{theirs === '' ? 'nothing' : theirs}</dd>
              </div>
            ),
        )}
      </dl>
      <button type="button" onClick={onOpen}>
        Open theirs, and leave mine
      </button>
    </div>
  );
}
