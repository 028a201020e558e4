import type { Program } from './program.ts';
import type { Random } from './random.ts';
import type { Account, Application, Device, Flow, HttpRequest, Outcome, Process, Recorder } from './story.ts';
import { type Micros, minute, second } from './time.ts';

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

export interface Launch {
  readonly at: Micros;
  readonly commandLine: string;
  readonly account?: Account;
  readonly elevated?: boolean;
  readonly parent?: Process;
}

/** Where a host name leads. */
export interface Addresses {
  readonly addresses: readonly string[];
  readonly address6: string | null;
}

/** The network that a device is in. */
export interface Network {
  /** The device's own addresses there. */
  readonly address: string;
  readonly address6: string | null;
  readonly resolver: string;
  /** Out of the network sensor's sight. */
  readonly away: boolean;
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

/** A device that does things: its processes, its ports, the names that it has looked up. */
export class Actor {
  readonly device: Device;
  protected readonly random: Random;
  protected readonly recorder: Recorder;
  protected network: Network;
  /** Since when somebody is signed in: what has no known parent was started by something of then. */
  protected since: Micros = 0;
  /** Until when the answer for a name is known. */
  protected readonly names = new Map<string, Micros>();
  readonly #resolve: (host: string) => Addresses;
  #lastPort: number;

  constructor(
    device: Device,
    random: Random,
    recorder: Recorder,
    network: Network,
    resolve: (host: string) => Addresses,
  ) {
    this.device = device;
    this.random = random;
    this.recorder = recorder;
    this.network = network;
    this.#resolve = resolve;
    this.#lastPort = random.int(49_200, 60_000);
  }

  /** Starts a program that ends with its task. */
  launch(program: Program, launch: Launch): Process {
    const process = this.process(program, launch);
    this.recorder.started(this.device, process);
    return process;
  }

  /** Talks to a host by name: asks the resolver when the answer is no longer known. */
  connect(process: Process | null, host: string, talk: Talk): Flow {
    const { addresses, address6 } = this.#resolve(host);
    const six = address6 !== null && this.network.address6 !== null && this.random.chance(0.3);
    const found = six ? [address6] : addresses;
    this.lookUp(host, found, talk.at, process);
    return this.exchange(process, this.random.pick(found), host, talk);
  }

  /** Talks to an address, with a name in the handshake or none. */
  exchange(process: Process | null, remoteAddress: string, host: string | null, talk: Talk): Flow {
    const application = talk.as ?? 'tls';
    const outcome = talk.outcome ?? 'accepted';
    const open = outcome === 'accepted' || outcome === 'cut';
    const [hello, answer] = handshake[application];
    const { address, address6, away } = this.network;
    const flow: Flow = {
      device: this.device,
      process,
      start: Math.round(talk.at),
      duration: this.uneven(Math.max(talk.lasting, 900)),
      protocol: udp.has(application) ? 'udp' : 'tcp',
      localAddress: remoteAddress.includes(':') && address6 !== null ? address6 : address,
      localPort: talk.localPort ?? (application === 'ntp' ? 123 : this.#nextPort()),
      remoteAddress,
      remotePort: talk.port ?? ports[application],
      host,
      application,
      outcome,
      inbound: false,
      sent: open ? Math.round(talk.sent + hello + this.random.int(0, 180 * Math.sign(hello))) : 0,
      received: open ? Math.round(talk.received + answer + this.random.int(0, 1400 * Math.sign(answer))) : 0,
      away,
      http: talk.http ?? null,
      answers: talk.answers ?? null,
      incident: talk.incident ?? null,
    };
    this.recorder.flow(flow);
    return flow;
  }

  /** Asks the resolver for a name, unless the last answer still holds. No addresses: there is no such name. */
  lookUp(host: string, addresses: readonly string[], at: Micros, process: Process | null = null): void {
    if ((this.names.get(host) ?? 0) > at) return;
    this.names.set(host, at + this.random.int(60 * minute, 400 * minute));
    const answer = addresses.reduce((bytes, address) => bytes + (address.includes(':') ? 28 : 16), 0);
    const question = this.exchange(null, this.network.resolver, host, {
      at: at - this.random.int(9_000, 60_000),
      lasting: this.random.size(700, 28_000),
      sent: host.length + 18,
      received: host.length + 18 + answer,
      as: 'dns',
      answers: addresses,
    });
    if (process !== null)
      this.recorder.asked?.({ device: this.device, process, at: question.start, host, answers: addresses });
  }

  protected process(program: Program, launch: Launch): Process {
    const account = launch.account ?? this.device.account;
    return {
      program,
      id: program.file === 'System' ? 4 : this.random.int(600, 7_000) * 4,
      commandLine: launch.commandLine,
      created: Math.round(launch.at),
      account,
      elevated: launch.elevated ?? account.name === 'system',
      parentFile: launch.parent?.program.file ?? program.parent,
      parent: launch.parent ?? null,
      parentId: launch.parent?.id ?? this.random.int(200, 3_000) * 4,
      parentCreated:
        launch.parent?.created ?? Math.round(Math.min(this.since, launch.at) - this.random.int(second, 90 * second)),
    };
  }

  /** Whole seconds are the story's; the wire's are not. */
  protected uneven(lasting: Micros): Micros {
    return Math.round(lasting + (lasting < second ? 0 : this.random.int(0, 999_999)));
  }

  /** Windows hands out ports from 49152 upward, a few apart. */
  #nextPort(): number {
    this.#lastPort += this.random.int(1, 4);
    if (this.#lastPort > 65_500) this.#lastPort = this.random.int(49_152, 49_400);
    return this.#lastPort;
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
