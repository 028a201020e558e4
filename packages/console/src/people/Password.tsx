import { type FormEvent, useState } from 'react';
import { changePassword } from '../api/people.ts';
import { Failure } from '../parts/Failure.tsx';
import { Field } from '../parts/Field.tsx';
import { useSay } from '../parts/notice.tsx';
import { Username } from '../parts/Username.tsx';
import { useEntered, useMe } from '../session/session.ts';
import '../style/people.css';

/** One's own password. */
export function Password() {
  const { name } = useMe();
  const entered = useEntered();
  const say = useSay();
  const [failure, setFailure] = useState<unknown>();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const said = new FormData(form);
    const next = String(said.get('next'));
    setFailure(undefined);
    try {
      if (next !== String(said.get('again'))) throw new Error('The two new passwords differ. Type the same one twice.');
      await entered(await changePassword(String(said.get('now')), next));
      form.reset();
      say({ text: 'Your password is changed. Your other sessions have ended.' });
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <main className="page people" aria-label="Your password">
      <h1>Your password</h1>
      <section className="panel narrow" aria-label="Change your password">
        <form className="people-form" onSubmit={(event) => void submit(event)}>
          <Username name={name} />
          <Field label="Present password" name="now" type="password" autoComplete="current-password" />
          <Field
            label="New password"
            name="next"
            type="password"
            autoComplete="new-password"
            hint="At least 12 characters. Length matters, odd characters do not."
          />
          <Field label="The new one again" name="again" type="password" autoComplete="new-password" />
          {failure !== undefined && <Failure error={failure} />}
          <button type="submit" className="primary">
            Change it
          </button>
        </form>
      </section>
    </main>
  );
}
