import { endpointConnections } from '../../tables/index.ts';
import type { Others } from './mapping.ts';

/** What a record says of the program that used the connection, as SQL of texts, null where unknown. */
export interface GivenProcess {
  /** SQL of a truth, over the stage: the record is of the endpoint itself. */
  readonly where: string;
  readonly device: string;
  readonly device_id?: string;
  /** Name or path. */
  readonly program: string;
  readonly path?: string;
  readonly command?: string;
  readonly pid?: string;
  /** Ticks. */
  readonly created?: string;
  readonly unique_id?: string;
  readonly parent?: string;
  readonly parent_pid?: string;
  readonly sha256?: string;
  readonly domain?: string;
}

/** Records that an endpoint wrote of its own connections: to `EndpointConnections`, with the bytes that it counted. */
export function endpointOutput(given: GivenProcess): Others {
  const none = 'NULL::VARCHAR';
  return {
    stage: {
      of_endpoint: `coalesce(${given.where}, false)`,
      device: `coalesce(${given.device}, '')`,
      device_id: `coalesce(${given.device_id ?? none}, '')`,
      program: `regexp_extract(${given.program}, '[^\\\\/]+$')`,
      program_path: `coalesce(${given.path ?? none}, CASE WHEN regexp_matches(${given.program}, '[\\\\/]') THEN ${given.program} END, '')`,
      program_command: `coalesce(${given.command ?? none}, '')`,
      program_id: `TRY_CAST(${given.pid ?? none} AS BIGINT)`,
      program_created: given.created ?? 'NULL::BIGINT',
      program_unique: `coalesce(${given.unique_id ?? none}, '')`,
      parent: `coalesce(regexp_extract(${given.parent ?? none}, '[^\\\\/]+$'), '')`,
      parent_id: `TRY_CAST(${given.parent_pid ?? none} AS BIGINT)`,
      program_sha256: `coalesce(${given.sha256 ?? none}, '')`,
      account_domain: `coalesce(${given.domain ?? none}, regexp_extract(given_account, '^(.*?)\\\\+[^\\\\]*$', 1), '')`,
    },
    where: 'of_endpoint',
    outputs: [{ table: endpointConnections, where: 'of_endpoint', columns: endpointColumns }],
  };
}

const inward = `directed = 'in'`;
const ours = (local: string, remote: string): string => `CASE WHEN ${inward} THEN ${remote} ELSE ${local} END`;
const anyBytes = `(outcome <> 'failed' AND coalesce(sent, answered) IS NOT NULL)`;
const carried = (bytes: string): string => `CASE WHEN outcome <> 'failed' THEN ${bytes} END`;
const stood = `(outcome = 'established' OR (sent > 0 AND answered > 0))`;

const endpointColumns: Record<string, string> = {
  Timestamp: 'starts',
  DeviceId: 'device_id',
  DeviceName: 'device',
  // No more than the record claims.
  ActionType: `CASE WHEN outcome = 'failed' THEN CASE WHEN ${inward} THEN 'InboundConnectionAttempt' ELSE 'ConnectionFailed' END
    WHEN ${stood} THEN CASE WHEN ${inward} THEN 'InboundConnectionAccepted' ELSE 'ConnectionSuccess' END
    WHEN ${inward} THEN 'InboundConnectionAttempt' ELSE 'ConnectionRequest' END`,
  LocalIP: ours('source', 'destination'),
  LocalPort: ours('source_port', 'destination_port'),
  RemoteIP: ours('destination', 'source'),
  RemotePort: ours('destination_port', 'source_port'),
  Protocol: `upper(left(protocol, 1)) || substr(protocol, 2)`,
  RemoteHost: `CASE WHEN NOT ${inward} THEN host END`,
  RemoteHostSource: `CASE WHEN NOT ${inward} AND host IS NOT NULL THEN 'endpoint' END`,
  InitiatingProcessFileName: 'program',
  InitiatingProcessFolderPath: 'program_path',
  InitiatingProcessCommandLine: 'program_command',
  InitiatingProcessId: 'program_id',
  InitiatingProcessCreationTime: 'program_created',
  InitiatingProcessUniqueId: 'program_unique',
  InitiatingProcessSHA256: 'program_sha256',
  InitiatingProcessParentFileName: 'parent',
  InitiatingProcessParentId: 'parent_id',
  InitiatingProcessAccountName: 'account',
  InitiatingProcessAccountDomain: 'account_domain',
  AccountName: 'account',
  BytesSent: carried(ours('sent', 'answered')),
  BytesReceived: carried(ours('answered', 'sent')),
  BytesSource: `CASE WHEN ${anyBytes} THEN 'endpoint' END`,
  FlowStart: `CASE WHEN ${anyBytes} THEN starts END`,
  FlowEnd: `CASE WHEN ${anyBytes} AND ends >= starts THEN ends END`,
  EventId: `vendor || ':' || identity`,
};
