import type { Flow } from '../packages/weir/src/simulate/story.ts';
import { isoTime } from '../packages/weir/src/simulate/time.ts';
import type { Intrusion } from './intrusions/intrusion.ts';
import type { Sighting } from './sensors/endpoint.ts';

/** What was planted, summed over its connections as they truly were. */
export interface Incident {
  readonly name: string;
  readonly technique: string;
  readonly device: string;
  account: string | null;
  process: string | null;
  readonly service: string;
  hosts: string;
  firstSeen: string;
  lastSeen: string;
  bytesSent: number;
  bytesReceived: number;
  connections: number;
  endpointEvents: number;
}

export interface Truth {
  readonly seed: string;
  readonly days: number;
  readonly devices: number;
  flows: number;
  /** Flows that the network sensor saw. */
  seenByNetwork: number;
  /** Flows that an endpoint event stands for, and how many such events there are. */
  ownedByEndpoint: number;
  endpointEvents: number;
  /** Flows that both saw: the pairs that fusion can find. */
  pairs: number;
  /** Those of them whose event carries the flow's own ports. */
  ownPairs: number;
  readonly incidents: Incident[];
}

/** Adds up the truth while the story is told. */
export class TruthKeeper {
  readonly truth: Truth;
  readonly #byName = new Map<string, { incident: Incident; hosts: Set<string> }>();

  constructor(seed: string, days: number, devices: number) {
    this.truth = {
      seed,
      days,
      devices,
      flows: 0,
      seenByNetwork: 0,
      ownedByEndpoint: 0,
      endpointEvents: 0,
      pairs: 0,
      ownPairs: 0,
      incidents: [],
    };
  }

  expect(intrusion: Intrusion, deviceName: string): void {
    const incident: Incident = {
      name: intrusion.name,
      technique: intrusion.technique,
      device: deviceName,
      account: null,
      process: null,
      service: intrusion.service,
      hosts: '',
      firstSeen: '',
      lastSeen: '',
      bytesSent: 0,
      bytesReceived: 0,
      connections: 0,
      endpointEvents: 0,
    };
    this.truth.incidents.push(incident);
    this.#byName.set(intrusion.name, { incident, hosts: new Set() });
  }

  record(flow: Flow, uid: string | null, sighting: Sighting | null): void {
    const { truth } = this;
    truth.flows++;
    if (uid !== null) truth.seenByNetwork++;
    const event = sighting?.event ?? null;
    if (event !== null) truth.ownedByEndpoint++;
    if (uid !== null && sighting !== null) truth.pairs++;
    if (uid !== null && sighting?.own) truth.ownPairs++;
    if (sighting?.own) truth.endpointEvents++;
    const planted = flow.incident === null ? undefined : this.#byName.get(flow.incident);
    if (planted) addTo(planted.incident, planted.hosts, flow, sighting);
  }
}

function addTo(incident: Incident, hosts: Set<string>, flow: Flow, sighting: Sighting | null): void {
  const end = isoTime(flow.start + flow.duration, 6, 0);
  const start = isoTime(flow.start, 6, 0);
  if (incident.firstSeen === '' || start < incident.firstSeen) incident.firstSeen = start;
  if (end > incident.lastSeen) incident.lastSeen = end;
  incident.account = flow.process?.account.name ?? null;
  incident.process = flow.process?.program.file ?? null;
  if (flow.host !== null) hosts.add(flow.host);
  incident.hosts = [...hosts].sort().join(' ');
  incident.bytesSent += flow.sent;
  incident.bytesReceived += flow.received;
  incident.connections++;
  if (sighting?.own) incident.endpointEvents++;
}
