import { UserError } from '../model/userError.ts';
import { Actor } from './actor.ts';
import { readAmount } from './amounts.ts';
import { accountNamed, type Casting, deviceRoles, organisation } from './cast.ts';
import type { Scenario } from './load.ts';
import { filled } from './placeholders.ts';
import { program } from './program.ts';
import type { Random } from './random.ts';
import type { StartStep, Written } from './schema.ts';
import { type Account, type Device, type Process, type Recorder, systemAccount } from './story.ts';
import { hour, type Micros } from './time.ts';
import type { Values } from './values.ts';

/** What a scenario is told with. The same gives the same story. */
export interface Telling {
  readonly scenario: Scenario;
  readonly values: Values;
  readonly cast: Casting;
  readonly random: Random;
  /** When its first step begins. */
  readonly start: Micros;
}

/** A process of the story, and the step that started it. */
export interface Started {
  readonly process: Process;
  readonly step: StartStep;
}

/** A scenario while it is told. */
export class Stage {
  readonly actor: OfficeActor;
  readonly random: Random;
  readonly incident: string;
  readonly #recorder: Recorder;
  readonly #values: Values;
  readonly #texts: Readonly<Record<string, string>>;
  readonly #started = new Map<string, Started>();

  constructor({ scenario, values, cast, random, start }: Telling, recorder: Recorder) {
    this.random = random.fork('story');
    this.incident = scenario.name;
    this.#recorder = recorder;
    this.#values = values;
    const role = filled(scenario.device.role, values.texts);
    if (!deviceRoles.includes(role)) {
      const advice = `A role is one of ${deviceRoles.join(', ')}.`;
      throw new UserError('PARAMETER_INVALID', scenario.path, `no device is a ${role}`, advice);
    }
    const device = cast.device(role, scenario.device.system);
    this.actor = new OfficeActor(device, random.fork('device'), recorder, cast, start - random.int(hour, 9 * hour));
    this.#texts = { ...values.texts, ...surroundings(device, random.fork('names')) };
  }

  get device(): Device {
    return this.actor.device;
  }

  started(id: string): Started {
    const found = this.#started.get(id);
    if (found === undefined) throw new Error(`no step started ${id}`);
    return found;
  }

  /** Starts a process; `n` counts those that one step starts. */
  start(step: StartStep, at: Micros, n = 1): Process {
    const { original, company, product, description } = step;
    const parent = step.parent === undefined ? undefined : this.#started.get(step.parent)?.process;
    const text = (written: string): string => this.text(written, n);
    const of = program(text(step.file), text(step.folder), {
      ...(original === undefined ? {} : { original: text(original) }),
      ...(company === undefined ? {} : { company }),
      ...(product === undefined ? {} : { product }),
      ...(description === undefined ? {} : { description }),
      ...(parent === undefined && step.parent !== undefined ? { parent: text(step.parent) } : {}),
    });
    const process = this.actor.launch(of, {
      at,
      commandLine: text(step.command),
      account: this.#account(text(step.account)),
      elevated: step.elevated || step.account === 'system',
      ...(parent === undefined ? {} : { parent }),
    });
    this.#started.set(step.id, { process, step });
    return process;
  }

  write({ by, path, size }: { readonly by: string; readonly path: string; readonly size: Written }, at: Micros): void {
    const { process } = this.started(by);
    const file = { device: this.device, process, at, path: this.text(path), size: this.amount('size', size) };
    this.#recorder.wrote?.(file);
  }

  /** A text with its placeholders filled. */
  text(written: string, n = 1): string {
    return filled(written, { ...this.#texts, n: String(n) });
  }

  /** An amount as it is written, of a parameter, or drawn between two. */
  amount(kind: 'size' | 'duration' | 'count', written: Written): number {
    if (typeof written !== 'string') {
      const [low, high] = [this.amount(kind, written[0]), this.amount(kind, written[1])];
      return low < high ? this.random.size(low, high) : low;
    }
    const [, name] = /^\$\{(.*)\}$/.exec(written) ?? [];
    const amount = name === undefined ? readAmount(kind, written) : this.#values.amounts[name];
    if (amount === undefined) throw new Error(`${written} is no ${kind}`);
    return amount;
  }

  #account(name: string): Account {
    if (name === 'user') return this.device.account;
    if (name === 'system') return systemAccount;
    const domain = this.device.name.split('.')[0] ?? '';
    return accountNamed(name, domain, this.random.fork(`account/${name}`));
  }
}

/** A device of a scenario, in the office, on whose network the sensor is. */
class OfficeActor extends Actor {
  constructor(device: Device, random: Random, recorder: Recorder, cast: Casting, since: Micros) {
    const network = { address: device.address, address6: null, resolver: resolverOf(device.address), away: false };
    super(device, random, recorder, network, (host) => ({ addresses: cast.addressesOf(host), address6: null }));
    this.since = since;
  }
}

function resolverOf(address: string): string {
  return `${address.split('.').slice(0, 2).join('.')}.0.10`;
}

const words = ['harrow', 'tern', 'quill', 'cobble', 'marl', 'sable', 'fennel', 'gorse', 'larch', 'pewter', 'rowan'];

/** What the built-in placeholders stand for. */
function surroundings(device: Device, random: Random): Record<string, string> {
  const user = device.account.name;
  const home = { windows: `C:\\Users\\${user}`, macos: `/Users/${user}`, linux: `/home/${user}`, firmware: '/' };
  return {
    user,
    device: device.name.split('.')[0] ?? device.name,
    domain: organisation.domain,
    home: home[device.system],
    tag: random.hex(8),
    word: random.pick(words),
  };
}
