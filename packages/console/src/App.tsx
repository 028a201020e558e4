import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useContext, useEffect, useRef } from 'react';
import { onLoggedOut } from './api/client.ts';
import { NewsContext, useLive } from './api/live.ts';
import { KeyboardContext } from './keys/useKeys.tsx';
import { Failure } from './parts/Failure.tsx';
import { Shell } from './parts/Shell.tsx';
import { SignIn } from './session/SignIn.tsx';
import { meQuery } from './session/session.ts';

/** The console for who is logged in, else the way to be. Where a session ends under an open page, the page stays behind the
 *  way back in, with all that was written on it. */
export function App() {
  const client = useQueryClient();
  const keyboard = useContext(KeyboardContext);
  const me = useQuery(meQuery);
  const isIn = me.data !== undefined && me.data !== null;
  const before = useRef<string>(undefined);
  if (isIn) before.current = me.data?.name;
  const liveness = useLive(useContext(NewsContext), isIn);
  const wasCleared = client.getQueryCache().getAll().length <= 1;

  useEffect(() => onLoggedOut(() => client.setQueryData(meQuery.queryKey, null)), [client]);
  useEffect(() => {
    const handle = (event: KeyboardEvent) => {
      if (isIn) keyboard.handle(event);
    };
    addEventListener('keydown', handle);
    return () => removeEventListener('keydown', handle);
  }, [keyboard, isIn]);

  if (me.isPending) return <main className="gate" aria-busy="true" />;
  if (me.isError && me.data === undefined)
    return (
      <main className="gate">
        <div className="gate-card">
          <Failure error={me.error} again={() => void me.refetch()} />
        </div>
      </main>
    );
  // Who signed out leaves nothing behind.
  if (!isIn && wasCleared) before.current = undefined;
  return (
    <>
      {(isIn || before.current !== undefined) && (
        <div inert={!isIn} aria-hidden={!isIn}>
          <Shell liveness={liveness} />
        </div>
      )}
      {!isIn && (
        <div className="cover">
          <SignIn before={before.current} />
        </div>
      )}
    </>
  );
}
