import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { revokeToken, tokensQuery } from '../api/people.ts';
import type { Token } from '../api/types.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { Failure } from '../parts/Failure.tsx';
import { useSay } from '../parts/notice.tsx';
import { useMe } from '../session/session.ts';
import { Secret } from './Secret.tsx';
import { TokenForm } from './TokenForm.tsx';
import { TokenTable } from './TokenTable.tsx';
import '../style/people.css';

/** What programs come in with: one's own tokens, an administrator's list has all. */
export function Tokens() {
  const client = useQueryClient();
  const say = useSay();
  const { scopes } = useMe();
  const { data: tokens, error, refetch } = useQuery(tokensQuery);
  const [made, setMade] = useState<{ readonly token: Token; readonly secret: string }>();
  const [revoking, setRevoking] = useState<Token>();
  const [failure, setFailure] = useState<unknown>();
  const again = () => void client.invalidateQueries({ queryKey: tokensQuery.queryKey });
  const revoke = async (token: Token) => {
    setFailure(undefined);
    try {
      await revokeToken(token.id);
      say({ text: `${token.name} opens nothing any more.` });
    } catch (thrown) {
      setFailure(thrown);
    }
    setRevoking(undefined);
    again();
  };
  return (
    <main className="page people" aria-label="Tokens">
      <h1>Tokens</h1>
      <p className="soft">
        A program sends its token along: <code>Authorization: Bearer TOKEN</code>.{' '}
        {scopes.includes('admin')
          ? 'As an administrator you see those of everybody.'
          : 'You see your own; administrators see those of everybody.'}
      </p>
      {made !== undefined && (
        <Secret
          key={made.secret}
          title={`The token ${made.token.name}`}
          text={made.secret}
          label="Token"
          onDone={() => setMade(undefined)}
        >
          It may {made.token.scopes.join(', ')}
          {made.token.expires === null ? ' until it is revoked' : ` until ${made.token.expires.slice(0, 10)}`}. Put it
          where the program reads it, and nowhere else.
        </Secret>
      )}
      {failure !== undefined && <Failure error={failure} />}
      <section className="panel" aria-labelledby="tokens">
        <header>
          <h2 id="tokens">Tokens that were made</h2>
        </header>
        {error !== null && tokens === undefined && <Failure error={error} again={() => void refetch()} />}
        {tokens?.length === 0 && <p>There are none yet.</p>}
        {tokens !== undefined && tokens.length > 0 && <TokenTable tokens={tokens} onRevoke={setRevoking} />}
      </section>
      <TokenForm
        onMade={(next) => {
          setMade(next);
          again();
        }}
      />
      {revoking && (
        <Dialog title={`Revoke ${revoking.name}`} onClose={() => setRevoking(undefined)}>
          <p>From now on it opens nothing, for good: a program that still uses it is refused.</p>
          <footer className="dialog-foot">
            <button type="button" onClick={() => setRevoking(undefined)}>
              Cancel
            </button>
            <button type="button" className="primary" onClick={() => void revoke(revoking)}>
              Revoke it
            </button>
          </footer>
        </Dialog>
      )}
    </main>
  );
}
