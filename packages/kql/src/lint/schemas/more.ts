import type { Column } from '../../types.ts';
import { tableOf } from './table.ts';

// Tables of Defender whose pages were read as of 2024 (MicrosoftDocs/defender-docs, advanced-hunting-*-table.md) and have
// grown since: a name that is not here is doubted, not refused.

const initiatingProcess = {
  string: `
    InitiatingProcessSHA1 InitiatingProcessSHA256 InitiatingProcessMD5 InitiatingProcessFileName
    InitiatingProcessFolderPath InitiatingProcessCommandLine InitiatingProcessAccountDomain
    InitiatingProcessAccountName InitiatingProcessAccountSid InitiatingProcessAccountUpn
    InitiatingProcessAccountObjectId InitiatingProcessVersionInfoCompanyName
    InitiatingProcessVersionInfoProductName InitiatingProcessVersionInfoProductVersion
    InitiatingProcessVersionInfoInternalFileName InitiatingProcessVersionInfoOriginalFileName
    InitiatingProcessVersionInfoFileDescription InitiatingProcessParentFileName InitiatingProcessIntegrityLevel
    InitiatingProcessTokenElevation InitiatingProcessUniqueId InitiatingProcessRemoteSessionDeviceName
    InitiatingProcessRemoteSessionIP AppGuardContainerId MachineGroup DeviceId DeviceName ActionType`,
  long: `
    InitiatingProcessFileSize InitiatingProcessId InitiatingProcessParentId InitiatingProcessLogonId
    InitiatingProcessSessionId ReportId`,
  datetime: 'InitiatingProcessCreationTime InitiatingProcessParentCreationTime',
  bool: 'IsInitiatingProcessRemoteSession',
};
const device = tableOf(initiatingProcess);

const tables: Readonly<Record<string, readonly Column[]>> = {
  DeviceEvents: [
    ...device,
    ...tableOf({
      string: `
        FileName FolderPath SHA1 SHA256 MD5 AccountDomain AccountName AccountSid RemoteUrl RemoteDeviceName
        ProcessCommandLine ProcessTokenElevation ProcessUniqueId RegistryKey RegistryValueName RegistryValueData RemoteIP
        LocalIP FileOriginUrl FileOriginIP ProcessRemoteSessionDeviceName ProcessRemoteSessionIP`,
      long: 'FileSize ProcessId LogonId CreatedProcessSessionId',
      int: 'RemotePort LocalPort',
      datetime: 'ProcessCreationTime',
      bool: 'IsProcessRemoteSession',
    }),
  ],
  DeviceLogonEvents: [
    ...device,
    ...tableOf({
      string: `
        LogonType AccountDomain AccountName AccountSid Protocol FailureReason RemoteDeviceName RemoteIP RemoteIPType`,
      long: 'LogonId',
      int: 'RemotePort',
      bool: 'IsLocalAdmin',
    }),
  ],
  DeviceRegistryEvents: [
    ...device,
    ...tableOf({
      string: `
        RegistryKey RegistryValueType RegistryValueName RegistryValueData PreviousRegistryKey PreviousRegistryValueName
        PreviousRegistryValueData`,
    }),
  ],
  DeviceImageLoadEvents: [...device, ...tableOf({ string: 'FileName FolderPath SHA1 SHA256 MD5', long: 'FileSize' })],
  EmailEvents: tableOf({
    string: `
      NetworkMessageId InternetMessageId SenderMailFromAddress SenderFromAddress SenderDisplayName SenderObjectId
      SenderMailFromDomain SenderFromDomain SenderIPv4 SenderIPv6 RecipientEmailAddress RecipientObjectId Subject
      EmailDirection DeliveryAction DeliveryLocation ThreatTypes ThreatNames DetectionMethods ConfidenceLevel EmailAction
      EmailActionPolicy EmailActionPolicyGuid AuthenticationDetails EmailLanguage Connectors OrgLevelAction OrgLevelPolicy
      UserLevelAction UserLevelPolicy ReportId LatestDeliveryLocation LatestDeliveryAction`,
    long: 'EmailClusterId',
    int: 'BulkComplaintLevel AttachmentCount UrlCount',
  }),
};

/** Tables of which a newer page may list more. */
export const growing: ReadonlySet<string> = new Set(Object.keys(tables));

/** The same tables as the product has them: its time column, and Defender's text where Sentinel has a bag. */
export function growingTables(time: 'Timestamp' | 'TimeGenerated'): Readonly<Record<string, readonly Column[]>> {
  const added: readonly Column[] = [
    { name: time, type: 'datetime' },
    { name: 'AdditionalFields', type: time === 'Timestamp' ? 'string' : 'dynamic' },
  ];
  return Object.fromEntries(Object.entries(tables).map(([name, columns]) => [name, [...added, ...columns]]));
}
