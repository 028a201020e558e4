import { dirname, resolve } from 'node:path';
import type { homePaths } from '../live/home.ts';
import { Notifier, type NotifierOptions } from '../notify/notifier.ts';
import type { openDestinations } from '../notify/open.ts';
import { readSecret } from '../operate/config/secret.ts';
import type { Health } from '../operate/health.ts';
import { plural } from '../report/format.ts';
import type { Store } from '../store/store.ts';
import type { ServiceOptions } from './options.ts';

/** Least severity of what is told where a destination does not say it. */
export const floor: Parameters<typeof openDestinations>[1]['floor'] = 'medium';

/** Opens what tells people of alerts. */
export function openNotifier(
  { config, place, environment, clock, random, log, machine }: ServiceOptions,
  paths: ReturnType<typeof homePaths>,
  store: Store,
  { written, onTold }: Required<Pick<NotifierOptions, 'written' | 'onTold'>>,
): Notifier {
  const path = (written: string) => resolve(dirname(paths.config), written);
  const destinations = machine.openDestinations(config.destinations, {
    secret: (source, at) => readSecret(source, { place: place(['destinations', ...at]), environment, resolve: path }),
    ...{ path, floor, now: () => clock.now() },
    place: (at) => place(['destinations', ...at]),
  });
  return new Notifier({
    ...{ store, clock, random, destinations, written, onTold },
    onError: (destination, error) => log.error({ part: 'notify', destination, error }, 'telling failed'),
  });
}

/** What waited for destinations that were renamed or taken out, in the service's health. */
const gonePart = 'destinations that are gone';

/** Tells the service's health how each destination fares. What was given up is told for a day: nothing takes it back. */
export function reportDestinations(notifier: Notifier, health: Health): void {
  for (const { name, failing, waiting, deadLately } of notifier.health()) {
    const lost =
      deadLately === 0
        ? ''
        : `${plural(deadLately, 'message')} given up in the last day: GET /api/undelivered shows them`;
    const reason = failing === null ? lost : `${plural(waiting, 'notice')} waiting: ${failing.error}`;
    health.report(`destination ${name}`, reason === '' ? 'ok' : 'degraded', reason);
  }
  const gone = notifier.stranded();
  if (gone.length === 0) {
    health.forget(gonePart);
    return;
  }
  const each = gone.map(({ name, messages }) => `${plural(messages, 'message')} to ${name}`).join(', ');
  health.report(
    gonePart,
    'degraded',
    `not delivered, and no longer named in weir.yaml: ${each}; GET /api/undelivered shows them: each is sent again (?to= another destination) or accepted`,
  );
}
