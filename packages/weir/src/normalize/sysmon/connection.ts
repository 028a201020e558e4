import { initiatingProcess } from './process.ts';

/** Of TCP, Sysmon logs only what was established, never an attempt; UDP has nothing to be established, so that the
 *  row claims no success: what came of it a sensor has to say. Where Initiated contradicts the sides, nobody can tell who
 *  opened it. */
const action = `CASE WHEN from_here <> opened_here THEN 'ConnectionFound'
  WHEN lower("Protocol") = 'udp' THEN CASE WHEN opened_here THEN 'ConnectionRequest' ELSE 'InboundConnectionAttempt' END
  ELSE CASE WHEN opened_here THEN 'ConnectionSuccess' ELSE 'InboundConnectionAccepted' END END`;

const unspecified = `('0.0.0.0', '::')`;

/** Sysmon's event 3. DestinationHostname is a guess by reverse lookup, never the name that was asked for. */
export const connectionColumns: Record<string, string> = {
  Timestamp: 'ticks',
  DeviceName: 'device',
  ActionType: action,
  LocalIP: `CASE WHEN local NOT IN ${unspecified} THEN local END`,
  LocalPort: 'local_port',
  RemoteIP: 'remote',
  RemotePort: 'remote_port',
  Protocol: `upper(left("Protocol", 1)) || lower(substr("Protocol", 2))`,
  ...initiatingProcess,
  AccountName: initiatingProcess.InitiatingProcessAccountName,
  EventId: 'id',
};
