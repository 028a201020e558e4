import type { Clock } from '../model/clock.ts';

/** failed: it does not do its work. degraded: it does, but somebody should look. */
export type HealthState = 'ok' | 'degraded' | 'failed';

export interface PartHealth {
  readonly state: HealthState;
  /** Why, and what to do; empty where it is well. */
  readonly reason: string;
  /** Ticks: since when it is in this state. */
  readonly since: bigint;
}

/** The parts whose failure means that the service does not do what it is for: logs are not taken, or not kept. */
export const vital = ['store', 'journal', 'lake'] as const;

/** How each part of the service is, as it reports itself. */
export class Health {
  readonly #clock: Clock;
  readonly #parts = new Map<string, PartHealth>();
  #ready = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A part says how it is. The reason may change while the state stands. */
  report(part: string, state: HealthState, reason = ''): void {
    const before = this.#parts.get(part);
    const since = before?.state === state ? before.since : this.#clock.now();
    this.#parts.set(part, { state, reason: state === 'ok' ? '' : reason, since });
  }

  /** A part is no more: a source that was removed, a rule that was taken out. */
  forget(part: string): void {
    this.#parts.delete(part);
  }

  /** From here on requests may come; false when it stops. */
  setReady(ready: boolean): void {
    this.#ready = ready;
  }

  /** Whether requests and logs may be sent here: it is up, and no vital part has failed. */
  get ready(): boolean {
    return this.#ready && !vital.some((part) => this.#parts.get(part)?.state === 'failed');
  }

  /** The worst of all parts. */
  get state(): HealthState {
    const states = new Set([...this.#parts.values()].map(({ state }) => state));
    return states.has('failed') ? 'failed' : states.has('degraded') ? 'degraded' : 'ok';
  }

  get parts(): ReadonlyMap<string, PartHealth> {
    return this.#parts;
  }
}
