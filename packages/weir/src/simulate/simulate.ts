import { UserError } from '../model/userError.ts';
import { Cast } from './cast.ts';
import type { Scenario } from './load.ts';
import { Random } from './random.ts';
import { DefenderLogs } from './sensors/defenderLogs.ts';
import type { Log, LogForm, Sensor } from './sensors/log.ts';
import { SuricataLogs } from './sensors/suricataLogs.ts';
import { SysmonLogs } from './sensors/sysmonLogs.ts';
import { ZeekLogs } from './sensors/zeekLogs.ts';
import type { Recorder } from './story.ts';
import { tell } from './tell.ts';
import { type Micros, minute } from './time.ts';
import { valuesOf } from './values.ts';

const sensors = {
  defender: DefenderLogs,
  zeek: ZeekLogs,
  suricata: SuricataLogs,
  sysmon: SysmonLogs,
} satisfies Record<string, new (random: Random) => Sensor>;

export type SensorName = keyof typeof sensors;

export const sensorNames = Object.keys(sensors) as readonly SensorName[];

export interface Wishes {
  readonly scenarios: readonly Scenario[];
  /** 0 tells each scenario with its defaults; any other number draws what varies. */
  readonly seed: number;
  /** Parameters by name. */
  readonly set: ReadonlyMap<string, string>;
  /** When the first scenario begins; each further one begins within the next minutes. */
  readonly start: Micros;
}

/** Tells scenarios, each on a device of its own. The same wishes give the same story.
 *  @throws UserError `SCENARIO_REFUSED`, `PARAMETER_INVALID` */
export function tellAll({ scenarios, seed, set, start }: Wishes, recorder: Recorder): void {
  for (const { name, refused } of scenarios)
    if (refused !== undefined) throw new UserError('SCENARIO_REFUSED', name, refused.trim(), 'Leave it out.');
  for (const name of set.keys())
    if (!scenarios.some(({ parameters }) => Object.hasOwn(parameters, name))) noParameter(name, scenarios);
  const world = new Random(`simulate/${seed}`);
  const cast = new Cast(world.fork('cast'));
  let begins = start;
  for (const scenario of scenarios) {
    const random = world.fork(scenario.name);
    const values = valuesOf(scenario, set, seed === 0 ? undefined : random);
    tell({ scenario, values, cast, random, start: begins }, recorder);
    begins += random.int(minute, 6 * minute);
  }
}

/** How long it takes from the first scenario's beginning until the last record of it is written. */
export function lengthOf(wishes: Wishes): Micros {
  let last = 0;
  tellAll(
    { ...wishes, start: 0 },
    {
      flow: ({ start, duration }) => {
        last = Math.max(last, start + duration);
      },
      started: () => {},
    },
  );
  return last + latest;
}

/** No sensor writes later than this of what has ended. */
const latest = 7 * minute;

/** The logs that the sensors write of scenarios. */
export function simulate(wishes: Wishes, names: readonly SensorName[], form: LogForm): Log[] {
  const seen = names.map((name) => new sensors[name](new Random(`simulate/${wishes.seed}/${name}`)));
  tellAll(wishes, toAll(seen));
  return seen.flatMap((sensor) => sensor.logs(form));
}

function toAll(recorders: readonly Recorder[]): Recorder {
  const each = (tell: (recorder: Recorder) => void): void => {
    for (const recorder of recorders) tell(recorder);
  };
  return {
    flow: (flow) => each((recorder) => recorder.flow(flow)),
    started: (device, process) => each((recorder) => recorder.started(device, process)),
    asked: (question) => each((recorder) => recorder.asked?.(question)),
    wrote: (file) => each((recorder) => recorder.wrote?.(file)),
  };
}

function noParameter(name: string, scenarios: readonly Scenario[]): never {
  const known = [...new Set(scenarios.flatMap(({ parameters }) => Object.keys(parameters)))].sort();
  const advice = known.length === 0 ? 'It has none.' : `The parameters are ${known.join(', ')}.`;
  throw new UserError('PARAMETER_INVALID', `--set ${name}`, 'no scenario named here has such a parameter', advice);
}
