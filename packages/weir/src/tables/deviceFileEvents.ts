import { columns, type Table } from './column.ts';
import { initiatingProcess, logAnalyticsColumns, remoteSession, reporting } from './defender.ts';

export const deviceFileEvents: Table = {
  name: 'DeviceFileEvents',
  stored: [
    ...columns('datetime', 'Timestamp'),
    ...columns('string', 'DeviceId DeviceName ActionType FileName FolderPath SHA1 SHA256 MD5'),
    ...columns('string', `FileOriginUrl FileOriginReferrerUrl FileOriginIP PreviousFolderPath PreviousFileName`),
    ...columns('long', 'FileSize'),
    ...initiatingProcess,
    ...columns('string', 'RequestProtocol RequestSourceIP'),
    ...columns('int', 'RequestSourcePort'),
    ...columns('string', 'RequestAccountName RequestAccountDomain RequestAccountSid ShareName'),
    ...columns('string', 'SensitivityLabel SensitivitySubLabel'),
    ...columns('bool', 'IsAzureInfoProtectionApplied'),
    ...reporting,
    ...remoteSession,
    ...columns('string', 'InitiatingProcessUniqueId MachineGroup Site EventId'),
    // The same event as other endpoint sensors told it, which completed the row: [EventId].
    ...columns('dynamic', 'OtherEndpointEventIds'),
  ],
  derived: logAnalyticsColumns('DeviceFileEvents'),
};
