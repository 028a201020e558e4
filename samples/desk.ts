import type { Program } from './programs.ts';
import type { Random } from './random.ts';
import { hostNamed } from './services.ts';
import type { Application, Flow, HttpRequest, Outcome, Process, Recorder } from './story.ts';
import { hour, type Micros, minute, second } from './time.ts';
import { type Account, type Device, resolver, systemAccount } from './world.ts';

/** What a conversation was like. Times in microseconds, sizes in payload bytes above the handshake's own. */
export interface Talk {
  readonly at: Micros;
  readonly lasting: Micros;
  readonly sent: number;
  readonly received: number;
  readonly as?: Application;
  readonly port?: number;
  /** The device's own port, where the program insists on one. */
  readonly localPort?: number;
  readonly outcome?: Outcome;
  readonly http?: HttpRequest;
  readonly answers?: readonly string[];
  readonly incident?: string;
}

interface Launch {
  readonly at: Micros;
  readonly commandLine: string;
  readonly account?: Account;
  readonly elevated?: boolean;
  readonly parent?: Process;
}

/** Handshake bytes of the client and the server. */
const handshake: Record<Application, readonly [number, number]> = {
  tls: [640, 3400],
  quic: [2400, 3600],
  http: [0, 0],
  dns: [0, 0],
  smb: [1900, 1700],
  kerberos: [0, 0],
  ntp: [0, 0],
  media: [0, 0],
  opaque: [0, 0],
};

/** A device in use: its running programs, its ports, the names that it has looked up. */
export class Desk {
  readonly device: Device;
  readonly #random: Random;
  readonly #recorder: Recorder;
  /** Until when the answer for a name is known. */
  readonly #names = new Map<string, Micros>();
  readonly #running = new Map<string, Process>();
  #session: Micros = 0;
  #away = false;
  #lastPort: number;

  constructor(device: Device, random: Random, recorder: Recorder) {
    this.device = device;
    this.#random = random;
    this.#recorder = recorder;
    this.#lastPort = random.int(49_200, 60_000);
  }

