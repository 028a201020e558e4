import type { Random } from '../random.ts';
import { type DefenderRow, DefenderTable } from '../render/defender.ts';
import type { Flow, Process } from '../story.ts';
import { hour, isoTime, type Micros, second } from '../time.ts';
import type { Device } from '../world.ts';
import { inspected } from './inspected.ts';
import { initiating, started } from './processFields.ts';

/** Which endpoint event tells of a flow: the key by which Defender's rows are told apart. */
export interface EventKey {
  readonly deviceName: string;
  readonly timestamp: string;
  readonly reportId: number;
}

/** The event that stands for a flow: one of its own, with its ports, or an earlier one of which it was a repeat. */
export interface Sighting {
  readonly event: EventKey;
  readonly own: boolean;
}

/** Within this time the sensor mostly drops what repeats. */
const memory = hour;

/** The endpoint sensors of all devices: they know the process, and nothing of bytes. */
export class EndpointSensor {
  readonly #random: Random;
  readonly #network: DefenderTable;
  readonly #process: DefenderTable;
  readonly #firstDay: Micros;
  readonly #reports = new Map<string, number>();
  readonly #recent = new Map<string, { readonly at: Micros; readonly key: EventKey }>();

  constructor(folder: string, firstDay: Micros, days: number, random: Random) {
    this.#random = random;
    this.#firstDay = firstDay;
    this.#network = new DefenderTable('DeviceNetworkEvents', folder, firstDay, days);
    this.#process = new DefenderTable('DeviceProcessEvents', folder, firstDay, days);
  }

  /** Records a flow, or drops it as a repeat; gives the event that stands for it, or null where none does. */
  observe(flow: Flow): Sighting | null {
    if (!flow.device.sensor) return null;
    if (this.#random.chance(0.04)) this.#inspect(flow);
    if (flow.process === null || this.#random.chance(unseen(flow))) return null;
    const repeat = `${flow.device.id} ${flow.process.id} ${flow.process.created} ${flow.remoteAddress} ${flow.remotePort} ${flow.outcome}`;
    const last = this.#recent.get(repeat);
    if (last && flow.start - last.at < memory && this.#random.chance(0.94)) return { event: last.key, own: false };
    const event = this.#record(flow, flow.process);
    this.#recent.set(repeat, { at: flow.start, key: event });
    return { event, own: true };
  }

  /** Records that a process began. */
  began(device: Device, process: Process): void {
    if (!device.sensor || process.created < this.#firstDay) return;
    // Of programs that start in the same way every day it reports only part.
    if (process.commandLine === process.program.commandLine && this.#random.chance(0.5)) return;
    const at = process.created + this.#random.int(1_000, 90_000);
    this.#process.add(this.#arrival(at), {
      ...this.#identity(device, at, 'ProcessCreated'),
      ...started(process, processTime(device, process.created), processTime(device, process.parentCreated)),
      ReportId: this.#report(device),
      AdditionalFields: {},
    });
  }

  async flush(before: Micros): Promise<void> {
    for (const [repeat, { at }] of this.#recent) if (at < before - memory) this.#recent.delete(repeat);
    for (const table of [this.#network, this.#process]) await table.file.flush(before);
  }

  async close(): Promise<void> {
    for (const table of [this.#network, this.#process]) await table.file.close();
  }

  #record(flow: Flow, process: Process): EventKey {
    const at = flow.start + this.#random.int(20_000, 900_000);
    const identity = this.#identity(flow.device, at, action(flow));
    const reportId = this.#report(flow.device);
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
    this.#network.add(this.#arrival(at), row);
    if (this.#random.chance(0.008)) this.#network.add(this.#arrival(at), row);
    if (this.#random.chance(0.008)) this.#found(flow, process, at);
    return { deviceName: flow.device.name, timestamp: identity.Timestamp, reportId };
  }

  /** The same connection, met again as one that was already there: mapped addresses, little else. */
  #found(flow: Flow, process: Process, at: Micros): void {
    if (flow.remoteAddress.includes(':')) return;
    const later = at + this.#random.int(1, 20) * second;
    this.#network.add(this.#arrival(later), {
      ...this.#identity(flow.device, later, 'ConnectionFound'),
      ...addresses(flow),
      RemoteIP: `::ffff:${flow.remoteAddress}`,
      LocalIP: `::ffff:${flow.localAddress}`,
      LocalIPType: null,
      RemoteIPType: null,
      InitiatingProcessFileName: process.program.file,
      InitiatingProcessFolderPath: `${process.program.folder.replace('{user}', process.account.name)}\\${process.program.file}`,
      ReportId: this.#report(flow.device),
    });
  }

  #inspect(flow: Flow): void {
    const look = inspected(flow, this.#random);
    if (look === null) return;
    const at = flow.start + this.#random.int(50_000, 1_200_000);
    this.#network.add(this.#arrival(at), {
      ...this.#identity(flow.device, at, look.action),
      ...addresses(flow),
      // Inspected rows call everything Tcp.
      Protocol: 'Tcp',
      LocalIPType: null,
      RemoteIPType: null,
      ReportId: this.#report(flow.device),
      AdditionalFields: look.fields,
    });
  }

  #identity(device: Device, at: Micros, ActionType: string) {
    return { Timestamp: this.#local(device, at), DeviceId: device.id, DeviceName: device.name, ActionType };
  }

  /** A moment by the device's own clock, always marked as UTC. */
  #local(device: Device, at: Micros): string {
    const digits = this.#random.pick([7, 7, 7, 7, 7, 7, 7, 7, 7, 6, 6, 3]);
    return isoTime(at + device.clock, this.#random.chance(0.015) ? 0 : digits, this.#random.int(1, 9));
  }

  #arrival(at: Micros): Micros {
    return at + this.#random.int(122, 402) * second;
  }

  #report(device: Device): number {
    const next = (this.#reports.get(device.id) ?? this.#random.int(1_000, 90_000)) + this.#random.int(1, 9);
    this.#reports.set(device.id, next > 120_000 ? 1 : next);
    return next;
  }

  #url(flow: Flow): string | null {
    if (flow.host === null || flow.inbound || !this.#random.chance(0.3)) return null;
    const scheme = flow.application === 'http' ? 'http' : 'https';
    return this.#random.pick([flow.host, flow.host, `${scheme}://${flow.host}`, `${scheme}://${flow.host}/`]);
  }
}

/** When a process began, by the device's clock: the same in every row, for it tells processes with one id apart. */
function processTime(device: Device, at: Micros): string {
  return isoTime(at + device.clock, 7, (at % 9) + 1);
}

/** Programs with so many connections that the sensor reports only part of them. */
const browsers = new Set([
  'chrome.exe',
  'msedge.exe',
  'firefox.exe',
  'com.apple.WebKit.Networking',
  'Google Chrome Helper',
]);

/** How often the sensor tells nothing of a flow. */
function unseen(flow: Flow): number {
  if (flow.application === 'ntp' || flow.application === 'dns') return 1;
  if (browsers.has(flow.process?.program.file ?? '')) return 0.35;
  return flow.protocol === 'udp' ? 0.35 : 0.05;
}

function action(flow: Flow): string {
  if (flow.inbound) return 'InboundConnectionAccepted';
  if (flow.device.system !== 'windows') return 'ConnectionRequest';
  return flow.outcome === 'accepted' || flow.outcome === 'cut' ? 'ConnectionSuccess' : 'ConnectionFailed';
}

function addresses(flow: Flow): DefenderRow {
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
