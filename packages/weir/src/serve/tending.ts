import { join } from 'node:path';
import type { AlertBook } from '../alert/book.ts';
import type { Reception } from '../doors/reception.ts';
import { readInputs } from '../live/inputs.ts';
import type { Health } from '../operate/health.ts';
import { Canaries } from '../schedule/canaries.ts';
import { SourceWatch } from '../schedule/sources.ts';
import { loadScenarios } from '../simulate/load.ts';
import type { Store } from '../store/store.ts';
import type { ServiceOptions } from './options.ts';

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
  { clock }: ServiceOptions,
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
    const last = new Map<string, bigint>();
    for (const { door, source, lastAt } of readInputs(store)) {
      const name = `${door}/${source}`;
      if (door !== 'canary' && lastAt > (last.get(name) ?? 0n)) last.set(name, lastAt);
    }
    sources.look(
      [...last].map(([source, lastAt]) => ({ source, lastAt, newest: null })),
      clock.now(),
    );
    await canaries?.tend();
    if (canaries !== undefined) {
      const { state, reason } = canaries.health();
      health.report('canary', state === 'failed' ? 'failed' : 'ok', reason);
    }
  };
}
