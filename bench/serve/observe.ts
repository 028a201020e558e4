import { readFileSync } from 'node:fs';
import type { Running } from '../../tests/serve/running.ts';

/** What a service took of the machine over a stretch of time. */
export interface Observed {
  /** Processors that were busy with it, of its own threads; those of people's queries are not. */
  readonly processors: number;
  /** Milliseconds by which its event loop was late. */
  readonly heldUp: { readonly p99: number; readonly most: number };
  /** Of parts that work again and again: how often, and seconds each. */
  readonly rounds: readonly { readonly part: string; readonly times: number; readonly seconds: number }[];
}

/** Watches a service until it is asked what it took; `token` may read. */
export async function observe({ url, process: { pid } }: Running, token: string): Promise<() => Promise<Observed>> {
  // What it tells of its event loop is of the time since it was last asked.
  const then = roundsIn(await metrics(url, token));
  const before = { at: performance.now(), took: processorSeconds(pid) };
  return async () => {
    const told = await metrics(url, token);
    const figure = (name: string) =>
      1000 * Number(new RegExp(`^nodejs_eventloop_lag_${name}_seconds (\\S+)`, 'm').exec(told)?.[1]);
    const processors = (processorSeconds(pid) - before.took) / ((performance.now() - before.at) / 1000);
    const rounds = [...roundsIn(told)].flatMap(([part, { times, seconds }]) => {
      const earlier = then.get(part) ?? { times: 0, seconds: 0 };
      const more = times - earlier.times;
      return more === 0 ? [] : [{ part, times: more, seconds: (seconds - earlier.seconds) / more }];
    });
    return { processors, rounds, heldUp: { p99: figure('p99'), most: figure('max') } };
  };
}

function roundsIn(told: string): Map<string, { times: number; seconds: number }> {
  const rounds = new Map<string, { times: number; seconds: number }>();
  for (const [, what, part = '', value] of told.matchAll(/^weir_round_seconds_(sum|count)\{part="([^"]+)"\} (\S+)/gm)) {
    const round = rounds.get(part) ?? { times: 0, seconds: 0 };
    rounds.set(part, what === 'sum' ? { ...round, seconds: Number(value) } : { ...round, times: Number(value) });
  }
  return rounds;
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
