import { join } from 'node:path';
import type { Engine } from '../../packages/weir/src/engine/engine.ts';
import type { Catalogue } from '../../packages/weir/src/model/catalogue.ts';
import type { Casting } from '../../packages/weir/src/simulate/cast.ts';
import { loadScenarios, type Scenario } from '../../packages/weir/src/simulate/load.ts';
import { Random } from '../../packages/weir/src/simulate/random.ts';
import type { Flow, Process, WrittenFile } from '../../packages/weir/src/simulate/story.ts';
import { tell } from '../../packages/weir/src/simulate/tell.ts';
import type { Micros } from '../../packages/weir/src/simulate/time.ts';
import { valuesOf } from '../../packages/weir/src/simulate/values.ts';
import { addRows, connectionColumns, type Programs } from './life/connections.ts';
import type { Role } from './life/habit.ts';
import type { Machine } from './life/machines.ts';

/** A scenario as it was told once in the company: what a finding must touch to have found it. */
export interface Planted {
  readonly name: string;
  readonly scenario: Scenario;
  readonly machine: string;
  /** Ticks. */
  readonly begins: bigint;
  readonly ends: bigint;
  readonly connections: readonly PlantedConnection[];
}

export interface PlantedConnection {
  /** EventIds of the row that tells of it: the sensor's, or the endpoint's where that is all. */
  readonly ids: readonly string[];
  readonly host: string;
  /** The catalogue's category of the host. */
  readonly category: string;
  readonly process: string;
  readonly original: string;
  /** Ticks. */
  readonly starts: bigint;
  readonly ends: bigint;
  readonly sent: number;
}

/** Where no step says where a host is, the company's own names lead there. */
const anywhere = '0.0.0.0';

/** Which machines of the company may be what a scenario asks for. */
const roles: Readonly<Record<string, readonly Role[]>> = {
  workstation: ['office', 'finance', 'people', 'marketing', 'lab'],
  laptop: ['sales', 'executive', 'people', 'office'],
  developer: ['developer', 'data'],
  server: ['app-server', 'database', 'directory', 'monitor'],
  'file-server': ['file-server'],
  'web-server': ['web-server', 'app-server'],
  'mail-server': ['mail-server'],
  'build-server': ['build-server'],
};

/** Every scenario of a folder that leaves telemetry. */
export async function tellableScenarios(content: string): Promise<Scenario[]> {
  const all = await loadScenarios(join(content, 'scenarios'));
  return [...all.values()].filter(({ refused }) => refused === undefined);
}

/** A scenario, and how its parameters are set; absent: drawn from their ranges. */
export interface Story {
  readonly scenario: Scenario;
  readonly set?: ReadonlyMap<string, string>;
  /** What tells this story from others of the scenario. */
  readonly name: string;
}

export interface Wishes {
  readonly machines: readonly Machine[];
  readonly seed: number;
  /** How often each is told. */
  readonly tellings: number;
  /** The first day on which one may begin, and the day by which all have ended; ticks. */
  readonly from: bigint;
  readonly until: bigint;
}

/** Tells scenarios on machines of the company, among everything else that happens there, and adds their connections to
 *  `life_connection` like any other. Nothing in a row says that it was planted: what is, is given back and kept beside. */
export async function plant(
  engine: Engine,
  stories: readonly Story[],
  programs: Programs,
  catalogue: Catalogue,
  wishes: Wishes,
): Promise<Planted[]> {
  const planted: Planted[] = [];
  const rows: object[] = [];
  for (let telling = 0; telling < wishes.tellings; telling++)
    for (const story of stories) {
      const random = new Random(`planted/${wishes.seed}/${telling}/${story.name}`);
      const { flows, machine, started, written } = told(story, random, wishes);
      const beside = (process: Process, id: string) => ({
        ...processOf(process, machine, programs),
        ...{ id, application: 'none', outcome: 'accepted', told: false, seen: false, named: false },
      });
      for (const [index, process] of started.entries())
        rows.push({
          ...beside(process, random.fork(`start/${index}`).hex(32)),
          starts: String(ticks(process.created)),
        });
      for (const [index, { process, at, path, size }] of written.entries())
        rows.push({
          ...beside(process, random.fork(`file/${index}`).hex(32)),
          starts: String(ticks(at)),
          sent: size,
          writes: path,
        });
      const begins = flows.reduce((least, { start }) => Math.min(least, start), Number.POSITIVE_INFINITY);
      const connections = flows.map((flow, index) => {
        const id = random.fork(`id/${index}`).hex(32);
        rows.push(rowOf(flow, id, machine, programs, random.fork(`row/${index}`)));
        const [starts, ends] = [ticks(flow.start), ticks(flow.start + flow.duration)];
        const entry = flow.host === null ? catalogue.matchAddress(flow.remoteAddress) : catalogue.matchHost(flow.host);
        return {
          // Planted machines are in the network sensor's sight, so that the flow's id is the row's.
          ids: [`zeek:C${id.slice(0, 17)}`],
          host: flow.host ?? flow.remoteAddress,
          category: entry?.category ?? '',
          process: flow.process?.program.file ?? '',
          original: flow.process?.program.original ?? '',
          ...{ starts, ends, sent: flow.sent },
        };
      });
      const ends = connections.reduce((most, connection) => (connection.ends > most ? connection.ends : most), 0n);
      planted.push({
        name: story.name,
        scenario: story.scenario,
        machine: machine.name,
        begins: ticks(begins),
        ends,
        connections,
      });
    }
  await addRows(engine, 'life_connection', connectionColumns, rows);
  return planted;
}

