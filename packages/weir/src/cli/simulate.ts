import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { unixEpochTicks } from '@weir/kql/types';
import { UserError } from '../model/userError.ts';
import { plural } from '../report/format.ts';
import { loadScenarios, type Scenario } from '../simulate/load.ts';
import { send } from '../simulate/send.ts';
import type { Log } from '../simulate/sensors/log.ts';
import { lengthOf, type SensorName, sensorNames, simulate, type Wishes } from '../simulate/simulate.ts';
import type { Micros } from '../simulate/time.ts';
import { contentDirectory } from './contentDirectory.ts';
import { exitCodes } from './failure.ts';
import { asJson, asText } from './scenarioList.ts';
import { print, tell, terminal } from './stdio.ts';
import { parseMoment, presentTicks } from './time.ts';

export interface SimulateFlags {
  readonly as?: SensorName[];
  readonly out?: string;
  readonly to?: string;
  readonly tokenFile?: string;
  readonly start?: string;
  readonly seed: string;
  readonly set?: string[];
  readonly list?: boolean;
  readonly format: 'table' | 'json';
}

/** The same files on every day: a Tuesday's morning. */
const usualStart = '2026-03-10T08:00Z';

/** `weir simulate`: writes or sends the logs of scenarios, or lists them; gives the exit code. */
export async function runSimulate(names: readonly string[], flags: SimulateFlags): Promise<number> {
  const scenarios = await loadScenarios(join(contentDirectory(), 'scenarios'));
  const chosen = names.map((name) => called(scenarios, name));
  if (flags.list) {
    const shown = chosen.length > 0 ? chosen : [...scenarios.values()];
    const { width } = terminal();
    await print(flags.format === 'json' ? asJson(shown) : asText(shown, width, chosen.length > 0));
    return exitCodes.done;
  }
  if (chosen.length === 0)
    throw new UserError('USAGE', 'simulate', 'no scenario is named', 'weir simulate --list shows them.');
  const { out, to } = flags;
  if ((out === undefined) === (to === undefined)) {
    const advice = 'Give --out with a folder for the files, or --to with the address of an intake.';
    throw new UserError('USAGE', 'simulate', 'either --out or --to says where the records go', advice);
  }
  const untimed = { scenarios: [...new Set(chosen)], seed: seedOf(flags.seed), set: settings(flags.set ?? []) };
  const wishes: Wishes = { ...untimed, start: startOf(flags, untimed) };
  const looking: readonly string[] = flags.as ?? ['defender', 'zeek'];
  const sensors = sensorNames.filter((name) => looking.includes(name));
  if (out !== undefined) await write(simulate(wishes, sensors, 'files'), out);
  if (to !== undefined) {
    const logs = simulate(wishes, sensors, 'records');
    await send(logs, to, await tokenFor(flags));
    tell(`${plural(recordsIn(logs), 'record')} sent to ${to}`);
  }
  return exitCodes.done;
}

/** What opens the intake: a file's, else the environment's. It is no option's value, which others on the machine can see. */
async function tokenFor({ tokenFile: path }: SimulateFlags): Promise<string | undefined> {
  const read = (path: string): Promise<string> =>
    readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
      const message = `cannot be read (${cause.code ?? cause.message})`;
      throw new UserError('TOKEN_UNREADABLE', `--token-file ${path}`, message, 'Name a file that holds a token.');
    });
  const text = path === undefined ? process.env.WEIR_TOKEN : (await read(path)).trim();
  if (text === undefined || /^[\x21-\x7e]+$/.test(text)) return text;
  const place = path === undefined ? 'WEIR_TOKEN' : `--token-file ${path}`;
  const advice = 'weir token add NAME --scope ingest > FILE makes one.';
  throw new UserError('TOKEN_INVALID', place, 'there is no token in it', advice);
}

function called(scenarios: ReadonlyMap<string, Scenario>, name: string): Scenario {
  const scenario = scenarios.get(name);
  if (scenario !== undefined) return scenario;
  throw new UserError('SCENARIO_UNKNOWN', name, 'there is no such scenario', 'weir simulate --list shows them.');
}

function seedOf(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UserError(
    'USAGE',
    '--seed',
    `${text} is no seed`,
    'A seed is a whole number; 0 tells the scenario as written.',
  );
}

function settings(list: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    list.map((item) => {
      const equals = item.indexOf('=');
      if (equals > 0) return [item.slice(0, equals), item.slice(equals + 1)];
      throw new UserError('USAGE', '--set', `${item} sets nothing`, 'Write name=value.');
    }),
  );
}

/** Files begin on a day of their own, so that the same command gives the same bytes; what is sent to a running intake has
 *  just ended. */
function startOf({ start, to }: SimulateFlags, wishes: Omit<Wishes, 'start'>): Micros {
  if (start === undefined && to !== undefined) return micros(presentTicks()) - lengthOf({ ...wishes, start: 0 });
  return micros(parseMoment(start ?? usualStart, '--start'));
}

function micros(ticks: bigint): Micros {
  return Number((ticks - unixEpochTicks) / 10n);
}

async function write(logs: readonly Log[], out: string): Promise<void> {
  const there = await readdir(out).catch((cause) => (cause.code === 'ENOENT' ? [] : unwritable(out, cause)));
  if (there.length > 0) {
    const advice = 'Name a new one: logs are not mixed or replaced.';
    throw new UserError('OUT_NOT_EMPTY', out, 'the folder is not empty', advice);
  }
  for (const { file, text } of logs) {
    const path = join(out, file);
    await mkdir(dirname(path), { recursive: true }).catch((cause) => unwritable(out, cause));
    await writeFile(path, text).catch((cause) => unwritable(path, cause));
    await print(`${path}\n`);
  }
  tell(`${plural(recordsIn(logs), 'record')} in ${plural(logs.length, 'file')}; weir scan ${out} reads them`);
}

function unwritable(path: string, cause: NodeJS.ErrnoException): never {
  throw new UserError(
    'OUT_UNWRITABLE',
    path,
    `cannot be written (${cause.code ?? cause.message})`,
    'Name a new folder.',
  );
}

function recordsIn(logs: readonly Log[]): number {
  return logs.reduce((sum, { records }) => sum + records, 0);
}
