import { readScenario } from '../../packages/weir/src/simulate/load.ts';
import type { Story } from './planted.ts';
import type { Played } from './play.ts';

/** How much leaves, and over what time; through one host of each kind of service. */
export const sizes = ['10 KB', '100 KB', '1 MB', '10 MB', '100 MB', '1 GB'] as const;
export const durations = [
  { name: '1 minute', times: 1, every: '1m' },
  { name: '1 hour', times: 6, every: '10m' },
  { name: '8 hours', times: 16, every: '30m' },
  { name: '3 days', times: 36, every: '2h' },
] as const;
export const services: Readonly<Record<string, string>> = {
  'cloud-storage': 'content.dropboxapi.com',
  'file-sharing': 'store3.gofile.io',
  messaging: 'api.telegram.org',
  webhook: 'hooks.slack.com',
  'paste-site': 'paste.ee',
  'code-host': 'api.github.com',
  tunnel: 'f3a91c.ngrok-free.app',
  mailbox: 'graph.microsoft.com',
  'no known service': 'files.quarlbend.example',
};

const upload = readScenario(
  'curve.yaml',
  `name: curve
title: A program that nobody knows uploads an amount over a time
technique: T1567
description: One point of a detection curve.
parameters:
  total: { kind: size, default: 1 MB, range: [1 KB, 10 GB] }
  times: { kind: count, default: 1, range: [1, 100] }
  every: { kind: duration, default: 1m, range: [1s, 12h] }
  host: { kind: text, default: content.dropboxapi.com, choices: [content.dropboxapi.com] }
steps:
  - start: { id: tool, file: '\${word}\${tag}.exe', folder: '\${home}\\AppData\\Local\\\${word}', parent: explorer.exe, command: '\${word}\${tag}.exe' }
  - connect: { by: tool, to: '\${host}', total: '\${total}', received: [600 B, 3 KB], times: '\${times}', every: '\${every}', rate: 20 MB }
`,
);

/** Each amount over each time through each kind of service, by a program that nobody knows on a workstation. */
export const curveStories: readonly Story[] = Object.entries(services).flatMap(([category, host]) =>
  sizes.flatMap((size) =>
    durations.map(({ name, times, every }) => ({
      scenario: upload,
      name: [category, size, name].join(' / '),
      set: new Map([
        ['total', size],
        ['times', String(times)],
        ['every', every],
        ['host', host],
      ]),
    })),
  ),
);

/** In how many of the companies each point was found by a finding that people look at: of this score at least. */
export interface Curves {
  readonly companies: number;
  /** By the name of the story. */
  readonly found: ReadonlyMap<string, number>;
}

export function curvesOf(played: readonly Played[], score: number): Curves {
  const found = new Map<string, number>();
  for (const { planted, judged } of played) {
    const seen = judged.filter(({ finding }) => finding.outcome === 'notified' && finding.finding.score >= score);
    const met = new Set(seen.flatMap(({ of }) => of));
    for (const one of planted) found.set(one.name, (found.get(one.name) ?? 0) + (met.has(one) ? 1 : 0));
  }
  return { companies: played.length, found };
}

export function foundAt({ found, companies }: Curves, category: string, size: string, duration: string): number {
  return (found.get([category, size, duration].join(' / ')) ?? 0) / companies;
}

/** The least amount from which on at least half of the companies' points are found; undefined where the largest is not. */
export function leastFound(curves: Curves, category: string, duration: string): string | undefined {
  const from = sizes.findLastIndex((size) => foundAt(curves, category, size, duration) < 0.5) + 1;
  return sizes[from];
}
