import { columns, type Table } from './column.ts';
import { initiatingProcess, logAnalyticsColumns, remoteSession, reporting } from './defender.ts';

export const deviceProcessEvents: Table = {
  name: 'DeviceProcessEvents',
  stored: [
    ...columns('datetime', 'Timestamp'),
    ...columns('string', 'DeviceId DeviceName ActionType FileName FolderPath SHA1 SHA256 MD5'),
    ...columns('long', 'FileSize'),
    ...columns(
      'string',
      `ProcessVersionInfoCompanyName ProcessVersionInfoProductName ProcessVersionInfoProductVersion
       ProcessVersionInfoInternalFileName ProcessVersionInfoOriginalFileName ProcessVersionInfoFileDescription`,
    ),
    ...columns('long', 'ProcessId'),
    ...columns('string', 'ProcessCommandLine ProcessIntegrityLevel ProcessTokenElevation'),
    ...columns('datetime', 'ProcessCreationTime'),
    ...columns('string', 'AccountDomain AccountName AccountSid AccountUpn AccountObjectId'),
    ...columns('long', 'LogonId InitiatingProcessLogonId'),
    ...initiatingProcess,
    ...columns('string', 'InitiatingProcessSignerType InitiatingProcessSignatureStatus'),
    ...reporting,
    ...remoteSession,
    ...columns('long', 'CreatedProcessSessionId'),
    ...columns('bool', 'IsProcessRemoteSession'),
    ...columns(
      'string',
      `ProcessRemoteSessionDeviceName ProcessRemoteSessionIP InitiatingProcessUniqueId ProcessUniqueId MachineGroup
       Site EventId`,
    ),
    // The same start as other endpoint sensors told it, which completed the row: [EventId].
    ...columns('dynamic', 'OtherEndpointEventIds'),
  ],
  derived: logAnalyticsColumns('DeviceProcessEvents'),
};
