/** Which identifiers Sentinel knows of an entity, and of which it wants one (or, together, several). From the checks of its
 *  repository of rules (Azure/Azure-Sentinel, .script/tests/detectionTemplateSchemaValidation/Models). */
export interface EntityIdentifiers {
  /** Each a set, of which one must be there whole. */
  readonly required: readonly (readonly string[])[];
  readonly also: readonly string[];
}

function entity(required: string, also = ''): EntityIdentifiers {
  const words = (text: string) => text.split(/\s+/).filter(Boolean);
  return { required: words(required).map((set) => set.split('+')), also: words(also) };
}

export const sentinelEntities: Readonly<Record<string, EntityIdentifiers>> = {
  Account: entity(
    'FullName Sid Name AadUserId PUID ObjectGuid',
    'NTDomain DnsDomain UPNSuffix AadTenantId IsDomainJoined DisplayName',
  ),
  Host: entity(
    'FullName HostName NetBiosName AzureID OMSAgentID',
    'DnsDomain NTDomain OSFamily OSVersion IsDomainJoined',
  ),
  IP: entity('Address'),
  URL: entity('Url'),
  DNS: entity('DomainName'),
  File: entity('Name', 'Directory'),
  FileHash: entity('Algorithm+Value'),
  Process: entity('CommandLine ProcessId', 'ElevationToken CreationTimeUtc'),
  CloudApplication: entity('AppId Name', 'InstanceName'),
  Mailbox: entity('MailboxPrimaryAddress', 'DisplayName Upn ExternalDirectoryObjectId RiskLevel'),
  MailMessage: entity(
    'NetworkMessageId Recipient',
    `Urls Threats Sender P1Sender P1SenderDisplayName P1SenderDomain SenderIP P2Sender P2SenderDisplayName P2SenderDomain
     ReceivedDate InternetMessageId Subject BodyFingerprintBin1 BodyFingerprintBin2 BodyFingerprintBin3 BodyFingerprintBin4
     BodyFingerprintBin5 AntispamDirection DeliveryAction DeliveryLocation Language ThreatDetectionMethods`,
  ),
  MailCluster: entity(
    'Query Source',
    `NetworkMessageIds CountByDeliveryStatus CountByThreatType CountByProtectionStatus Threats QueryTime MailCount
     IsVolumeAnomaly ClusterSourceIdentifier ClusterSourceType ClusterQueryStartTime ClusterQueryEndTime ClusterGroup`,
  ),
  SubmissionMail: entity(
    'SubmissionId NetworkMessageId Recipient Submitter',
    'Timestamp Sender SenderIp Subject ReportType SubmissionDate',
  ),
  AzureResource: entity('ResourceId'),
  RegistryKey: entity('Key Hive'),
  RegistryValue: entity('Name', 'Value ValueType'),
  SecurityGroup: entity('DistinguishedName SID ObjectGuid'),
  Malware: entity('Name', 'Category'),
  IoTDevice: entity(
    'DeviceId',
    `DeviceName Manufacturer Model FirmwareVersion OperatingSystem MacAddress Protocols SerialNumber Source
     IoTSecurityAgentId DeviceType`,
  ),
};

export const sentinelTactics = [
  'Reconnaissance',
  'ResourceDevelopment',
  'InitialAccess',
  'Execution',
  'Persistence',
  'PrivilegeEscalation',
  'DefenseEvasion',
  'CredentialAccess',
  'Discovery',
  'LateralMovement',
  'Collection',
  'CommandAndControl',
  'Exfiltration',
  'Impact',
  'ImpairProcessControl',
  'InhibitResponseFunction',
  'PreAttack',
];

/** The tactic that Sentinel wants named where one of these techniques is: those that data which leaves is about. */
export const tacticOf: ReadonlyMap<string, string> = new Map([
  ...['T1567', 'T1020', 'T1029', 'T1030', 'T1041', 'T1048', 'T1537'].map((id) => [id, 'Exfiltration'] as const),
  ...['T1071', 'T1090', 'T1102', 'T1105', 'T1132', 'T1219', 'T1568', 'T1571', 'T1572', 'T1573'].map(
    (id) => [id, 'CommandAndControl'] as const,
  ),
  ...['T1074', 'T1213', 'T1530', 'T1560'].map((id) => [id, 'Collection'] as const),
]);
