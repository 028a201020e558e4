import type { Schema } from '../../types.ts';
import { growingTables } from './more.ts';
import { tableOf } from './table.ts';

/** Tables of a Log Analytics workspace as their reference pages list them (Azure Monitor, tables reference; 2024-07 to
 *  2026-08). */
export const sentinelSchema: Schema = {
  tables: {
    ...growingTables('TimeGenerated'),
    DeviceNetworkEvents: tableOf({
      real: '_BilledSize',
      string: `
        _IsBillable ActionType AppGuardContainerId DeviceId DeviceName InitiatingProcessAccountDomain
        InitiatingProcessAccountName InitiatingProcessAccountObjectId InitiatingProcessAccountSid
        InitiatingProcessAccountUpn InitiatingProcessCommandLine InitiatingProcessFileName
        InitiatingProcessFolderPath InitiatingProcessIntegrityLevel InitiatingProcessMD5
        InitiatingProcessParentFileName InitiatingProcessRemoteSessionDeviceName
        InitiatingProcessRemoteSessionIP InitiatingProcessSHA1 InitiatingProcessSHA256
        InitiatingProcessTokenElevation InitiatingProcessUniqueId InitiatingProcessVersionInfoCompanyName
        InitiatingProcessVersionInfoFileDescription InitiatingProcessVersionInfoInternalFileName
        InitiatingProcessVersionInfoOriginalFileName InitiatingProcessVersionInfoProductName
        InitiatingProcessVersionInfoProductVersion LocalIP LocalIPType MachineGroup Protocol RemoteIP
        RemoteIPType RemoteUrl SourceSystem TenantId Type`,
      dynamic: 'AdditionalFields',
      datetime: 'InitiatingProcessCreationTime InitiatingProcessParentCreationTime TimeGenerated',
      long: `
        InitiatingProcessFileSize InitiatingProcessId InitiatingProcessParentId InitiatingProcessSessionId
        ReportId`,
      bool: 'IsInitiatingProcessRemoteSession',
      int: 'LocalPort RemotePort',
    }),
    DeviceProcessEvents: tableOf({
      real: '_BilledSize',
      string: `
        _IsBillable AccountDomain AccountName AccountObjectId AccountSid AccountUpn ActionType
        AppGuardContainerId DeviceId DeviceName FileName FolderPath InitiatingProcessAccountDomain
        InitiatingProcessAccountName InitiatingProcessAccountObjectId InitiatingProcessAccountSid
        InitiatingProcessAccountUpn InitiatingProcessCommandLine InitiatingProcessFileName
        InitiatingProcessFolderPath InitiatingProcessIntegrityLevel InitiatingProcessMD5
        InitiatingProcessParentFileName InitiatingProcessRemoteSessionDeviceName
        InitiatingProcessRemoteSessionIP InitiatingProcessSHA1 InitiatingProcessSHA256
        InitiatingProcessSignatureStatus InitiatingProcessSignerType InitiatingProcessTokenElevation
        InitiatingProcessUniqueId InitiatingProcessVersionInfoCompanyName
        InitiatingProcessVersionInfoFileDescription InitiatingProcessVersionInfoInternalFileName
        InitiatingProcessVersionInfoOriginalFileName InitiatingProcessVersionInfoProductName
        InitiatingProcessVersionInfoProductVersion MachineGroup MD5 ProcessCommandLine ProcessIntegrityLevel
        ProcessRemoteSessionDeviceName ProcessRemoteSessionIP ProcessTokenElevation ProcessUniqueId
        ProcessVersionInfoCompanyName ProcessVersionInfoFileDescription ProcessVersionInfoInternalFileName
        ProcessVersionInfoOriginalFileName ProcessVersionInfoProductName ProcessVersionInfoProductVersion
        SHA1 SHA256 SourceSystem TenantId Type`,
      dynamic: 'AdditionalFields',
      long: `
        CreatedProcessSessionId FileSize InitiatingProcessFileSize InitiatingProcessId
        InitiatingProcessLogonId InitiatingProcessParentId InitiatingProcessSessionId LogonId ProcessId
        ReportId`,
      datetime: 'InitiatingProcessCreationTime InitiatingProcessParentCreationTime ProcessCreationTime TimeGenerated',
      bool: 'IsInitiatingProcessRemoteSession IsProcessRemoteSession',
    }),
    DeviceFileEvents: tableOf({
      real: '_BilledSize',
      string: `
        _IsBillable ActionType AppGuardContainerId DeviceId DeviceName FileName FileOriginIP
        FileOriginReferrerUrl FileOriginUrl FolderPath InitiatingProcessAccountDomain
        InitiatingProcessAccountName InitiatingProcessAccountObjectId InitiatingProcessAccountSid
        InitiatingProcessAccountUpn InitiatingProcessCommandLine InitiatingProcessFileName
        InitiatingProcessFolderPath InitiatingProcessIntegrityLevel InitiatingProcessMD5
        InitiatingProcessParentFileName InitiatingProcessRemoteSessionDeviceName
        InitiatingProcessRemoteSessionIP InitiatingProcessSHA1 InitiatingProcessSHA256
        InitiatingProcessTokenElevation InitiatingProcessUniqueId InitiatingProcessVersionInfoCompanyName
        InitiatingProcessVersionInfoFileDescription InitiatingProcessVersionInfoInternalFileName
        InitiatingProcessVersionInfoOriginalFileName InitiatingProcessVersionInfoProductName
        InitiatingProcessVersionInfoProductVersion MachineGroup MD5 PreviousFileName PreviousFolderPath
        RequestAccountDomain RequestAccountName RequestAccountSid RequestProtocol RequestSourceIP
        SensitivityLabel SensitivitySubLabel SHA1 SHA256 ShareName SourceSystem TenantId Type`,
      dynamic: 'AdditionalFields',
      long: `
        FileSize InitiatingProcessFileSize InitiatingProcessId InitiatingProcessParentId
        InitiatingProcessSessionId ReportId`,
      datetime: 'InitiatingProcessCreationTime InitiatingProcessParentCreationTime TimeGenerated',
      bool: 'IsAzureInfoProtectionApplied IsInitiatingProcessRemoteSession',
      int: 'RequestSourcePort',
    }),
    DeviceCustomNetworkEvents: tableOf({
      real: '_BilledSize',
      string: `
        _IsBillable ActionType AppGuardContainerId DeviceId DeviceName InitiatingProcessAccountDomain
        InitiatingProcessAccountName InitiatingProcessAccountObjectId InitiatingProcessAccountSid
        InitiatingProcessAccountUpn InitiatingProcessCommandLine InitiatingProcessFileName
        InitiatingProcessFolderPath InitiatingProcessIntegrityLevel InitiatingProcessMD5
        InitiatingProcessParentFileName InitiatingProcessRemoteSessionDeviceName
        InitiatingProcessRemoteSessionIP InitiatingProcessSHA1 InitiatingProcessSHA256
        InitiatingProcessTokenElevation InitiatingProcessUniqueId InitiatingProcessVersionInfoCompanyName
        InitiatingProcessVersionInfoFileDescription InitiatingProcessVersionInfoInternalFileName
        InitiatingProcessVersionInfoOriginalFileName InitiatingProcessVersionInfoProductName
        InitiatingProcessVersionInfoProductVersion LocalIP LocalIPType MachineGroup Protocol RemoteIP
        RemoteIPType RemoteUrl RuleName SourceSystem TenantId Type`,
      dynamic: 'AdditionalFields',
      datetime: `
        InitiatingProcessCreationTime InitiatingProcessParentCreationTime RuleLastModificationTime
        TimeGenerated`,
      long: `
        InitiatingProcessFileSize InitiatingProcessId InitiatingProcessParentId InitiatingProcessSessionId
        ReportId`,
      bool: 'IsInitiatingProcessRemoteSession',
      int: 'LocalPort RemotePort',
    }),
    CommonSecurityLog: tableOf({
      string: `
        Activity AdditionalExtensions ApplicationProtocol CollectorHostName CommunicationDirection Computer
        DestinationDnsDomain DestinationHostName DestinationIP DestinationMACAddress DestinationNTDomain
        DestinationProcessName DestinationServiceName DestinationTranslatedAddress DestinationUserID
        DestinationUserName DestinationUserPrivileges DeviceAction DeviceAddress DeviceCustomDate1
        DeviceCustomDate1Label DeviceCustomDate2 DeviceCustomDate2Label DeviceCustomFloatingPoint1Label
        DeviceCustomFloatingPoint2Label DeviceCustomFloatingPoint3Label DeviceCustomFloatingPoint4Label
        DeviceCustomIPv6Address1 DeviceCustomIPv6Address1Label DeviceCustomIPv6Address2
        DeviceCustomIPv6Address2Label DeviceCustomIPv6Address3 DeviceCustomIPv6Address3Label
        DeviceCustomIPv6Address4 DeviceCustomIPv6Address4Label DeviceCustomNumber1Label
        DeviceCustomNumber2Label DeviceCustomNumber3Label DeviceCustomString1 DeviceCustomString1Label
        DeviceCustomString2 DeviceCustomString2Label DeviceCustomString3 DeviceCustomString3Label
        DeviceCustomString4 DeviceCustomString4Label DeviceCustomString5 DeviceCustomString5Label
        DeviceCustomString6 DeviceCustomString6Label DeviceDnsDomain DeviceEventCategory DeviceEventClassID
        DeviceExternalID DeviceFacility DeviceInboundInterface DeviceMacAddress DeviceName DeviceNtDomain
        DeviceOutboundInterface DevicePayloadId DeviceProduct DeviceTimeZone DeviceTranslatedAddress
        DeviceVendor DeviceVersion EventOutcome ExtID FileCreateTime FileHash FileID FileModificationTime
        FileName FilePath FilePermission FileType FlexDate1 FlexDate1Label FlexNumber1Label FlexNumber2Label
        FlexString1 FlexString1Label FlexString2 FlexString2Label IndicatorThreatType _IsBillable
        LogSeverity MaliciousIP MaliciousIPCountry Message OldFileCreateTime OldFileHash OldFileID
        OldFileModificationTime OldFileName OldFilePath OldFilePermission OldFileType OriginalLogSeverity
        ProcessName Protocol Reason ReceiptTime RemoteIP RemotePort ReportReferenceLink
        RequestClientApplication RequestContext RequestCookies RequestMethod RequestURL _ResourceId
        SimplifiedDeviceAction SourceDnsDomain SourceHostName SourceIP SourceMACAddress SourceNTDomain
        SourceProcessName SourceServiceName SourceSystem SourceTranslatedAddress SourceUserID SourceUserName
        SourceUserPrivileges _SubscriptionId TenantId ThreatConfidence ThreatDescription Type`,
      real: `
        _BilledSize DeviceCustomFloatingPoint1 DeviceCustomFloatingPoint2 DeviceCustomFloatingPoint3
        DeviceCustomFloatingPoint4 MaliciousIPLatitude MaliciousIPLongitude`,
      int: `
        DestinationPort DestinationProcessId DestinationTranslatedPort DeviceCustomNumber1
        DeviceCustomNumber2 DeviceCustomNumber3 EventCount EventType ExternalID FileSize FlexNumber1
        FlexNumber2 OldFileSize ProcessID SourcePort SourceProcessId SourceTranslatedPort ThreatSeverity`,
      datetime: 'EndTime StartTime TimeGenerated',
      long: 'FieldDeviceCustomNumber1 FieldDeviceCustomNumber2 FieldDeviceCustomNumber3 ReceivedBytes SentBytes',
    }),
    VMConnection: tableOf({
      string: `
        AgentId Computer Confidence ConnectionId Description DestinationIp Direction FirstReportedDateTime
        IndicatorThreatType IsActive _IsBillable LastReportedDateTime Machine MaliciousIp Process
        ProcessName Protocol RemoteClassification RemoteCountry RemoteDnsCanonicalNames RemoteDnsQuestions
        RemoteIp _ResourceId SourceIp SourceSystem _SubscriptionId TLPLevel Type`,
      real: '_BilledSize RemoteLatitude RemoteLongitude',
      long: `
        BytesReceived BytesSent LinksEstablished LinksFailed LinksLive LinksTerminated Responses
        ResponseTimeMax ResponseTimeMin ResponseTimeSum`,
      int: 'DestinationPort Severity',
      datetime: 'TimeGenerated',
    }),
    AWSVPCFlow: tableOf({
      string: `
        AccountId Action AzId DstAddr FlowDirection InstanceId InterfaceId _IsBillable LogStatus PktDstAddr
        PktDstAwsService PktSrcAddr PktSrcAwsService Region SourceSystem SrcAddr SublocationId
        SublocationType SubnetId TenantId TrafficPath TrafficType Type VpcId`,
      real: '_BilledSize',
      long: 'Bytes',
      int: 'DstPort Packets Protocol SrcPort TcpFlags Version',
      datetime: 'End TimeGenerated',
    }),
    AZFWApplicationRule: tableOf({
      string: `
        Action ActionReason Fqdn _IsBillable Policy Protocol _ResourceId Rule RuleCollection
        RuleCollectionGroup SourceIp SourceSystem _SubscriptionId TargetUrl TenantId Type WebCategory`,
      real: '_BilledSize',
      int: 'DestinationPort SourcePort',
      bool: 'IsExplicitProxyRequest IsTlsInspected',
      datetime: 'TimeGenerated',
    }),
    NTANetAnalytics: tableOf({
      string: `
        AclGroup AclRule AzureRegion ConnectingVnets ConnectionName ConnectionType Country
        DestApplicationGateway DestExpressRouteCircuit DestIp DestLoadBalancer DestLocalNetworkGateway
        DestNic DestPublicIps DestRegion DestSubnet DestSubscription DestVm ExpressRouteCircuitPeeringType
        FaSchemaVersion FlowDirection FlowEncryption FlowLogResourceId FlowStatus FlowType _IsBillable
        L4Protocol L7Protocol MacAddress NsgList NsgRule NsgRuleType PrivateEndpointResourceId
        PrivateLinkResourceId PrivateLinkResourceName SourceSystem SrcApplicationGateway
        SrcExpressRouteCircuit SrcIp SrcLoadBalancer SrcLocalNetworkGateway SrcNic SrcPublicIps SrcRegion
        SrcSubnet SrcSubscription SrcVm Status SubType TargetResourceId TargetResourceType TenantId Type`,
      long: `
        AllowedInFlows AllowedOutFlows BytesDestToSrc BytesSrcToDest CompletedFlows DeniedInFlows
        DeniedOutFlows PacketsDestToSrc PacketsSrcToDest`,
      real: '_BilledSize',
      int: 'DestPort SrcPort',
      datetime: 'FlowEndTime FlowIntervalEndTime FlowIntervalStartTime FlowStartTime TimeGenerated TimeProcessed',
      bool: 'IsFlowCapturedAtUdrHop',
    }),
  },
};
