import type { State } from '../detect/growth.ts';
import type { Outcome } from '../model/backtest.ts';
import type { ExceptionUse } from '../model/exception.ts';
import type { Finding } from '../model/finding.ts';

/** A finding, and how it came to be. */
export interface Told {
  readonly finding: Finding;
  readonly states: readonly State[];
}

export interface Alert {
  readonly outcome: Outcome;
  /** The tick that told of it, and when what that waited for was complete; null where none did. */
  readonly alert: { readonly tick: bigint; readonly crossed: bigint } | null;
  readonly hiddenBy: readonly string[];
}

/** What becomes of one rule's findings: each is told of at the first tick after which it stands above informational and
 *  not hidden. An exception is asked anew at every tick: what it hides while it is small is told of when it has outgrown
 *  it. After an alert a rule with `suppression` is not run for so long; what it would have told of then counts only if it
 *  grows later. In the order of `told`. */
export function outcomesOf(
  told: readonly Told[],
  uses: readonly ExceptionUse[],
  suppression: bigint | undefined,
): Alert[] {
  const hiders = new Map(
    uses.filter(({ state }) => state === 'applied').map(({ exception }) => [exception.id, exception.expires]),
  );
  const hiding = ({ holds, lastSeen }: Pick<State, 'holds' | 'lastSeen'>): string[] =>
    holds.filter((id) => lastSeen < (hiders.get(id) ?? 0n));
  const telling = told.map(({ states }) =>
    states.filter((state) => state.severity !== 'informational' && hiding(state).length === 0),
  );
  const alerts = suppression === undefined ? telling.map(([first]) => first) : paused(telling, suppression);
  return told.map(({ finding, states }, index): Alert => {
    const last = states.at(-1);
    const hiddenBy = last === undefined ? [] : hiding(last);
    const alert = alerts[index];
    if (alert !== undefined) {
      return { outcome: 'notified', alert: { tick: alert.tick, crossed: alert.crossed }, hiddenBy };
    }
    if ((telling[index] ?? []).length > 0) return { outcome: 'suppressed', alert: null, hiddenBy };
    if (hiddenBy.length > 0) return { outcome: 'hidden', alert: null, hiddenBy };
    if (finding.severity !== 'informational') throw new Error(`finding ${finding.id} was neither told of nor hidden`);
    return { outcome: 'informational', alert: null, hiddenBy };
  });
}

/** The state by which each finding is told where the rule pauses after each run that told something. */
function paused(telling: readonly (readonly State[])[], suppression: bigint): (State | undefined)[] {
  const alerts: (State | undefined)[] = telling.map(() => undefined);
  const moments = telling
    .flatMap((states, index) => states.map((state) => ({ state, index })))
    .sort((a, b) => Number(a.state.tick - b.state.tick));
  let run: bigint | undefined;
  for (const { state, index } of moments) {
    if (alerts[index] !== undefined) continue;
    if (run !== undefined && state.tick !== run && state.tick < run + suppression) continue;
    alerts[index] = state;
    run = state.tick;
  }
  return alerts;
}
