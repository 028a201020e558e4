import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { UserError } from '../model/userError.ts';
import { listen } from '../operate/config/address.ts';
import { createLog } from '../operate/log.ts';
import { loadHomeConfig } from '../serve/config.ts';
import { machine } from '../serve/machine.ts';
import type { Config } from '../serve/options.ts';
import { startService } from '../serve/service.ts';
import { machineClock } from './clock.ts';
import { consoleDirectory } from './consoleDirectory.ts';
import { contentDirectory } from './contentDirectory.ts';
import { exitCodes } from './failure.ts';
import { homeDirectory } from './home.ts';
import { tell } from './stdio.ts';

export interface ServeFlags {
  readonly home?: string;
  readonly listen?: string;
  readonly watch?: readonly string[];
  /** With the sample company's logs, in a home that goes when it ends. */
  readonly demo?: boolean;
}

/** `weir serve`: runs until it is told to end; gives the exit code. */
export async function runServe(flags: ServeFlags): Promise<number> {
  if (flags.demo !== true) return serve(homeDirectory(flags.home, process.env), flags);
  const { startDemo } = await import('./demo.ts');
  const demo = await startDemo(flags.home);
  try {
    return await serve(demo.home, flags);
  } finally {
    await demo.end();
  }
}

async function serve(home: string, flags: ServeFlags): Promise<number> {
  await mkdir(home, { recursive: true, mode: 0o700 });
  const loaded = await loadHomeConfig(home);
  const config = { ...loaded.config, ...overrides(loaded.config, flags) };
  const console = consoleDirectory(resolve(contentDirectory()));
  const asked = askedToEnd();
  const service = await startService({
    ...{ home, config, place: loaded.place, console },
    content: resolve(contentDirectory()),
    clock: machineClock,
    random: (bytes) => randomBytes(bytes),
    environment: process.env,
    machine,
    log: createLog({ level: config.log.level, clock: machineClock, write: (line) => process.stderr.write(line) }),
  });
  tell(`weir: listening at ${service.url}, home ${home}`);
  if (console === undefined) tell('weir: the console is not built here: npm run console builds it');
  if (service.welcome !== undefined) tell(`weir: ${firstSteps(service.url, service.welcome, console !== undefined)}`);
  await asked;
  tell('weir: stopping');
  await service.stop();
  return exitCodes.done;
}

/** What the command line says goes before the file; what it watches is watched too. */
function overrides({ watch }: Config, { listen: written, watch: more = [] }: ServeFlags): Partial<Config> {
  const paths = more.map((path) => resolve(path));
  if (written === undefined) return { watch: [...watch, ...paths] };
  const { data, error } = listen.safeParse(written);
  if (data === undefined)
    throw new UserError('LISTEN_INVALID', '--listen', error?.issues[0]?.message ?? '', 'Give an address and a port.');
  return { listen: data, watch: [...watch, ...paths] };
}

/** When the system or a person asks the process to end. Listened for before the service starts: one that is asked while it
 *  starts, or as it says that it listens, ends in order. The same signal once more ends it at once. */
async function askedToEnd(): Promise<void> {
  await new Promise<void>((end) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => end());
  });
}

/** The link's secret stands behind the #, so that no proxy and no log of one sees it. */
function firstSteps(url: string, secret: string, hasConsole: boolean): string {
  if (!hasConsole)
    return 'there is no account yet: weir user add NAME --role admin makes one; weir token add lets logs in';
  return `there is no account yet. Within a day, make the first one here, once:\n\n  ${url}/welcome#${secret}\n`;
}