  /** A new day: yesterday's programs are gone, except on servers. */
  beginDay(midnight: Micros, dayNumber: number): void {
    this.#away = this.device.away.includes(dayNumber);
    const server = this.device.role === 'server' || this.device.role === 'web';
    if (server && this.#session !== 0) return;
    this.#session = server
      ? midnight - this.#random.int(48 * hour, 9 * 24 * hour)
      : midnight + this.#random.int(390 * minute, 480 * minute);
    this.#running.clear();
    this.#names.clear();
  }

  get away(): boolean {
    return this.#away;
  }

  /** When the user's session of this day began. */
  get session(): Micros {
    return this.#session;
  }

  /** A program that runs all day, started on first use. */
  running(program: Program, account: Account = this.device.account): Process {
    const key = `${program.folder}/${program.file}/${program.commandLine}`;
    const found = this.#running.get(key);
    if (found) return found;
    const created = this.#session + this.#random.int(2 * second, 6 * minute);
    const process = this.#process(program, { at: created, commandLine: program.commandLine, account });
    this.#running.set(key, process);
    this.#recorder.started(this.device, process);
    return process;
  }

  /** A service that runs as the system. */
  service(program: Program): Process {
    return this.running(program, systemAccount);
  }

  /** Starts a program that ends with its task. */
  launch(program: Program, launch: Launch): Process {
    const process = this.#process(program, launch);
    this.#recorder.started(this.device, process);
    return process;
  }

  /** Talks to a host by name: asks the resolver when the answer is no longer known. */
  connect(process: Process | null, host: string, talk: Talk): Flow {
    const { addresses, address6 } = hostNamed(host);
    const six = address6 !== null && this.device.address6 !== null && !this.#away && this.#random.chance(0.3);
    const found = six ? [address6] : addresses;
    this.lookUp(host, found, talk.at);
    return this.exchange(process, this.#random.pick(found), host, talk);
  }

  /** Talks to an address, with a name in the handshake or none. */
  exchange(process: Process | null, remoteAddress: string, host: string | null, talk: Talk): Flow {
    const application = talk.as ?? 'tls';
    const outcome = talk.outcome ?? 'accepted';
    const open = outcome === 'accepted' || outcome === 'cut';
    const [hello, answer] = handshake[application];
    const flow: Flow = {
      device: this.device,
      process,
      start: Math.round(talk.at),
      duration: this.#uneven(Math.max(talk.lasting, 900)),
      protocol: udp.has(application) ? 'udp' : 'tcp',
      localAddress: this.#localAddress(remoteAddress),
      localPort: talk.localPort ?? (application === 'ntp' ? 123 : this.#nextPort()),
      remoteAddress,
      remotePort: talk.port ?? ports[application],
      host,
      application,
      outcome,
      inbound: false,
      sent: open ? Math.round(talk.sent + hello + this.#random.int(0, 180 * Math.sign(hello))) : 0,
      received: open ? Math.round(talk.received + answer + this.#random.int(0, 1400 * Math.sign(answer))) : 0,
      away: this.#away,
      http: talk.http ?? null,
      answers: talk.answers ?? null,
      incident: talk.incident ?? null,
    };
    this.#recorder.flow(flow);
    return flow;
  }

  /** A stranger talks to a port of this device. */
  serve(process: Process, from: string, talk: Talk & { readonly port: number }): void {
    const flow: Flow = {
      device: this.device,
      process,
      start: Math.round(talk.at),
      duration: this.#uneven(talk.lasting),
      protocol: 'tcp',
      localAddress: this.device.address,
      localPort: talk.port,
      remoteAddress: from,
      remotePort: this.#random.int(1_100, 65_000),
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
    this.#recorder.flow(flow);
  }

  /** Asks the resolver for a name, unless the last answer still holds. No addresses: there is no such name. */
  lookUp(host: string, addresses: readonly string[], at: Micros): void {
    if ((this.#names.get(host) ?? 0) > at) return;
    this.#names.set(host, at + this.#random.int(60 * minute, 400 * minute));
    const answer = addresses.reduce((bytes, address) => bytes + (address.includes(':') ? 28 : 16), 0);
    this.exchange(null, this.#away ? '192.168.178.1' : resolver, host, {
      at: at - this.#random.int(9_000, 60_000),
      lasting: this.#random.size(700, 28_000),
      sent: host.length + 18,
      received: host.length + 18 + answer,
      as: 'dns',
      answers: addresses,
    });
  }

  /** Whole seconds are the story's; the wire's are not. */
  #uneven(lasting: Micros): Micros {
    return Math.round(lasting + (lasting < second ? 0 : this.#random.int(0, 999_999)));
  }

  #localAddress(remote: string): string {
    if (this.#away) return '192.168.178.24';
    return remote.includes(':') && this.device.address6 !== null ? this.device.address6 : this.device.address;
  }

  /** Windows hands out ports from 49152 upward, a few apart. */
  #nextPort(): number {
    this.#lastPort += this.#random.int(1, 4);
    if (this.#lastPort > 65_500) this.#lastPort = this.#random.int(49_152, 49_400);
    return this.#lastPort;
  }

  #process(program: Program, launch: Launch): Process {
    const account = launch.account ?? this.device.account;
    return {
      program,
      id: program.file === 'System' ? 4 : this.#random.int(600, 7_000) * 4,
      commandLine: launch.commandLine,
      created: Math.round(launch.at),
      account,
      elevated: launch.elevated ?? account.name === 'system',
      parentFile: launch.parent?.program.file ?? program.parent,
      parent: launch.parent ?? null,
      parentId: launch.parent?.id ?? this.#random.int(200, 3_000) * 4,
      parentCreated:
        launch.parent?.created ??
        Math.round(Math.min(this.#session, launch.at) - this.#random.int(second, 90 * second)),
    };
  }
}

const udp = new Set<Application>(['quic', 'dns', 'ntp', 'media']);

const ports: Record<Application, number> = {
  tls: 443,
  quic: 443,
  http: 80,
  dns: 53,
  smb: 445,
  kerberos: 88,
  ntp: 123,
  media: 3480,
  opaque: 443,
};
