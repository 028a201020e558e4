import type { Random } from '../random.ts';
import type { DefenderRow } from '../render/defender.ts';
import type { Device, Flow, Process, WrittenFile } from '../story.ts';
import { isoTime, type Micros, second } from '../time.ts';
import { initiating, started } from './defenderProcess.ts';

/** Which endpoint event tells of a flow: the key by which Defender's rows are told apart. */
export interface EventKey {
  readonly deviceName: string;
  readonly timestamp: string;
  readonly reportId: number;
}

/** An event, and when it happened and reached the service. */
export interface Event {
  readonly key: EventKey;
  readonly at: Micros;
  readonly arrived: Micros;
  readonly row: DefenderRow;
}

/** What Defender's sensors on all devices write when they write at all: they know the process, and nothing of bytes. */
export class DefenderSensor {
  readonly #random: Random;
  /** How often an event names the host that was asked for. */
  readonly #named: number;
  readonly #reports = new Map<string, number>();

  constructor(random: Random, named: number) {
    this.#random = random;
    this.#named = named;
  }

  /** A connection of a process. */
  connection(flow: Flow, process: Process): Event {
    const at = flow.start + this.#random.int(20_000, 900_000);
    const identity = this.identity(flow.device, at, action(flow));
    const reportId = this.report(flow.device);
    const row: DefenderRow = {
      ...identity,
      ...addresses(flow),
      RemoteUrl: this.#url(flow),
      ...initiating(
        process,
        processTime(flow.device, process.created),
        processTime(flow.device, process.parentCreated),
        this.#random,
      ),
      ReportId: reportId,
      AdditionalFields: flow.device.system === 'macos' ? posix(flow.device) : {},
      InitiatingProcessSessionId: process.account.name === 'system' ? 0 : 1,
      IsInitiatingProcessRemoteSession: false,
    };
    return this.#event(flow.device, at, row);
  }

  /** A process that began. */
  began(device: Device, process: Process): Event {
    const at = process.created + this.#random.int(1_000, 90_000);
    const arrived = this.arrival(at);
    const row: DefenderRow = {
      ...this.identity(device, at, 'ProcessCreated'),
      ...started(process, processTime(device, process.created), processTime(device, process.parentCreated)),
      ReportId: this.report(device),
      AdditionalFields: {},
    };
    return { key: keyOf(device, row), at, arrived, row };
  }

  /** A file that was written. */
  wrote({ device, process, at, path, size }: WrittenFile): Event {
    return this.#event(device, at, {
      ...this.identity(device, at, 'FileCreated'),
      FileName: path.split(/[\\/]/).at(-1) ?? path,
      FolderPath: path,
      SHA1: this.#random.hex(40),
      SHA256: this.#random.hex(64),
      MD5: this.#random.hex(32),
      FileSize: size,
      ...initiating(
        process,
        processTime(device, process.created),
        processTime(device, process.parentCreated),
        this.#random,
      ),
      ReportId: this.report(device),
      AdditionalFields: { FileType: 'Unknown' },
    });
  }

  /** The columns that every event begins with; its time is the device's own. */
  identity(device: Device, at: Micros, ActionType: string) {
    return { Timestamp: this.#local(device, at), DeviceId: device.id, DeviceName: device.name, ActionType };
  }

  /** When an event of a moment reaches the service. */
  arrival(at: Micros): Micros {
    return at + this.#random.int(122, 402) * second;
  }

  /** The next number of a device's reports. */
  report(device: Device): number {
    const next = (this.#reports.get(device.id) ?? this.#random.int(1_000, 90_000)) + this.#random.int(1, 9);
    this.#reports.set(device.id, next > 120_000 ? 1 : next);
    return next;
  }

  #event(device: Device, at: Micros, row: DefenderRow): Event {
    return { key: keyOf(device, row), at, arrived: this.arrival(at), row };
  }

  /** A moment by the device's own clock, always marked as UTC. */
  #local(device: Device, at: Micros): string {
    const digits = this.#random.pick([7, 7, 7, 7, 7, 7, 7, 7, 7, 6, 6, 3]);
    return isoTime(at + device.clock, this.#random.chance(0.015) ? 0 : digits, this.#random.int(1, 9));
  }

  #url(flow: Flow): string | null {
    if (flow.host === null || flow.inbound || !this.#random.chance(this.#named)) return null;
    const scheme = flow.application === 'http' ? 'http' : 'https';
    return this.#random.pick([flow.host, flow.host, `${scheme}://${flow.host}`, `${scheme}://${flow.host}/`]);
  }
}

function keyOf(device: Device, row: DefenderRow): EventKey {
  return { deviceName: device.name, timestamp: String(row.Timestamp), reportId: Number(row.ReportId) };
}

/** When a process began, by the device's clock: the same in every row, for it tells processes with one id apart. */
function processTime(device: Device, at: Micros): string {
  return isoTime(at + device.clock, 7, (at % 9) + 1);
}

function action(flow: Flow): string {
  if (flow.inbound) return 'InboundConnectionAccepted';
  if (flow.device.system !== 'windows') return 'ConnectionRequest';
  return flow.outcome === 'accepted' || flow.outcome === 'cut' ? 'ConnectionSuccess' : 'ConnectionFailed';
}

/** The columns of a connection's two ends. */
export function addresses(flow: Flow): DefenderRow {
  const mapped = flow.inbound ? '::ffff:' : '';
  return {
    RemoteIP: mapped + flow.remoteAddress,
    RemotePort: flow.remotePort,
    LocalIP: mapped + flow.localAddress,
    LocalPort: flow.localPort,
    Protocol: flow.protocol === 'tcp' ? 'Tcp' : 'Udp',
    LocalIPType: flow.inbound ? 'FourToSixMapping' : flow.localAddress.includes(':') ? 'Public' : 'Private',
    RemoteIPType: flow.inbound ? 'FourToSixMapping' : flow.remoteAddress.startsWith('10.') ? 'Private' : 'Public',
  };
}

function posix(device: Device) {
  return {
    InitiatingProcessPosixEffectiveUser: {
      Name: device.account.name,
      DomainName: device.account.domain,
      PosixUserId: 501,
    },
    InitiatingProcessCurrentWorkingDirectory: '/',
  };
}
