import type { Schema } from '../../types.ts';
import { growingTables } from './more.ts';
import { tableOf } from './table.ts';

/** Tables of Defender's advanced hunting as their pages list them (MicrosoftDocs/defender-docs, advanced-hunting-*-table.md,
 *  2024-04 to 2024-09). */
export const defenderSchema: Schema = {
  tables: {
    ...growingTables('Timestamp'),
    DeviceNetworkEvents: tableOf({
      datetime: 'Timestamp InitiatingProcessCreationTime InitiatingProcessParentCreationTime',
      string: `
        DeviceId DeviceName ActionType RemoteIP RemoteUrl LocalIP Protocol LocalIPType RemoteIPType
        InitiatingProcessSHA1 InitiatingProcessSHA256 InitiatingProcessMD5 InitiatingProcessFileName
        InitiatingProcessVersionInfoCompanyName InitiatingProcessVersionInfoProductName
        InitiatingProcessVersionInfoProductVersion InitiatingProcessVersionInfoInternalFileName
        InitiatingProcessVersionInfoOriginalFileName InitiatingProcessVersionInfoFileDescription
        InitiatingProcessCommandLine InitiatingProcessFolderPath InitiatingProcessParentFileName
        InitiatingProcessAccountDomain InitiatingProcessAccountName InitiatingProcessAccountSid
        InitiatingProcessAccountUpn InitiatingProcessAccountObjectId InitiatingProcessIntegrityLevel
        InitiatingProcessTokenElevation AppGuardContainerId AdditionalFields
        InitiatingProcessRemoteSessionDeviceName InitiatingProcessRemoteSessionIP`,
      int: 'RemotePort LocalPort',
      long: `
        InitiatingProcessFileSize InitiatingProcessId InitiatingProcessParentId ReportId
        InitiatingProcessSessionId`,
      bool: 'IsInitiatingProcessRemoteSession',
    }),
    DeviceProcessEvents: tableOf({
      datetime: 'Timestamp ProcessCreationTime InitiatingProcessCreationTime InitiatingProcessParentCreationTime',
      string: `
        DeviceId DeviceName ActionType FileName FolderPath SHA1 SHA256 MD5 ProcessVersionInfoCompanyName
        ProcessVersionInfoProductName ProcessVersionInfoProductVersion ProcessVersionInfoInternalFileName
        ProcessVersionInfoOriginalFileName ProcessVersionInfoFileDescription ProcessCommandLine
        ProcessIntegrityLevel ProcessTokenElevation AccountDomain AccountName AccountSid AccountUpn
        AccountObjectId InitiatingProcessAccountDomain InitiatingProcessAccountName
        InitiatingProcessAccountSid InitiatingProcessAccountUpn InitiatingProcessAccountObjectId
        InitiatingProcessIntegrityLevel InitiatingProcessTokenElevation InitiatingProcessSHA1
        InitiatingProcessSHA256 InitiatingProcessMD5 InitiatingProcessFileName
        InitiatingProcessVersionInfoCompanyName InitiatingProcessVersionInfoProductName
        InitiatingProcessVersionInfoProductVersion InitiatingProcessVersionInfoInternalFileName
        InitiatingProcessVersionInfoOriginalFileName InitiatingProcessVersionInfoFileDescription
        InitiatingProcessCommandLine InitiatingProcessFolderPath InitiatingProcessParentFileName
        InitiatingProcessSignerType InitiatingProcessSignatureStatus AppGuardContainerId AdditionalFields`,
      long: `
        FileSize ProcessId LogonId InitiatingProcessLogonId InitiatingProcessFileSize InitiatingProcessId
        InitiatingProcessParentId ReportId`,
    }),
    DeviceFileEvents: tableOf({
      datetime: 'Timestamp InitiatingProcessCreationTime InitiatingProcessParentCreationTime',
      string: `
        DeviceId DeviceName ActionType FileName FolderPath SHA1 SHA256 MD5 FileOriginUrl
        FileOriginReferrerUrl FileOriginIP PreviousFolderPath PreviousFileName
        InitiatingProcessAccountDomain InitiatingProcessAccountName InitiatingProcessAccountSid
        InitiatingProcessAccountUpn InitiatingProcessAccountObjectId InitiatingProcessMD5
        InitiatingProcessSHA1 InitiatingProcessSHA256 InitiatingProcessFolderPath InitiatingProcessFileName
        InitiatingProcessVersionInfoCompanyName InitiatingProcessVersionInfoProductName
        InitiatingProcessVersionInfoProductVersion InitiatingProcessVersionInfoInternalFileName
        InitiatingProcessVersionInfoOriginalFileName InitiatingProcessVersionInfoFileDescription
        InitiatingProcessCommandLine InitiatingProcessIntegrityLevel InitiatingProcessTokenElevation
        InitiatingProcessParentFileName RequestProtocol RequestSourceIP RequestAccountName
        RequestAccountDomain RequestAccountSid ShareName SensitivityLabel SensitivitySubLabel
        AppGuardContainerId AdditionalFields InitiatingProcessRemoteSessionDeviceName
        InitiatingProcessRemoteSessionIP`,
      long: `
        FileSize InitiatingProcessFileSize InitiatingProcessId InitiatingProcessParentId ReportId
        InitiatingProcessSessionId`,
      int: 'RequestSourcePort',
      bool: 'IsAzureInfoProtectionApplied IsInitiatingProcessRemoteSession',
    }),
  },
};
