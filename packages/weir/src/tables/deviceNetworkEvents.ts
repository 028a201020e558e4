import { columns, type Table } from './column.ts';
import { initiatingProcess, logAnalyticsColumns, remoteSession, reporting } from './defender.ts';

const defender = [
  ...columns('datetime', 'Timestamp'),
  ...columns('string', 'DeviceId DeviceName ActionType RemoteIP'),
  ...columns('int', 'RemotePort'),
  ...columns('string', 'RemoteUrl LocalIP'),
  ...columns('int', 'LocalPort'),
  ...columns('string', 'Protocol LocalIPType RemoteIPType'),
  ...initiatingProcess,
  ...reporting,
  ...remoteSession,
  ...columns('string', 'InitiatingProcessUniqueId MachineGroup'),
];

/** What Weir adds. DESIGN's table of columns says what each means. */
const weir = [
  // The initiating process's account.
  ...columns('string', 'AccountName'),
  // Payload bytes that the local side sent and received; null is unknown.
  ...columns('long', 'BytesSent BytesReceived'),
  // By whom and what was counted (NetworkFlows.BytesSource); endpoint where it was the endpoint itself, bodies where only
  // what passed inside was seen; `a+b` where a counted what was sent and b what was received.
  ...columns('string', 'BytesSource'),
  // Of the flow that gave the bytes.
  ...columns('datetime', 'FlowStart FlowEnd'),
  // When the row's facts were complete: FlowEnd, else Timestamp.
  ...columns('datetime', 'EvidenceTime ArrivedAt'),
  // Bare lower-case host name from the best source, its registrable part, and which source that was.
  ...columns('string', 'RemoteHost RegistrableDomain RemoteHostSource'),
  // What a firewall or sensor calls the application, in lower case (mega-uploading), where that names a web service.
  ...columns('string', 'Application'),
  // The catalogue's entry for RemoteHost, else for Application, else, where no host is known, for RemoteIP.
  ...columns('string', 'Service ServiceCategory'),
  ...columns('dynamic', 'ServiceCategories'),
  ...columns('string', 'SubTechnique Site'),
  // The catalogue's entry for the initiating process: which program it is by its version resource, else by its name where
  // place and maker do not contradict; its kind; and what kind of folder it lies in (installed, system, data, user, odd,
  // other). Empty where unknown.
  ...columns('string', 'Program ProgramKind ProgramPlace'),
  // Whether the version resource names another program than the file does; whether this program is an expected client of
  // this service. Null where that is unknown, or there is no such service.
  ...columns('bool', 'ProgramRenamed ExpectedClient'),
  // endpoint, flow or fused; how sure, and by which rule.
  ...columns('string', 'Fusion'),
  ...columns('real', 'FusionConfidence'),
  ...columns('string', 'FusionRule'),
  // The canonical flow's id, else the endpoint's; EndpointEventId is the endpoint's own on a fused row.
  ...columns('string', 'EventId EndpointEventId'),
  // The same connection's events of other endpoint sensors, which completed the row: [EventId].
  ...columns('dynamic', 'OtherEndpointEventIds'),
  // The same connection as others counted it, and the row's own flow where its figure did not stand:
  // [{"id", "source", "sent", "received"}].
  ...columns('dynamic', 'OtherFlows'),
  ...columns('long', 'CommitSeq'),
];

export const deviceNetworkEvents: Table = {
  name: 'DeviceNetworkEvents',
  stored: [...defender, ...weir],
  derived: logAnalyticsColumns('DeviceNetworkEvents'),
};

/** Endpoint rows before fusion: the same columns, so that an unmatched row passes as it is. */
export const endpointConnections: Table = {
  name: 'EndpointConnections',
  stored: deviceNetworkEvents.stored,
  derived: [],
};
