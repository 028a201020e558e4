import type { Program } from './programs.ts';
import type { Micros } from './time.ts';
import type { Account, Device } from './world.ts';

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
  /** The planted intrusion that it belongs to; sensors never see this. */
  readonly incident: string | null;
}

/** Takes down the story as it happens. */
export interface Recorder {
  flow(flow: Flow): void;
  started(device: Device, process: Process): void;
}
