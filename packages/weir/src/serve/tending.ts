import { join } from 'node:path';
import type { AlertBook } from '../alert/book.ts';
import type { Reception } from '../doors/reception.ts';
import { forgetSources, goneSources, isMany, readInputs } from '../live/inputs.ts';
import type { Health } from '../operate/health.ts';
import { Canaries } from '../schedule/canaries.ts';
import { SourceWatch, thresholds } from '../schedule/sources.ts';
import { loadScenarios } from '../simulate/load.ts';
import { ageTime } from '../store/ageTime.ts';
import type { Store } from '../store/store.ts';
import type { ServiceOptions } from './options.ts';
import { nameOf } from './sourceStates.ts';
import { watchedPath } from './watchedPath.ts';

/** The scenario that proves that alerts come: a tool that nobody uses by chance, to a service that every rule knows. */
const proof = 'atomic-rclone-mega';

/** How long its alert may take: logs, fusion, a rule's tick and its delay. */
const within = 15n * 600_000_000n;

/** Opens the canaries, where the config wants them. */
export async function openCanaries(
  { config, content, clock, random, log }: ServiceOptions,
  store: Store,
  reception: Reception,
): Promise<Canaries | undefined> {
  if (config.canary === undefined) return undefined;
  const scenario = (await loadScenarios(join(content, 'scenarios'))).get(proof);
  if (scenario === undefined) throw new Error(`there is no scenario ${proof}`);
  return new Canaries({
    ...{ store, clock, randomness: random, scenario, every: config.canary.every, within },
    post: async ({ file, text }) => {
      log.debug({ part: 'canary', file }, 'a canary is sent');
      await reception.take({ door: 'canary', source: file, body: Buffer.from(text) });
    },
  });
}

/** What looks after the others each minute: sources that fall silent, and canaries. */
export function tending(
  { clock, config }: Pick<ServiceOptions, 'clock'> & { readonly config: Pick<ServiceOptions['config'], 'watch'> },
  parts: {
    readonly store: Store;
    readonly alerts: AlertBook;
    readonly health: Health;
    readonly canaries: Canaries | undefined;
  },
): () => Promise<void> {
  const { store, alerts, health, canaries } = parts;
  const sources = new SourceWatch(store, clock.now(), (told) => void alerts.apply(told));
  return async () => {
    const now = clock.now();
    const all = readInputs(store).filter(({ door }) => door !== 'canary');
    const given = all.filter(({ source }) => !isMany(source));
    // Files beyond those that are told apart may lie under any watched path.
    const beyond = all.filter(({ door, source }) => door === 'file' && isMany(source) && source !== goneSources);
    const withBeyond = (of: typeof given) => (of[0]?.door === 'file' ? [...of, ...beyond] : of);
    const told = Map.groupBy(given, ({ door, source }) =>
      nameOf({ door, source: watchedPath(config.watch, door, source) ?? source }),
    );
    const last = (of: typeof given) => of.reduce((most, { lastAt }) => (lastAt > most ? lastAt : most), 0n);
    const newest = (of: typeof given) =>
      of.reduce<bigint | null>((most, { newest = null }) => ((newest ?? 0n) > (most ?? 0n) ? newest : most), null);
    const forgotten = sources.look(
      [...told].map(([source, of]) => ({ source, lastAt: last(withBeyond(of)), newest: newest(withBeyond(of)) })),
      now,
    );
    // A file of many under one path has no silence of its own, and others take its place every hour or day.
    const over = [...told.values()].flatMap((of) =>
      [...Map.groupBy(of, nameOf).values()].filter(
        (file) => last(file) < last(of) && now - last(file) > thresholds.forgottenFile,
      ),
    );
    // By a clock that leapt ahead nothing is too old.
    if (ageTime(store, now) === now)
      forgetSources(store, [...forgotten.flatMap((name) => told.get(name) ?? []), ...over.flat()]);
    await canaries?.tend();
    if (canaries !== undefined) {
      const { state, reason } = canaries.health();
      health.report('canary', state === 'failed' ? 'failed' : 'ok', reason);
    }
  };
}
