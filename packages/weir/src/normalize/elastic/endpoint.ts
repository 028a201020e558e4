import { deviceFileEvents, deviceProcessEvents, endpointConnections } from '../../tables/index.ts';
import type { Output } from '../mapping.ts';
import { fileName } from '../sql/path.ts';

/** Which side of a connection is the device itself: the one whose address the host has; else source and destination are
 *  sender and receiver of this event, so that of an answer (`http_response`) the source is the one that was asked. */
const inbound = `(direction IN ('ingress', 'inbound') OR action = 'connection_accepted')`;
const holds = (address: string): string => `list_contains(host_ips, ${address})`;

/** Facts of Elastic Defend's events. */
export const endpointFacts = {
  inward: inbound,
  swapped: `CASE WHEN ${holds('source_ip')} <> ${holds('destination_ip')} THEN ${holds('destination_ip')}
    ELSE ${inbound} <> (action = 'http_response') END`,
};

const ours = (of: string): string => `CASE WHEN swapped THEN destination_${of} ELSE source_${of} END`;
const theirs = (of: string): string => `CASE WHEN swapped THEN source_${of} ELSE destination_${of} END`;

/** What an event says when a connection begins is not yet a count; on one that failed nothing was accepted. */
const begins = `action IN ('connection_attempted', 'connection_accepted', 'reconnection_attempted')`;
const counted = (bytes: string): string =>
  `CASE WHEN outcome = 'failure' THEN NULL WHEN ${begins} THEN nullif(${bytes}, 0) ELSE ${bytes} END`;
const anyCounted = `coalesce(${counted('source_bytes')}, ${counted('destination_bytes')}) IS NOT NULL`;

/** No more than the event claims: an attempt is none, an end is a success where the other side had answered. */
const actionType = `CASE
  WHEN outcome = 'failure' THEN CASE WHEN inward THEN 'InboundConnectionAttempt' ELSE 'ConnectionFailed' END
  WHEN action = 'connection_accepted' THEN 'InboundConnectionAccepted'
  WHEN action IN ('http_request', 'http_response') OR ((${theirs('bytes')}) > 0 AND (${ours('bytes')}) > 0)
    THEN CASE WHEN inward THEN 'InboundConnectionAccepted' ELSE 'ConnectionSuccess' END
  ELSE CASE WHEN inward THEN 'InboundConnectionAttempt' ELSE 'ConnectionRequest' END END`;

const device = { DeviceId: 'host_id', DeviceName: 'host_name' };
const process = {
  InitiatingProcessFileName: 'process_name',
  InitiatingProcessFolderPath: 'process_executable',
  InitiatingProcessId: 'process_pid',
  InitiatingProcessCommandLine: 'process_command',
  InitiatingProcessCreationTime: 'process_start',
  InitiatingProcessSHA1: 'sha1',
  InitiatingProcessSHA256: 'sha256',
  InitiatingProcessMD5: 'md5',
  InitiatingProcessVersionInfoOriginalFileName: 'original_name',
  InitiatingProcessParentFileName: 'parent_name',
  InitiatingProcessParentId: 'parent_pid',
  InitiatingProcessAccountDomain: 'user_domain',
  InitiatingProcessAccountName: 'user_name',
  InitiatingProcessAccountSid: `CASE WHEN starts_with(user_id, 'S-1-') THEN user_id END`,
  InitiatingProcessUniqueId: 'process_entity',
};

/** One id for all events of a connection, so that fusion keeps one of them: the last that counted. They have no id of
 *  their own in common, and a process may use the same ports again on another day. */
const connectionId = `'elastic:' || md5(concat_ws('|', lower(host_id), lower(host_name), process_entity, process_pid, transport,
  ${ours('ip')}, ${ours('port')}, ${theirs('ip')}, ${theirs('port')}, coalesce("start", ticks // 864000000000)))`;

export const eventId = `'elastic:' || CASE WHEN event_key <> '' THEN md5(concat_ws('|', lower(host_id), event_key)) ELSE
  md5(concat_ws('|', lower(host_id), lower(host_name), ticks, action, process_entity, process_pid, file_path, query_name,
    source_port, array_to_string(answers, ','))) END`;

export const endpointOutputs: readonly Output[] = [
  {
    table: endpointConnections,
    where: `kind = 'connection'`,
    columns: {
      Timestamp: 'ticks',
      ...device,
      ActionType: actionType,
      LocalIP: ours('ip'),
      LocalPort: ours('port'),
      RemoteIP: theirs('ip'),
      RemotePort: theirs('port'),
      // Of what came in, the name that was asked for is the device's own.
      RemoteUrl: `CASE WHEN inward THEN '' WHEN url <> '' THEN url WHEN NOT swapped THEN destination_domain END`,
      Protocol: `upper(left(transport, 1)) || substr(transport, 2)`,
      ...process,
      AccountName: 'user_name',
      BytesSent: counted(ours('bytes')),
      BytesReceived: counted(theirs('bytes')),
      BytesSource: `CASE WHEN ${anyCounted} THEN 'endpoint' END`,
      FlowStart: `coalesce("start", CASE WHEN ${begins} THEN ticks END)`,
      FlowEnd: `CASE WHEN ${anyCounted} THEN coalesce(finish, ticks) END`,
      EventId: connectionId,
    },
  },
  {
    table: deviceProcessEvents,
    where: `kind = 'process'`,
    columns: {
      Timestamp: 'ticks',
      ...device,
      ActionType: `'ProcessCreated'`,
      FileName: 'process_name',
      FolderPath: 'process_executable',
      SHA1: 'sha1',
      SHA256: 'sha256',
      MD5: 'md5',
      ProcessVersionInfoCompanyName: 'company',
      ProcessVersionInfoProductName: 'product',
      ProcessVersionInfoOriginalFileName: 'original_name',
      ProcessVersionInfoFileDescription: 'description',
      ProcessId: 'process_pid',
      ProcessCommandLine: 'process_command',
      ProcessIntegrityLevel: 'integrity',
      ProcessCreationTime: 'coalesce(process_start, ticks)',
      AccountDomain: 'user_domain',
      AccountName: 'user_name',
      AccountSid: process.InitiatingProcessAccountSid,
      ProcessUniqueId: 'process_entity',
      InitiatingProcessFileName: 'parent_name',
      InitiatingProcessFolderPath: 'parent_executable',
      InitiatingProcessId: 'parent_pid',
      InitiatingProcessCommandLine: 'parent_command',
      InitiatingProcessCreationTime: 'parent_start',
      InitiatingProcessUniqueId: 'parent_entity',
      EventId: eventId,
    },
  },
  {
    table: deviceFileEvents,
    where: `kind = 'file'`,
    columns: {
      Timestamp: 'ticks',
      ...device,
      ActionType: `CASE action WHEN 'creation' THEN 'FileCreated' WHEN 'rename' THEN 'FileRenamed'
        WHEN 'deletion' THEN 'FileDeleted' ELSE 'FileModified' END`,
      FileName: `CASE WHEN file_name <> '' THEN file_name ELSE ${fileName('file_path')} END`,
      FolderPath: 'file_path',
      FileSize: 'file_size',
      FileOriginUrl: 'file_origin',
      PreviousFolderPath: 'file_before',
      PreviousFileName: 'file_name_before',
      SHA1: 'file_sha1',
      SHA256: 'file_sha256',
      MD5: 'file_md5',
      ...process,
      EventId: eventId,
    },
  },
];
