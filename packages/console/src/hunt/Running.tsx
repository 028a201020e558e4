import { useEffect, useState } from 'react';
import { Failure } from '../parts/Failure.tsx';
import { present } from '../present.ts';
import { placed } from './placed.ts';
import type { RunState } from './useRun.ts';

/** How the query does, where it has not answered. */
export function Running({ state }: { readonly state: RunState }) {
  switch (state.kind) {
    case 'running':
      return (
        <p className="waiting" role="status" aria-busy="true">
          Running, <Since since={state.since} /> s. Cancel stops it in the service too.
        </p>
      );
    case 'cancelled':
      return (
        <p className="note" role="status">
          Cancelled after {(state.after / 1_000).toFixed(1)} s; nothing of it runs any more.
        </p>
      );
    case 'failed':
      return <Failure error={placed(state.error, state.ahead)} />;
    default:
      return null;
  }
}

function Since({ since }: { readonly since: number }) {
  const [now, setNow] = useState(present);
  useEffect(() => {
    const timer = setInterval(() => setNow(present()), 500);
    return () => clearInterval(timer);
  }, []);
  return <>{Math.max(0, Math.round((now - since) / 1_000))}</>;
}
