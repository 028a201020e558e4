import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { call } from '../api/client.ts';
import type { Me } from '../api/types.ts';
import { Failure } from '../parts/Failure.tsx';
import { Field } from '../parts/Field.tsx';
import { Username } from '../parts/Username.tsx';
import { Mark } from './SignIn.tsx';
import { useEntered } from './session.ts';

/** A one-time link: whoever has it chooses a password, and the first administrator a name. */
export function Welcome() {
  // Behind the #, so that it stands in no log; taken once, so that it is gone from the address before anything is typed.
  const [link] = useState(takeLink);
  const navigate = useNavigate();
  const entered = useEntered();
  const [failure, setFailure] = useState<unknown>();
  const look = useQuery({
    queryKey: ['link', link],
    queryFn: () => call<{ name: string | null }>('/api/links/look', { method: 'POST', body: { link } }),
    enabled: link !== '',
    gcTime: 0,
  });
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const password = String(form.get('password'));
    if (password !== String(form.get('again'))) {
      setFailure(new Error('The two passwords differ. Type the same one twice.'));
      return;
    }
    const name = form.get('name');
    try {
      const body = { link, password, ...(name === null ? {} : { name: String(name).trim() }) };
      const me = await call<Me>('/api/links/accept', { method: 'POST', body });
      await entered(me);
      await navigate({ to: '/alerts' });
    } catch (error) {
      setFailure(error);
    }
  };
  if (link === '') return <Unusable why="This address lacks the secret that stands behind the # of a one-time link." />;
  if (look.isPending) return <main className="gate" aria-busy="true" />;
  if (look.isError) return <Unusable why={look.error.message} />;
  const { name } = look.data;
  return (
    <main className="gate">
      <form className="gate-card" onSubmit={submit}>
        <Mark />
        <h1>{name === null ? 'Welcome to Weir' : `Welcome, ${name}`}</h1>
        <p>
          {name === null
            ? 'You make the first account, which administers this service.'
            : 'Choose the password of your account.'}
        </p>
        {name !== null && <Username name={name} />}
        {name === null && (
          <Field
            label="Your name"
            name="name"
            autoComplete="username"
            autoFocus
            hint="Small letters, digits, dots, dashes: you sign in with it, and what you do stands under it."
          />
        )}
        <Field
          label="Password"
          name="password"
          type="password"
          autoComplete="new-password"
          autoFocus={name !== null}
          hint="At least 12 characters. Length matters, odd characters do not."
        />
        <Field label="The same again" name="again" type="password" autoComplete="new-password" />
        {failure !== undefined && <Failure error={failure} />}
        <button type="submit" className="primary">
          {name === null ? 'Make the account' : 'Choose this password'}
        </button>
      </form>
    </main>
  );
}

function takeLink(): string {
  const secret = decodeURIComponent(location.hash.slice(1));
  if (secret !== '') history.replaceState(history.state, '', location.pathname);
  return secret;
}

function Unusable({ why }: { readonly why: string }) {
  return (
    <main className="gate">
      <div className="gate-card">
        <Mark />
        <h1>This link opens nothing</h1>
        <p>{why}</p>
        <p>
          A link works once, for a day. An administrator makes a new one; while there is no account at all,{' '}
          <code>weir serve</code> prints one each time it starts.
        </p>
        <a href="/alerts">Sign in instead</a>
      </div>
    </main>
  );
}
