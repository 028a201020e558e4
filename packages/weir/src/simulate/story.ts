import type { Program } from './program.ts';
import type { Micros } from './time.ts';

/** The account under which a process runs. */
export interface Account {
  readonly domain: string;
  readonly name: string;
  readonly sid: string;
  readonly upn: string;
  readonly objectId: string;
}

/** Windows' own account. */
export const systemAccount: Account = {
  domain: 'nt authority',
  name: 'system',
  sid: 'S-1-5-18',
  upn: '',
  objectId: '',
};

export type System = 'windows' | 'macos' | 'linux' | 'firmware';

/** A device, who sits at it, and how its clock and sensor behave. */
export interface Device {
  readonly name: string;
  readonly id: string;
  readonly system: System;
  readonly address: string;
  readonly address6: string | null;
  readonly account: Account;
  /** Has an endpoint sensor. */
  readonly sensor: boolean;
  /** What the endpoint's clock adds to the true time. */
  readonly clock: Micros;
}

/** A process that ran. */
export interface Process {
  readonly program: Program;
  readonly id: number;
  readonly commandLine: string;
  readonly created: Micros;
  readonly account: Account;
  readonly elevated: boolean;
  readonly parentFile: string;
  /** The parent, where the story knows it. */
  readonly parent: Process | null;
  readonly parentId: number;
  readonly parentCreated: Micros;
}

export type Application = 'tls' | 'quic' | 'http' | 'dns' | 'smb' | 'kerberos' | 'ntp' | 'media' | 'opaque';

/** accepted: data went both ways; refused: the other side said no; silent: it said nothing; cut: reset after data. */
export type Outcome = 'accepted' | 'refused' | 'silent' | 'cut';

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly agent: string;
  readonly requestBody: number;
  readonly responseBody: number;
  readonly type: string;
  readonly status: number;
}

/** A connection as it truly happened; what sensors make of it is their matter. */
export interface Flow {
  readonly device: Device;
  /** Null where no program of a watched device is behind it. */
  readonly process: Process | null;
  readonly start: Micros;
  readonly duration: Micros;
  readonly protocol: 'tcp' | 'udp';
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** The name in the handshake or question; null where there is none. */
  readonly host: string | null;
  readonly application: Application;
  readonly outcome: Outcome;
  /** The remote side opened it. */
  readonly inbound: boolean;
  /** Payload bytes that the device sent and received. */
  readonly sent: number;
  readonly received: number;
  /** Out of the network sensor's sight. */
  readonly away: boolean;
  readonly http: HttpRequest | null;
  /** What the resolver answered, for a question. */
  readonly answers: readonly string[] | null;
  /** The planted story that it belongs to; sensors never tell this. */
  readonly incident: string | null;
}

/** A name that a program looked up on its device, and what it was answered. */
export interface Question {
  readonly device: Device;
  readonly process: Process;
  readonly at: Micros;
  readonly host: string;
  readonly answers: readonly string[];
}

/** A file that a program wrote. */
export interface WrittenFile {
  readonly device: Device;
  readonly process: Process;
  readonly at: Micros;
  readonly path: string;
  readonly size: number;
}

/** Takes down the story as it happens. Who has no use for questions or files leaves them out. */
export interface Recorder {
  flow(flow: Flow): void;
  started(device: Device, process: Process): void;
  asked?(question: Question): void;
  wrote?(file: WrittenFile): void;
}
