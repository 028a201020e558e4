import type { Token } from '../api/types.ts';
import { Table } from '../parts/Table.tsx';
import { useNow } from '../parts/useNow.ts';
import { ago, momentOf } from '../words/time.ts';

export function TokenTable({
  tokens,
  onRevoke,
}: {
  readonly tokens: readonly Token[];
  readonly onRevoke: (token: Token) => void;
}) {
  const now = useNow();
  return (
    <Table label="Table of tokens" heads={['Name', 'May', 'Whose', 'Made', 'Last used', 'State']} isTall>
      {tokens.map((token) => (
        <tr key={token.id}>
          <td>{token.name}</td>
          <td>{token.scopes.join(', ')}</td>
          <td>{token.owner || <span className="soft">made on the machine</span>}</td>
          <td>{token.created.slice(0, 10)}</td>
          <td>{token.used === null ? 'never' : ago(token.used, now)}</td>
          <td>
            {isOpen(token, now) ? (
              <span className="deeds">
                {token.expires === null ? 'holds' : `until ${token.expires.slice(0, 10)}`}
                <button
                  type="button"
                  className="small"
                  onClick={() => onRevoke(token)}
                  aria-label={`Revoke ${token.name}`}
                >
                  Revoke…
                </button>
              </span>
            ) : (
              <span className="soft">
                {token.revoked === null
                  ? `expired ${token.expires?.slice(0, 10)}`
                  : `revoked ${token.revoked.slice(0, 10)}`}
              </span>
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}

function isOpen({ revoked, expires }: Token, now: number): boolean {
  return revoked === null && (expires === null || momentOf(expires) > now);
}
