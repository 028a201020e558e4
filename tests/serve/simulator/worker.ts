import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorldKind } from './kinds.ts';
import { Trace } from './trace.ts';
import { run } from './world.ts';

export interface Asked {
  readonly seed: number;
  readonly trace: boolean;
  readonly only?: WorldKind;
}

/** How a seed ended: what it saw, or what did not hold. */
export type Answer =
  | ({ readonly seed: number; readonly broken?: undefined } & Seen)
  | { readonly seed: number; readonly broken: string };

interface Seen {
  readonly kind: WorldKind;
  readonly lives: number;
  readonly turns: number;
  readonly records: number;
  readonly findings: number;
  /** Milliseconds. */
  readonly cpu: number;
  readonly faults: readonly (readonly [string, number])[];
  readonly trace: string;
}

const folder = mkdtempSync(join(tmpdir(), 'weir-simulator-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
process.on('message', ({ seed, trace, only }: Asked) => {
  Trace.print = trace;
  const before = process.cpuUsage();
  run(seed, folder, only).then(
    ({ faults, ...seen }) => {
      const { user, system } = process.cpuUsage(before);
      process.send?.({ ...seen, cpu: (user + system) / 1_000, faults: [...faults] } satisfies Answer);
    },
    (error: unknown) =>
      process.send?.({
        seed,
        broken: error instanceof Error ? (error.stack ?? error.message) : String(error),
      } satisfies Answer),
  );
});
