import { readFileSync } from 'node:fs';
import type { Running } from '../../tests/serve/running.ts';

/** What a service took of the machine over a stretch of time. */
export interface Observed {
  /** Processors that were busy with it, of its own threads; those of people's queries are not. */
  readonly processors: number;
  /** Milliseconds by which its event loop was late. */
  readonly heldUp: { readonly p99: number; readonly most: number };
  /** Of parts that work again and again: how often, and seconds each. */
  readonly rounds: readonly Spent[];
  /** Steps on the way from a line to a message, likewise. */
  readonly steps: readonly Spent[];
}

interface Spent {
  readonly part: string;
  readonly times: number;
  readonly seconds: number;
}

export interface Observer {
  /** What it took so far. */
  readonly took: () => Promise<Observed>;
  /** Seconds for which processors were busy with it so far, of its own threads. */
  readonly processorSeconds: () => number;
}

/** Watches a service from now on; `token` may read. */
export async function observe({ url, process: { pid } }: Running, token: string): Promise<Observer> {
  // What it tells of its event loop is of the time since it was last asked.
  const asked = await metrics(url, token);
  const then = { rounds: spentIn(asked, roundSeconds), steps: spentIn(asked, waySeconds) };
  const before = { at: performance.now(), took: processorSeconds(pid) };
  const soFar = () => processorSeconds(pid) - before.took;
  const took = async () => {
    const told = await metrics(url, token);
    const figure = (name: string) =>
      1000 * Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)`, 'm').exec(told)?.[1]);
    const processors = soFar() / ((performance.now() - before.at) / 1000);
    const since = (now: ReadonlyMap<string, Sums>, then: ReadonlyMap<string, Sums>): Spent[] =>
      [...now].flatMap(([part, { times, seconds }]) => {
        const earlier = then.get(part) ?? { times: 0, seconds: 0 };
        const more = times - earlier.times;
        return more === 0 ? [] : [{ part, times: more, seconds: (seconds - earlier.seconds) / more }];
      });
    const rounds = since(spentIn(told, roundSeconds), then.rounds);
    const steps = since(spentIn(told, waySeconds), then.steps);
    return { processors, rounds, steps, heldUp: { p99: figure('p99'), most: figure('max') } };
  };
  return { took, processorSeconds: soFar };
}

interface Sums {
  readonly times: number;
  readonly seconds: number;
}

const roundSeconds = /^weir_round_seconds_(sum|count)\{part="([^"]+)"\} (\S+)/gm;
const waySeconds = /^weir_way_seconds_(sum|count)\{step="([^"]+)"\} (\S+)/gm;

function spentIn(told: string, lines: RegExp): Map<string, Sums> {
  const spent = new Map<string, Sums>();
  for (const [, what, part = '', value] of told.matchAll(lines)) {
    const sums = spent.get(part) ?? { times: 0, seconds: 0 };
    spent.set(part, what === 'sum' ? { ...sums, seconds: Number(value) } : { ...sums, times: Number(value) });
  }
  return spent;
}

async function metrics(url: string, token: string): Promise<string> {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  return response.text();
}

/** Linux counts hundredths of a second. */
function processorSeconds(pid: number | undefined): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export function residentMb({ process: { pid } }: Running): number {
  const [, kb] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kb) / 1024);
}

/** Tells each minute how much memory a service has, so that a soak can be read while it runs. Gives what ends that. */
export function eachMinute(running: Running, print: (line: string) => void): () => void {
  const begun = performance.now();
  let samples: number[] = [];
  const watch = setInterval(() => {
    samples.push(residentMb(running));
    if (samples.length < 60) return;
    const minute = Math.round((performance.now() - begun) / 60_000);
    print(`minute ${minute}: ${samples.at(-1)} MB resident, at most ${Math.max(...samples)} MB`);
    samples = [];
  }, 1_000);
  return () => clearInterval(watch);
}
