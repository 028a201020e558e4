import { type FormEvent, useState } from 'react';
import { call } from '../api/client.ts';
import type { Me } from '../api/types.ts';
import { Failure } from '../parts/Failure.tsx';
import { Field } from '../parts/Field.tsx';
import { useEntered } from './session.ts';

/** Asks who is there. `before`: who was, when their session ended under an open page. */
export function SignIn({ before }: { readonly before: string | undefined }) {
  const entered = useEntered();
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    try {
      const body = { name: String(form.get('name')).trim(), password: String(form.get('password')) };
      await entered(await call<Me>('/api/session', { method: 'POST', body }));
    } catch (error) {
      setFailure(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <main className="gate">
      <form className="gate-card" onSubmit={submit}>
        <Mark />
        <h1>{before === undefined ? 'Sign in to Weir' : 'Your session has ended'}</h1>
        {before !== undefined && <p>Sign in again, and you are back where you were. What you wrote is still there.</p>}
        <Field label="Name" name="name" autoComplete="username" defaultValue={before ?? ''} autoFocus={!before} />
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="current-password"
          autoFocus={before !== undefined}
        />
        {failure !== undefined && <Failure error={failure} />}
        <button type="submit" className="primary" disabled={busy}>
          {busy ? 'Signing in…' : 'Sign in'}
        </button>
        <p className="hint">
          No account yet? The first one is made with the link that <code>weir serve</code> prints when it starts. Others
          come by a link from an administrator.
        </p>
      </form>
    </main>
  );
}

export function Mark() {
  return <img className="mark" src="/weir.svg" alt="" width="40" height="40" />;
}
