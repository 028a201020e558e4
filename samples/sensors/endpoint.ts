import type { Random } from '../../packages/weir/src/simulate/random.ts';
import { addresses, DefenderSensor, type EventKey } from '../../packages/weir/src/simulate/sensors/defender.ts';
import type { Device, Flow, Process } from '../../packages/weir/src/simulate/story.ts';
import { hour, type Micros, second } from '../../packages/weir/src/simulate/time.ts';
import { DefenderFile } from '../render/defenderFile.ts';
import type { Shelf } from '../render/orderedFile.ts';
import { inspected } from './inspected.ts';

/** The event that stands for a flow: one of its own, with its ports, or an earlier one of which it was a repeat. */
export interface Sighting {
  readonly event: EventKey;
  readonly own: boolean;
}

/** Within this time the sensor mostly drops what repeats. */
const memory = hour;

/** The endpoint sensors of all devices as they are in life: much is dropped, some is told twice. */
export class EndpointSensor {
  readonly #random: Random;
  readonly #sensor: DefenderSensor;
  readonly #network: DefenderFile;
  readonly #process: DefenderFile;
  readonly #firstDay: Micros;
  readonly #recent = new Map<string, { readonly at: Micros; readonly key: EventKey }>();

  constructor(shelf: Shelf, random: Random) {
    this.#random = random;
    this.#sensor = new DefenderSensor(random, 0.3);
    this.#firstDay = shelf.firstDay;
    this.#network = new DefenderFile('DeviceNetworkEvents', shelf);
    this.#process = new DefenderFile('DeviceProcessEvents', shelf);
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
    const { arrived, row } = this.#sensor.began(device, process);
    this.#process.add(arrived, row);
  }

  async flush(before: Micros): Promise<void> {
    for (const [repeat, { at }] of this.#recent) if (at < before - memory) this.#recent.delete(repeat);
    for (const table of [this.#network, this.#process]) await table.file.flush(before);
  }

  async close(): Promise<void> {
    for (const table of [this.#network, this.#process]) await table.file.close();
  }

  #record(flow: Flow, process: Process): EventKey {
    const { key, at, arrived, row } = this.#sensor.connection(flow, process);
    this.#network.add(arrived, row);
    if (this.#random.chance(0.008)) this.#network.add(this.#sensor.arrival(at), row);
    if (this.#random.chance(0.008)) this.#found(flow, process, at);
    return key;
  }

  /** The same connection, met again as one that was already there: mapped addresses, little else. */
  #found(flow: Flow, process: Process, at: Micros): void {
    if (flow.remoteAddress.includes(':')) return;
    const later = at + this.#random.int(1, 20) * second;
    this.#network.add(this.#sensor.arrival(later), {
      ...this.#sensor.identity(flow.device, later, 'ConnectionFound'),
      ...addresses(flow),
      RemoteIP: `::ffff:${flow.remoteAddress}`,
      LocalIP: `::ffff:${flow.localAddress}`,
      LocalIPType: null,
      RemoteIPType: null,
      InitiatingProcessFileName: process.program.file,
      InitiatingProcessFolderPath: `${process.program.folder.replace('{user}', process.account.name)}\\${process.program.file}`,
      ReportId: this.#sensor.report(flow.device),
    });
  }

  #inspect(flow: Flow): void {
    const look = inspected(flow, this.#random);
    if (look === null) return;
    const at = flow.start + this.#random.int(50_000, 1_200_000);
    this.#network.add(this.#sensor.arrival(at), {
      ...this.#sensor.identity(flow.device, at, look.action),
      ...addresses(flow),
      // Inspected rows call everything Tcp.
      Protocol: 'Tcp',
      LocalIPType: null,
      RemoteIPType: null,
      ReportId: this.#sensor.report(flow.device),
      AdditionalFields: look.fields,
    });
  }
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
