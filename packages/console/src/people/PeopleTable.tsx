import type { User } from '../api/types.ts';
import { Table } from '../parts/Table.tsx';
import { useMe } from '../session/session.ts';
import type { Wanted } from './ChangeDialog.tsx';
import { roles } from './roles.ts';

/** All accounts, each with what can be done to it; one's own is left to another administrator. */
export function PeopleTable({
  users,
  onChange,
  onLink,
}: {
  readonly users: readonly User[];
  /** Asks for a change; it is not made yet. */
  readonly onChange: (wanted: Wanted) => void;
  readonly onLink: (user: User) => void;
}) {
  const { name: me } = useMe();
  return (
    <Table label="Table of accounts" heads={['Name', 'Role', 'State', 'Made', 'What to do']} isTall>
      {users.map((user) => (
        <tr key={user.name}>
          <td>{user.name}</td>
          <td>
            {user.name === me ? (
              user.role
            ) : (
              <select
                aria-label={`Role of ${user.name}`}
                value={user.role}
                onChange={({ target }) => onChange({ user, to: { role: target.value as User['role'] } })}
              >
                {roles.map(({ role }) => (
                  <option key={role}>{role}</option>
                ))}
              </select>
            )}
          </td>
          <td>{stateOf(user)}</td>
          <td>{user.created.slice(0, 10)}</td>
          <td>
            {user.name === me ? (
              <span className="soft">You; others change it</span>
            ) : (
              <span className="deeds">
                <button
                  type="button"
                  className="small"
                  disabled={user.disabled !== null}
                  onClick={() => onLink(user)}
                  aria-label={`New link for ${user.name}`}
                >
                  New link
                </button>
                <button
                  type="button"
                  className="small"
                  onClick={() => onChange({ user, to: { disabled: user.disabled === null } })}
                  aria-label={`${user.disabled === null ? 'Disable' : 'Enable'} ${user.name}`}
                >
                  {user.disabled === null ? 'Disable' : 'Enable'}
                </button>
              </span>
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}

function stateOf({ disabled, hasPassword }: User): string {
  if (disabled !== null) return `Disabled since ${disabled.slice(0, 10)}`;
  return hasPassword ? 'May sign in' : 'Invited: no password chosen yet';
}
