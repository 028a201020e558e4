import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { addUser, changeUser, type Invited, newLink, usersQuery } from '../api/people.ts';
import type { User } from '../api/types.ts';
import { Failure } from '../parts/Failure.tsx';
import { Field } from '../parts/Field.tsx';
import { useSay } from '../parts/notice.tsx';
import { useMe } from '../session/session.ts';
import { ChangeDialog, type Wanted } from './ChangeDialog.tsx';
import { PeopleTable } from './PeopleTable.tsx';
import { roles } from './roles.ts';
import { Secret } from './Secret.tsx';
import '../style/people.css';

/** Who may sign in, and as what; for administrators. */
export function People() {
  const { scopes } = useMe();
  const isAdmin = scopes.includes('admin');
  return (
    <main className="page people" aria-label="People">
      <h1>People</h1>
      {isAdmin ? (
        <Accounts />
      ) : (
        <p className="note">
          Accounts are kept by administrators, as who may do what is decided with them. Ask one of them to invite
          somebody, or to change what you may do.
        </p>
      )}
    </main>
  );
}

function Accounts() {
  const client = useQueryClient();
  const say = useSay();
  const { data: users, error, refetch } = useQuery(usersQuery);
  const [invited, setInvited] = useState<Invited>();
  const [wanted, setWanted] = useState<Wanted>();
  const [failure, setFailure] = useState<unknown>();
  const attempt = async (work: () => Promise<unknown>) => {
    setFailure(undefined);
    try {
      await work();
    } catch (thrown) {
      setFailure(thrown);
    }
    await Promise.all([usersQuery.queryKey, ['people']].map((queryKey) => client.invalidateQueries({ queryKey })));
  };
  const invite = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const said = new FormData(form);
    void attempt(async () => {
      setInvited(await addUser(String(said.get('name')).trim(), String(said.get('role')) as User['role']));
      form.reset();
    });
  };
  const change = ({ user, to }: Wanted) => {
    setWanted(undefined);
    void attempt(async () => {
      const { name, role, disabled } = await changeUser(user.name, to);
      say({ text: disabled !== null ? `${name} may not sign in any more.` : `${name} is ${role} now.` });
    });
  };
  return (
    <>
      {invited !== undefined && (
        <Secret
          key={invited.link}
          title={`Give this link to ${invited.user.name}`}
          text={`${location.origin}/welcome#${invited.link}`}
          label="Link"
          onDone={() => setInvited(undefined)}
        >
          With it they choose a password and are signed in as {invited.user.role}. It works once, for a day; a later
          link ends it. Send it by a way that nobody else reads.
        </Secret>
      )}
      {failure !== undefined && <Failure error={failure} />}
      <section className="panel" aria-labelledby="accounts">
        <header>
          <h2 id="accounts">Accounts</h2>
        </header>
        {error !== null && users === undefined && <Failure error={error} again={() => void refetch()} />}
        {users && (
          <PeopleTable
            users={users}
            onChange={setWanted}
            onLink={(user) => void attempt(async () => setInvited(await newLink(user.name)))}
          />
        )}
      </section>
      <section className="panel" aria-labelledby="invite">
        <header>
          <h2 id="invite">Invite somebody</h2>
        </header>
        <form className="people-form" onSubmit={invite}>
          <Field
            label="Name"
            name="name"
            maxLength={64}
            autoComplete="off"
            hint="Small letters, digits, dots, dashes, underscores, + and @."
          />
          <fieldset className="choices">
            <legend>Role</legend>
            {roles.map(({ role, may }) => (
              <label key={role} className="check">
                <input type="radio" name="role" value={role} defaultChecked={role === 'analyst'} />
                <span>
                  <b>{role}</b> {may}
                </span>
              </label>
            ))}
          </fieldset>
          <button type="submit" className="primary">
            Make a link
          </button>
        </form>
      </section>
      {wanted && <ChangeDialog wanted={wanted} onClose={() => setWanted(undefined)} onDone={() => change(wanted)} />}
    </>
  );
}