/** One telling: first to see how long it takes, then again at a time that leaves room for it. */
function told(story: Story, random: Random, wishes: Wishes): ToldOnce {
  const from = micros(wishes.from);
  const until = micros(wishes.until);
  const at = (start: Micros) => tellOnce(story, random.fork('told'), wishes, start);
  const trial = at(from);
  const lasts = trial.flows.reduce((most, { start, duration }) => Math.max(most, start + duration - from), 0);
  const room = Math.max(0, until - from - lasts);
  // Most happens while somebody is at the machine, or is meant to look like it; servers have no such hours.
  const byDay = random.fork('by day').chance(0.6);
  const drawn = Array.from({ length: 60 }, (_, nth) => from + Math.floor(random.fork(`start/${nth}`).real() * room));
  const start = drawn.find((moment) => !byDay || atWork(trial.machine, moment)) ?? drawn[0] ?? from;
  return at(start);
}

/** Monday to Friday, from when the machine's user begins until eight hours later. */
function atWork({ zone, begins }: Machine, at: Micros): boolean {
  const local = new Date(at / 1000 + zone * 3_600_000);
  const hours = local.getUTCHours() + local.getUTCMinutes() / 60;
  return local.getUTCDay() >= 1 && local.getUTCDay() <= 5 && hours >= begins && hours < begins + 8;
}

interface ToldOnce {
  readonly machine: Machine;
  readonly flows: readonly Flow[];
  readonly started: readonly Process[];
  readonly written: readonly WrittenFile[];
}

function tellOnce({ scenario, set }: Story, random: Random, { machines }: Wishes, start: Micros): ToldOnce {
  const flows: Flow[] = [];
  const started: Process[] = [];
  const written: WrittenFile[] = [];
  let machine: Machine | undefined;
  const cast: Casting = {
    device(role, system) {
      const all = Math.max(...machines.map(({ until }) => until));
      const stays = (one: Machine) => one.sensor && one.watched && one.from === 0 && one.until === all;
      const fit = machines.filter((one) => stays(one) && one.system === system && roles[role]?.includes(one.role));
      machine = random.fork('machine').pick(fit);
      return machine;
    },
    addressesOf: () => [anywhere],
  };
  tell(
    { scenario, values: valuesOf(scenario, set ?? new Map(), set ? undefined : random), cast, random, start },
    {
      flow: (flow) => {
        if (flow.incident !== null) flows.push(flow);
      },
      started: (_, process) => started.push(process),
      wrote: (file) => written.push(file),
    },
  );
  if (machine === undefined) throw new Error(`${scenario.name} needs no device`);
  return { flows, machine, started, written };
}

function rowOf(
  flow: Flow,
  id: string,
  machine: Machine,
  programs: Programs,
  random: Random,
): Record<keyof typeof connectionColumns, unknown> {
  const { process, application, host, outcome, sent, received } = flow;
  if (process === null) throw new Error('a planted connection has a process');
  return {
    ...processOf(process, machine, programs),
    ...{ id, application, host, outcome, sent, received },
    starts: String(ticks(flow.start)),
    lasting: String(BigInt(flow.duration) * 10n),
    localPort: flow.localPort,
    address: flow.remoteAddress === anywhere ? null : flow.remoteAddress,
    port: flow.remotePort,
    // As of everything else, the endpoint misses some, and names the host of some.
    told: random.real() < 0.96,
    seen: true,
    named: random.real() < 0.35,
    writes: null,
  };
}

function processOf(process: Process, machine: Machine, programs: Programs) {
  const { account } = process;
  const own = account.name === machine.account.name;
  return {
    machine: machine.number,
    // What has no version resource is told with an empty name, as of everything else.
    program: programs.number({
      ...process.program,
      original: process.program.original === '-' ? '' : process.program.original,
      parent: process.parentFile,
    }),
    command: process.commandLine,
    pid: process.id,
    created: String(ticks(process.created)),
    account: account.name === 'system' ? 'system' : own ? 'user' : `${account.domain}|${account.name}`,
  };
}

const epoch = 621_355_968_000_000_000n;

function ticks(at: Micros): bigint {
  return epoch + BigInt(Math.round(at)) * 10n;
}

function micros(at: bigint): Micros {
  return Number((at - epoch) / 10n);
}
