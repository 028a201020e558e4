import type { Act, TrailEntry } from '../model/alert.ts';
import type { Store } from '../store/store.ts';
import { record } from './record.ts';

/** A step of a playbook that a person did, or took back: `contain/2`, and what it says, as it was at that time. */
export interface Step {
  readonly step: string;
  readonly done: boolean;
  readonly does: string;
}

const action = 'alert.step';

/** Writes down that a step was done, or was not after all. It decides nothing, so nobody's decision is stale by it. */
export function recordStep(store: Store, id: number, { step, done, does }: Step, { actor, at }: Act): void {
  record(store, id, { at, actor, action, details: { step, done, does }, decisive: false }, { touched: 1 });
}

/** Who did a step last, when (ticks), and what it said then: a guide that is edited puts other steps in its place. */
export interface DoneStep extends Act {
  readonly does: string;
}

/** The steps that are done by now, from an alert's trail. */
export function doneSteps(trail: readonly TrailEntry[]): Map<string, DoneStep> {
  const done = new Map<string, DoneStep>();
  for (const { action: did, details, actor, at } of trail) {
    if (did !== action) continue;
    if (details.done === true) done.set(String(details.step), { actor, at, does: String(details.does) });
    else done.delete(String(details.step));
  }
  return done;
}
