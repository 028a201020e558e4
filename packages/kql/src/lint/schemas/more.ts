import type { Column } from '../../types.ts';
import { tableOf } from './table.ts';

// Tables of Defender whose pages were read as of 2024 (MicrosoftDocs/defender-docs, advanced-hunting-*-table.md, 2024-01
// to 2024-09; MicrosoftDocs/azure-reference-other, tables of the same names, 2024-02 to 2024-07) and have grown since: a
// name that is not here is doubted, not refused. A column stands here when one of a table's two pages lists it.

/** What the pages of all five tables of devices list. */
const device = tableOf({
  string: `
    InitiatingProcessSHA1 InitiatingProcessSHA256 InitiatingProcessMD5 InitiatingProcessFileName
    InitiatingProcessFolderPath InitiatingProcessCommandLine InitiatingProcessAccountDomain
    InitiatingProcessAccountName InitiatingProcessAccountSid InitiatingProcessAccountUpn
    InitiatingProcessAccountObjectId InitiatingProcessVersionInfoCompanyName
    InitiatingProcessVersionInfoProductName InitiatingProcessVersionInfoProductVersion
    InitiatingProcessVersionInfoInternalFileName InitiatingProcessVersionInfoOriginalFileName
    InitiatingProcessVersionInfoFileDescription InitiatingProcessParentFileName AppGuardContainerId MachineGroup
    DeviceId DeviceName ActionType`,
  long: 'InitiatingProcessFileSize InitiatingProcessId InitiatingProcessParentId ReportId',
  datetime: 'InitiatingProcessCreationTime InitiatingProcessParentCreationTime',
});
const token = tableOf({ string: 'InitiatingProcessIntegrityLevel InitiatingProcessTokenElevation' });
const session = tableOf({
  string: 'InitiatingProcessRemoteSessionDeviceName InitiatingProcessRemoteSessionIP',
  long: 'InitiatingProcessSessionId',
  bool: 'IsInitiatingProcessRemoteSession',
});

const tables: Readonly<Record<string, readonly Column[]>> = {
  DeviceEvents: [
    ...device,
    ...session,
    ...tableOf({
      string: `
        FileName FolderPath SHA1 SHA256 MD5 AccountDomain AccountName AccountSid RemoteUrl RemoteDeviceName
        ProcessCommandLine ProcessTokenElevation RegistryKey RegistryValueName RegistryValueData RemoteIP LocalIP
        FileOriginUrl FileOriginIP ProcessRemoteSessionDeviceName ProcessRemoteSessionIP`,
      long: 'FileSize ProcessId LogonId InitiatingProcessLogonId CreatedProcessSessionId',
      int: 'RemotePort LocalPort',
      datetime: 'ProcessCreationTime',
      bool: 'IsProcessRemoteSession',
    }),
  ],
  DeviceLogonEvents: [
    ...device,
    ...token,
    ...session,
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
    ...token,
    ...session,
    ...tableOf({
      string: `
        RegistryKey RegistryValueType RegistryValueName RegistryValueData PreviousRegistryKey PreviousRegistryValueName
        PreviousRegistryValueData`,
    }),
  ],
  DeviceImageLoadEvents: [
    ...device,
    ...token,
    ...tableOf({ string: 'FileName FolderPath SHA1 SHA256 MD5', long: 'FileSize' }),
  ],
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
  // The page of 2025-03.
  CloudAppEvents: tableOf({
    string: `
      ActionType Application AccountObjectId AccountId AccountDisplayName DeviceType OSPlatform IPAddress CountryCode City
      Isp UserAgent ActivityType ObjectName ObjectType ObjectId ReportId AccountType IPCategory AuditSource OAuthAppId`,
    int: 'ApplicationId AppInstanceId',
    bool: 'IsAdminOperation IsAnonymousProxy IsExternalUser IsImpersonated',
    dynamic: `
      ActivityObjects IPTags UserAgentTags RawEventData AdditionalFields LastSeenForUser UncommonForUser SessionData`,
  }),
};

/** Tables of which a newer page may list more. */
export const growing: ReadonlySet<string> = new Set(Object.keys(tables));

/** Those whose pages list the bag of what has no column of its own. */
const withBag: ReadonlySet<string> = new Set(['DeviceEvents', 'DeviceLogonEvents', 'EmailEvents']);

/** The same tables as the product has them: its time column, and Defender's text where Sentinel has a bag. */
export function growingTables(time: 'Timestamp' | 'TimeGenerated'): Readonly<Record<string, readonly Column[]>> {
  const stamp: Column = { name: time, type: 'datetime' };
  const bag: Column = { name: 'AdditionalFields', type: time === 'Timestamp' ? 'string' : 'dynamic' };
  return Object.fromEntries(
    Object.entries(tables).map(([name, columns]) => [name, [stamp, ...(withBag.has(name) ? [bag] : []), ...columns]]),
  );
}
