import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiProblem } from '../api/client.ts';
import { cancelQuery, runQuery } from '../api/hunt.ts';
import type { HuntResult } from '../api/types.ts';
import { drawnId, present } from '../present.ts';
import type { Cut } from './kql/asked.ts';

export interface Answered {
  readonly result: HuntResult;
  /** Milliseconds from asking to the last row. */
  readonly took: number;
  readonly rowsMost: number;
}

export type RunState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'running'; readonly since: number }
  | ({ readonly kind: 'answered' } & Answered)
  | { readonly kind: 'failed'; readonly error: unknown; readonly ahead: number }
  | { readonly kind: 'cancelled'; readonly after: number };

/** Runs one query at a time; the one before is cancelled, and so is what runs when the page is left. */
export function useRun(onDone: (rows: number | undefined) => void) {
  const [state, setState] = useState<RunState>({ kind: 'idle' });
  const current = useRef<{ readonly id: string; readonly stop: AbortController }>(undefined);
  const done = useRef(onDone);
  done.current = onDone;
  useEffect(() => () => current.current?.stop.abort(), []);

  const run = useCallback(async ({ kql, ahead }: Cut, rowsMost: number) => {
    current.current?.stop.abort();
    const mine = { id: drawnId(), stop: new AbortController() };
    current.current = mine;
    const since = present();
    setState({ kind: 'running', since });
    try {
      const result = await runQuery({ id: mine.id, kql, rows: rowsMost }, mine.stop.signal);
      if (current.current !== mine) return;
      setState({ kind: 'answered', result, took: present() - since, rowsMost });
      done.current(result.rows.length);
    } catch (error) {
      if (current.current !== mine || mine.stop.signal.aborted) return;
      const isCancelled = error instanceof ApiProblem && error.code === 'QUERY_CANCELLED';
      setState(isCancelled ? { kind: 'cancelled', after: present() - since } : { kind: 'failed', error, ahead });
      if (!isCancelled) done.current(undefined);
    }
  }, []);

  /** Says what stops a query before it is sent. */
  const refuse = useCallback((error: unknown) => setState({ kind: 'failed', error, ahead: 0 }), []);

  const cancel = useCallback(async () => {
    const mine = current.current;
    if (mine === undefined) return;
    // Told by id, so that it ends whatever stands between here and the service; one that has just ended is fine too.
    await cancelQuery(mine.id).catch(() => mine.stop.abort());
  }, []);

  return { state, run, cancel, refuse };
}
