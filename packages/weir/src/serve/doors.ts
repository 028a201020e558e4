import { readFile } from 'node:fs/promises';
import { SyslogDoor, type SyslogTls } from '../doors/syslog/door.ts';
import { Watcher } from '../doors/watch/watcher.ts';
import type { Health } from '../operate/health.ts';
import type { Store } from '../store/store.ts';
import type { Closing } from './closing.ts';
import type { Intake } from './intake.ts';
import type { Config, ServiceOptions } from './options.ts';

export interface DoorParts {
  readonly options: ServiceOptions;
  readonly intake: Intake;
  readonly store: Store;
  readonly health: Health;
  readonly closing: Closing;
}

/** Opens the doors beside HTTP: syslog, and files that are watched. Gives what runs until the signal. */
export async function openDoors(parts: DoorParts): Promise<((signal: AbortSignal) => Promise<void>)[]> {
  const { options, intake, store, health, closing } = parts;
  const { config, log, clock } = options;
  for (const { listen, tls } of config.syslog) {
    const door = await SyslogDoor.listen({
      ...{ reception: intake.reception, host: listen.host, port: listen.port, clock },
      ...(tls === undefined ? {} : { tls: await readTls(tls) }),
      onNotice: (notice) => log.warn({ part: 'syslog' }, notice),
      onBug: (error) => log.error({ part: 'syslog', error }, 'a defect: it cost one sender its connection'),
    });
    closing.add(() => door.close());
  }
  if (config.watch.length === 0) return [];
  const watcher = await Watcher.open({
    ...{ paths: config.watch, reception: intake.reception, store, uncommitted: intake.uncommitted() },
    onNotice: ({ path, message }) => log.warn({ part: 'watch', path }, message),
    onLook: (troubles) => {
      const [first] = troubles;
      const more = troubles.length > 1 ? `; and ${troubles.length - 1} more, which the log tells` : '';
      const reason = first === undefined ? '' : `${first.path}: ${first.message}${more}`;
      health.report('watched files', first === undefined ? 'ok' : 'degraded', reason);
    },
  });
  return [(signal) => watcher.run(signal)];
}

/** What a door needs for TLS, out of its files. */
async function readTls(files: NonNullable<Config['syslog'][number]['tls']>): Promise<SyslogTls> {
  const { certificate, key, clientAuthorities } = files;
  return {
    ...{ cert: await readFile(certificate, 'utf8'), key: await readFile(key, 'utf8') },
    ...(clientAuthorities === undefined ? {} : { clientAuthorities: await readFile(clientAuthorities, 'utf8') }),
  };
}
