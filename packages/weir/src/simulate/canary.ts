import { accountNamed, Cast, type Casting, organisation } from './cast.ts';
import type { Scenario } from './load.ts';
import { Random } from './random.ts';
import { DefenderLogs } from './sensors/defenderLogs.ts';
import type { Log } from './sensors/log.ts';
import type { Device, Recorder, System } from './story.ts';
import { tell } from './tell.ts';
import type { Micros } from './time.ts';
import { valuesOf } from './values.ts';

/** A scenario as it would have happened a moment ago, to see whether it is found. */
export interface Canary {
  /** What an endpoint's sensor tells of it, as records. */
  readonly logs: readonly Log[];
  readonly devices: readonly string[];
  readonly accounts: readonly string[];
}

/** Tells a scenario so that it is over at `end`, on devices that exist nowhere: their names and accounts are drawn from
 *  `seed`, and their addresses are those that are for measuring (RFC 2544), so that no flow of a real device is taken for
 *  theirs. Only the endpoint tells of it: a network sensor would tell of addresses. */
export function tellCanary(scenario: Scenario, seed: string, end: Micros): Canary {
  const length = lengthOf(scenario, seed);
  const world = new Random(`canary/${seed}`);
  const cast = new CanaryCast(world.fork('cast'));
  const sensor = new DefenderLogs(world.fork('sensor'));
  tell({ ...telling(scenario, world), cast, start: end - length }, sensor);
  return { logs: sensor.logs('records'), devices: cast.devices, accounts: cast.accounts };
}

function telling(scenario: Scenario, world: Random) {
  return { scenario, values: valuesOf(scenario, new Map(), undefined), random: world.fork('story') };
}

function lengthOf(scenario: Scenario, seed: string): Micros {
  let last = 0;
  const world = new Random(`canary/${seed}`);
  const recorder: Recorder = {
    flow: ({ start, duration }) => {
      last = Math.max(last, start + duration);
    },
    started: () => undefined,
  };
  tell({ ...telling(scenario, world), cast: new CanaryCast(world.fork('cast')), start: 0 }, recorder);
  return last;
}

class CanaryCast implements Casting {
  readonly #random: Random;
  readonly #others: Cast;
  readonly devices: string[] = [];
  readonly accounts: string[] = [];

  constructor(random: Random) {
    this.#random = random;
    this.#others = new Cast(random.fork('others'));
  }

  device(role: string, system: System): Device {
    const device = this.#others.device(role, system);
    const [short = ''] = device.name.split('.');
    const name = `${short}-${this.#random.hex(8)}.${organisation.domain}`;
    const account = accountNamed(`${device.account.name}.${this.#random.hex(4)}`, device.account.domain, this.#random);
    this.devices.push(name);
    this.accounts.push(account.name);
    const address = `198.${this.#random.int(18, 19)}.${this.#random.int(1, 250)}.${this.#random.int(1, 250)}`;
    return { ...device, name, account, address, clock: 0 };
  }

  addressesOf(host: string): readonly string[] {
    return this.#others.addressesOf(host);
  }
}
