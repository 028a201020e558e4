import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { exceptionsQuery, makeException, previewQuery } from '../api/exceptions.ts';
import type { Exception, ExceptionPreview, ExceptionProposal } from '../api/types.ts';
import { Failure } from '../parts/Failure.tsx';
import { Field } from '../parts/Field.tsx';
import { present } from '../present.ts';
import { useMe } from '../session/session.ts';
import { Condition } from './Condition.tsx';
import { Hides } from './Hides.tsx';
import { Override } from './Override.tsx';
import { Proposals } from './Proposals.tsx';
import { mistakeIn } from './place.ts';
import { firstMoment, Until } from './Until.tsx';
import { useSettled } from './useSettled.ts';
import '../style/tune.css';

export interface MadeOne {
  readonly exception: Exception;
  readonly preview: ExceptionPreview;
}

interface Props {
  /** What it is about; rules undefined: not chosen yet. */
  readonly about: { readonly rules: readonly string[] | null | undefined; readonly alert?: number };
  /** Its name, where no proposal gives one. */
  readonly called: string;
  readonly proposals: readonly ExceptionProposal[];
  /** Beside the heading of the condition. */
  readonly said?: ReactNode;
  /** Above the condition. */
  readonly children?: ReactNode;
  /** The way back. */
  readonly cancel: ReactNode;
  readonly onMade: (made: MadeOne) => void;
}

/** A condition, what it would have hidden, and who answers for it: nothing is made that was not seen first. */
export function ExceptionForm({ about, called, proposals, said, children, cancel, onMade }: Props) {
  const client = useQueryClient();
  const { name: me, scopes } = useMe();
  const isAdmin = scopes.includes('admin');
  const { rules, alert } = about;
  const [first] = proposals;
  const [when, setWhen] = useState(first?.draft.when ?? '');
  const [name, setName] = useState(first?.draft.name ?? called);
  const [override, setOverride] = useState('');
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const settled = useSettled(when);
  const proposed = proposals.find(({ draft }) => draft.when === when)?.preview;
  const asked = useQuery({
    ...previewQuery({ rules: rules ?? null, when: settled, alert }),
    enabled: rules !== undefined && settled.trim() !== '' && proposed === undefined,
    placeholderData: keepPreviousData,
  });
  const mistake = proposed === undefined && settled === when ? mistakeIn(when, asked.error) : undefined;
  const preview = proposed ?? (asked.error === null && when.trim() !== '' ? asked.data : undefined);
  const isSeen = proposed !== undefined || (settled === when && asked.isSuccess && !asked.isPlaceholderData);
  const isConfirmed = (preview?.confirmed.length ?? 0) > 0;
  const isRefused =
    preview !== undefined && preview.refusal !== '' && !(isConfirmed && isAdmin && override.trim() !== '');

  const save = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (preview === undefined || rules === undefined || !isSeen || isRefused) return;
    const form = new FormData(event.currentTarget);
    const written = (field: string) => String(form.get(field)).trim();
    setBusy(true);
    try {
      const exception = await makeException({
        ...{ rules, when, name, alert, owner: written('owner'), reason: written('reason') },
        expires: firstMoment(written('expires')),
        ...(isConfirmed && { override: override.trim() }),
      });
      void client.invalidateQueries({ queryKey: exceptionsQuery.queryKey });
      onMade({ exception, preview });
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="tune-form" onSubmit={(event) => void save(event)}>
      <section className="panel" aria-labelledby="what">
        <header>
          <h2 id="what">What is normal</h2>
          {said}
        </header>
        {children}
        {proposals.length > 0 && (
          <Proposals
            proposals={proposals}
            when={when}
            onChoose={({ draft }) => {
              setWhen(draft.when);
              setName(draft.name);
            }}
          />
        )}
        <Condition when={when} mistake={mistake} onChange={setWhen} />
      </section>
      <section className="panel" aria-labelledby="hides" aria-busy={!isSeen && mistake === undefined}>
        <header>
          <h2 id="hides">What it would have hidden</h2>
        </header>
        {preview !== undefined ? (
          <>
            <Hides preview={preview} alert={alert} />
            {preview.refusal !== '' && (
              <Override preview={preview} isAdmin={isAdmin} said={override} onSay={setOverride} />
            )}
          </>
        ) : mistake !== undefined ? (
          <p>The condition cannot be read yet.</p>
        ) : asked.error !== null && settled === when ? (
          <Failure error={asked.error} again={() => void asked.refetch()} />
        ) : (
          <p className="soft">
            {rules === undefined
              ? 'Choose a rule first.'
              : when.trim() === ''
                ? 'Write a condition first.'
                : 'Looking…'}
          </p>
        )}
      </section>
      <section className="panel" aria-labelledby="answers">
        <header>
          <h2 id="answers">Who answers for it, and until when</h2>
        </header>
        <div className="tune-fields">
          <Field label="Name" value={name} maxLength={200} onChange={({ target }) => setName(target.value)} />
          <Field label="Owner" name="owner" defaultValue={me} maxLength={200} />
          <Until after={present()} proposed={first?.draft.expires} />
        </div>
        <label className="field">
          <b>Why is it normal?</b>
          <textarea name="reason" rows={2} required maxLength={2_000} placeholder="Nightly backup, change 4711" />
        </label>
        {failure !== undefined && <Failure error={failure} />}
        <footer className="dialog-foot">
          {cancel}
          <button type="submit" className="primary" disabled={busy || !isSeen || isRefused}>
            {busy ? 'Saving…' : 'Hide these from now on'}
          </button>
        </footer>
      </section>
    </form>
  );
}
