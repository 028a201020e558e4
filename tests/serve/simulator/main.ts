import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { faultKinds } from './faults.ts';
import { worlds } from './kinds.ts';
import type { Answer, Asked } from './worker.ts';

// Runs the whole service, from seeds, on a clock, a disk and a store that faults are put into, and counts what is there at the
// end. A seed that fails does so each time: replay it alone with --trace.
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '25' },
    from: { type: 'string', default: '1' },
    /** Processes side by side. */
    workers: { type: 'string', default: '1' },
    /** Seconds after which no seed is begun. */
    within: { type: 'string' },
    /** intake or whole: only worlds of that kind. */
    only: { type: 'string' },
    /** Prints what happens, in order. */
    trace: { type: 'boolean', default: false },
  },
});
const only = worlds.find((each) => each === values.only);
if (values.only !== undefined && only === undefined) throw new Error(`--only ${worlds.join(' or ')}`);
const [first, seeds] = [Number(values.from), Number(values.seeds)];
const began = performance.now();
const tries = new Map<string, number>();
const sums = { seeds: 0, intake: 0, whole: 0, lives: 0, turns: 0, records: 0, findings: 0, cpu: 0 };
const failed: number[] = [];
let next = first;

await Promise.all(Array.from({ length: Number(values.workers) }, work));
report();

/** One process after another that takes seeds: a new one follows where one ends, and after so many seeds. */
async function work(): Promise<void> {
  while (isMore()) await crew();
}

function isMore(): boolean {
  const late = values.within !== undefined && performance.now() - began > Number(values.within) * 1_000;
  return next < first + seeds && !late;
}

function crew(): Promise<void> {
  return new Promise((done) => {
    // The pool of one thread is what makes a seed the same each time (quiet.ts).
    const worker: ChildProcess = fork(join(import.meta.dirname, 'worker.ts'), {
      env: { ...process.env, UV_THREADPOOL_SIZE: '1' },
      // A life that ends by a crash leaves files open, of which Node warns when they are collected.
      execArgv: ['--no-warnings'],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    let seed: number | undefined;
    let taken = 0;
    const ask = () => {
      seed = isMore() && taken < 200 ? next++ : undefined;
      taken += 1;
      if (seed === undefined) worker.disconnect();
      else worker.send({ seed, trace: values.trace, ...(only === undefined ? {} : { only }) } satisfies Asked);
    };
    worker.on('message', (answer: Answer) => {
      take(answer);
      ask();
    });
    worker.on('exit', (code, signal) => {
      if (seed !== undefined) fail(seed, `its process ended with ${code ?? signal}`);
      done();
    });
    ask();
  });
}

function take(answer: Answer): void {
  if (answer.broken !== undefined) {
    fail(answer.seed, answer.broken);
    return;
  }
  sums.seeds += 1;
  sums[answer.kind] += 1;
  for (const each of ['lives', 'turns', 'records', 'findings', 'cpu'] as const) sums[each] += answer[each];
  for (const [kind, n] of answer.faults) tries.set(kind, (tries.get(kind) ?? 0) + n);
  if (values.trace) process.stdout.write(`seed ${answer.seed}: trace ${answer.trace}\n`);
  if (sums.seeds % 100 === 0) process.stdout.write(`${sums.seeds} seeds\n`);
}

function fail(seed: number, why: string): void {
  failed.push(seed);
  const kind = only === undefined ? '' : ` --only ${only}`;
  process.stdout.write(
    `seed ${seed} FAILED: ${why}\n  replay: npm run simulator -- --seeds 1 --from ${seed}${kind} --trace\n`,
  );
}

function report(): void {
  const { seeds, intake, whole, lives, turns, records, findings, cpu } = sums;
  process.stdout.write(
    `${seeds} seeds held (${intake} of the intake, ${whole} of everything), ${failed.length} failed; ${lives} lives of the service, ` +
      `${turns} turns, ${records} records, ${findings} findings; ${(cpu / 1_000).toFixed(1)} s of CPU\n`,
  );
  const tried = faultKinds.map((kind) => [kind, tries.get(kind) ?? 0] as const);
  for (const [kind, n] of tried.toSorted(([, a], [, b]) => b - a)) process.stdout.write(`  ${kind}: ${n}\n`);
  const untried = tried.filter(([, n]) => n === 0).map(([kind]) => kind);
  // So many worlds miss none by chance: a fault that is drawn no more is no proof that the service survives it.
  const isBlind = seeds >= 200 && only === undefined && untried.length > 0;
  if (isBlind) process.stdout.write(`never tried: ${untried.join(', ')}\n`);
  if (failed.length > 0 || seeds === 0 || isBlind) process.exitCode = 1;
}
