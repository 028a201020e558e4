import { Actor, type Network, type Talk } from '../packages/weir/src/simulate/actor.ts';
import type { Program } from '../packages/weir/src/simulate/program.ts';
import type { Random } from '../packages/weir/src/simulate/random.ts';
import {
  type Account,
  type Flow,
  type Process,
  type Recorder,
  systemAccount,
} from '../packages/weir/src/simulate/story.ts';
import { hour, type Micros, minute, second } from '../packages/weir/src/simulate/time.ts';
import { hostNamed } from './services.ts';
import { type Device, resolver } from './world.ts';

/** A device in use, and its programs that run all day. */
export class Desk extends Actor {
  declare readonly device: Device;
  readonly #running = new Map<string, Process>();

  constructor(device: Device, random: Random, recorder: Recorder) {
    super(device, random, recorder, office(device), hostNamed);
  }

  /** A new day: yesterday's programs are gone, except on servers. */
  beginDay(midnight: Micros, dayNumber: number): void {
    this.network = this.device.away.includes(dayNumber) ? elsewhere : office(this.device);
    const server = this.device.role === 'server' || this.device.role === 'web';
    if (server && this.since !== 0) return;
    this.since = server
      ? midnight - this.random.int(48 * hour, 9 * 24 * hour)
      : midnight + this.random.int(390 * minute, 480 * minute);
    this.#running.clear();
    this.names.clear();
  }

  get away(): boolean {
    return this.network.away;
  }

  /** When the user's session of this day began. */
  get session(): Micros {
    return this.since;
  }

  /** A program that runs all day, started on first use. */
  running(program: Program, account: Account = this.device.account): Process {
    const key = `${program.folder}/${program.file}/${program.commandLine}`;
    const found = this.#running.get(key);
    if (found) return found;
    const created = this.since + this.random.int(2 * second, 6 * minute);
    const process = this.process(program, { at: created, commandLine: program.commandLine, account });
    this.#running.set(key, process);
    this.recorder.started(this.device, process);
    return process;
  }

  /** A service that runs as the system. */
  service(program: Program): Process {
    return this.running(program, systemAccount);
  }

  /** A stranger talks to a port of this device. */
  serve(process: Process, from: string, talk: Talk & { readonly port: number }): void {
    const flow: Flow = {
      device: this.device,
      process,
      start: Math.round(talk.at),
      duration: this.uneven(talk.lasting),
      protocol: 'tcp',
      localAddress: this.device.address,
      localPort: talk.port,
      remoteAddress: from,
      remotePort: this.random.int(1_100, 65_000),
      host: null,
      application: talk.as ?? 'tls',
      outcome: 'accepted',
      inbound: true,
      sent: Math.round(talk.sent),
      received: Math.round(talk.received),
      away: false,
      http: talk.http ?? null,
      answers: null,
      incident: null,
    };
    this.recorder.flow(flow);
  }
}

function office({ address, address6 }: Device): Network {
  return { address, address6, resolver, away: false };
}

/** At home or on the road, behind somebody else's router. */
const elsewhere: Network = {
  address: '192.168.178.24',
  address6: null,
  resolver: '192.168.178.1',
  away: true,
};
