import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { alertQuery } from '../api/alerts.ts';
import { exceptionsQuery, makeException, previewQuery, proposalsQuery } from '../api/exceptions.ts';
import type { Alert, Exception, ExceptionPreview, ExceptionProposal } from '../api/types.ts';
import { useKeys } from '../keys/useKeys.tsx';
import { Failure } from '../parts/Failure.tsx';
import { Field } from '../parts/Field.tsx';
import { present } from '../present.ts';
import { useMayWrite, useMe } from '../session/session.ts';
import { Condition } from './Condition.tsx';
import { Hides } from './Hides.tsx';
import { Made } from './Made.tsx';
import { Override } from './Override.tsx';
import { Proposals } from './Proposals.tsx';
import { mistakeIn } from './place.ts';
import { useSettled } from './useSettled.ts';
import '../style/tune.css';

/** An alert that is normal here: what not to be told of any more, seen before it is decided. */
export function TunePage() {
  const { id = '' } = useParams({ strict: false });
  const number = /^[1-9]\d{0,15}$/.test(id) ? Number(id) : 0;
  const may = useMayWrite();
  const alert = useQuery(alertQuery(number));
  const proposals = useQuery({ ...proposalsQuery(number), enabled: may, staleTime: Number.POSITIVE_INFINITY });
  const navigate = useNavigate();
  const [made, setMade] = useState<{ readonly exception: Exception; readonly preview: ExceptionPreview }>();
  const back = () => void navigate({ to: '/alerts/$id', params: { id } });
  useKeys({ u: back, Escape: back });
  const failed = alert.error ?? proposals.error;
  return (
    <main className="page tune" aria-label="This is normal here">
      <nav className="alert-nav" aria-label="Back">
        <Link to="/alerts/$id" params={{ id }}>
          ← Alert {id} <kbd>u</kbd>
        </Link>
      </nav>
      <h1>This is normal here</h1>
      {alert.data && <p className="said">{alert.data.finding.title}</p>}
      {!may ? (
        <p className="note">
          An exception hides alerts from everybody, so an analyst or an administrator makes it. You look here as a
          viewer: tell one of them why this is normal. What is hidden already stands under{' '}
          <Link to="/exceptions">exceptions</Link>.
        </p>
      ) : made !== undefined ? (
        <Made {...made} />
      ) : failed !== null ? (
        <Failure error={failed} again={() => void Promise.all([alert.refetch(), proposals.refetch()])} />
      ) : alert.data === undefined || proposals.data === undefined ? (
        <p className="waiting" aria-busy="true">
          Looking at what exceptions would have hidden…
        </p>
      ) : (
        <Tune alert={alert.data} {...proposals.data} onMade={(exception, preview) => setMade({ exception, preview })} />
      )}
    </main>
  );
}

interface TuneProps {
  readonly alert: Alert;
  readonly none: string;
  readonly proposals: readonly ExceptionProposal[];
  readonly onMade: (exception: Exception, preview: ExceptionPreview) => void;
}

const day = 86_400_000;
/** The day of a moment, as a date field has it. */
const dateOf = (at: number) => new Date(at).toISOString().slice(0, 10);

function Tune({ alert, none, proposals, onMade }: TuneProps) {
  const client = useQueryClient();
  const { name: me, scopes } = useMe();
  const isAdmin = scopes.includes('admin');
  const { finding, hiddenBy } = alert;
  const [first] = proposals;
  const [when, setWhen] = useState(first?.draft.when ?? '');
  const [name, setName] = useState(first?.draft.name ?? `${finding.entities.process || 'a program'} is normal here`);
  const [override, setOverride] = useState('');
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const rules = [finding.rule.id];
  const settled = useSettled(when);
  const proposed = proposals.find(({ draft }) => draft.when === when)?.preview;
  const asked = useQuery({
    ...previewQuery({ rules, when: settled, alert: alert.id }),
    enabled: settled.trim() !== '' && proposed === undefined,
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
    if (preview === undefined || !isSeen || isRefused) return;
    const form = new FormData(event.currentTarget);
    const said = (field: string) => String(form.get(field)).trim();
    setBusy(true);
    try {
      const exception = await makeException({
        ...{ rules, when, name, alert: alert.id, owner: said('owner'), reason: said('reason') },
        expires: `${said('expires')}T00:00:00Z`,
        ...(isConfirmed && { override: override.trim() }),
      });
      void client.invalidateQueries({ queryKey: exceptionsQuery.queryKey });
      onMade(exception, preview);
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className="tune-form" onSubmit={(event) => void save(event)}>
      {hiddenBy.length > 0 && <p className="note">It is hidden already, by {hiddenBy.join(', ')}.</p>}
      {none !== '' && (
        <p className="note">
          Nothing is proposed. {none} A condition can still be written below, and is held to the same.
        </p>
      )}
      <section className="panel" aria-labelledby="what">
        <header>
          <h2 id="what">What is normal</h2>
          <span className="soft">of the rule {finding.rule.name}</span>
        </header>
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
            <Hides preview={preview} alert={alert.id} />
            {preview.refusal !== '' && (
              <Override preview={preview} isAdmin={isAdmin} said={override} onSay={setOverride} />
            )}
          </>
        ) : mistake !== undefined ? (
          <p>The condition cannot be read yet.</p>
        ) : asked.error !== null && settled === when ? (
          <Failure error={asked.error} again={() => void asked.refetch()} />
        ) : (
          <p className="soft">{when.trim() === '' ? 'Write a condition first.' : 'Looking…'}</p>
        )}
      </section>
      <section className="panel" aria-labelledby="answers">
        <header>
          <h2 id="answers">Who answers for it, and until when</h2>
        </header>
        <div className="tune-fields">
          <Field label="Name" value={name} maxLength={200} onChange={({ target }) => setName(target.value)} />
          <Field label="Owner" name="owner" defaultValue={me} maxLength={200} />
          <Field
            label="Until"
            name="expires"
            type="date"
            defaultValue={first === undefined ? dateOf(present() + 90 * day) : first.draft.expires.slice(0, 10)}
            min={dateOf(present() + day)}
            hint="The first day, in UTC, on which it hides nothing new."
          />
        </div>
        <label className="field">
          <b>Why is it normal?</b>
          <textarea name="reason" rows={2} required maxLength={2_000} placeholder="Nightly backup, change 4711" />
        </label>
        {failure !== undefined && <Failure error={failure} />}
        <footer className="dialog-foot">
          <Link to="/alerts/$id" params={{ id: String(alert.id) }} className="button">
            Cancel
          </Link>
          <button type="submit" className="primary" disabled={busy || !isSeen || isRefused}>
            {busy ? 'Saving…' : 'Hide these from now on'}
          </button>
        </footer>
      </section>
    </form>
  );
}
