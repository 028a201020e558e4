import { type FormEvent, useState } from 'react';
import { makeToken } from '../api/people.ts';
import type { Token } from '../api/types.ts';
import { Failure } from '../parts/Failure.tsx';
import { Field } from '../parts/Field.tsx';
import { present } from '../present.ts';
import { useMe } from '../session/session.ts';
import { scopes } from './roles.ts';

const day = 86_400_000;

/** Makes a token, that can do no more than who makes it. */
export function TokenForm({
  onMade,
}: {
  readonly onMade: (made: { readonly token: Token; readonly secret: string }) => void;
}) {
  const { scopes: own, role } = useMe();
  const [failure, setFailure] = useState<unknown>();
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const said = new FormData(form);
    const chosen = said.getAll('scope').map(String);
    const until = String(said.get('expires'));
    setFailure(undefined);
    try {
      if (chosen.length === 0) throw new Error('Choose at least one thing that the program may do');
      const name = String(said.get('name')).trim();
      onMade(await makeToken({ name, scopes: chosen, expires: until === '' ? null : `${until}T00:00:00Z` }));
      form.reset();
    } catch (error) {
      setFailure(error);
    }
  };
  return (
    <section className="panel" aria-labelledby="make">
      <header>
        <h2 id="make">Make a token</h2>
      </header>
      <form className="people-form" onSubmit={(event) => void submit(event)}>
        <Field label="Name" name="name" maxLength={64} autoComplete="off" hint="After the program that uses it." />
        <fieldset className="choices">
          <legend>It may</legend>
          {scopes.map(({ scope, may }) => (
            <label key={scope} className="check">
              <input type="checkbox" name="scope" value={scope} disabled={!own.includes(scope)} />
              <span>
                <b>{scope}</b> {may}
                {!own.includes(scope) && (
                  <span className="soft"> (not yours to give as {role}: ask an administrator)</span>
                )}
              </span>
            </label>
          ))}
        </fieldset>
        <Field
          label="Until"
          name="expires"
          type="date"
          required={false}
          min={new Date(present() + day).toISOString().slice(0, 10)}
          hint="Empty: until it is revoked."
        />
        {failure !== undefined && <Failure error={failure} />}
        <button type="submit" className="primary">
          Make the token
        </button>
      </form>
    </section>
  );
}
