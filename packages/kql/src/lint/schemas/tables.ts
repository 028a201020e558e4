const names = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Tables of Defender's advanced hunting (MicrosoftDocs/defender-docs, advanced-hunting-schema-tables.md, and what
 *  published queries name), whether or not their columns are known here. */
export const defenderTables = names(`
  AADSignInEventsBeta AADSpnSignInEventsBeta AIAgentsInfo AlertEvidence AlertInfo BehaviorEntities BehaviorInfo
  CampaignInfo CloudAppEvents CloudAuditEvents CloudDnsEvents CloudProcessEvents CloudStorageAggregatedEvents
  DataSecurityBehaviors DataSecurityEvents DeviceBaselineComplianceAssessment DeviceBaselineComplianceAssessmentKB
  DeviceBaselineComplianceProfiles DeviceCustomFileEvents DeviceCustomImageLoadEvents DeviceCustomNetworkEvents
  DeviceCustomProcessEvents DeviceCustomScriptEvents DeviceEvents DeviceFileCertificateInfo DeviceFileEvents
  DeviceImageLoadEvents DeviceInfo DeviceLogonEvents DeviceNetworkEvents DeviceNetworkInfo DeviceProcessEvents
  DeviceRegistryEvents DeviceTvmBrowserExtensions DeviceTvmBrowserExtensionsKB DeviceTvmCertificateInfo
  DeviceTvmHardwareFirmware DeviceTvmInfoGathering DeviceTvmInfoGatheringKB DeviceTvmSecureConfigurationAssessment
  DeviceTvmSecureConfigurationAssessmentKB DeviceTvmSoftwareEvidenceBeta DeviceTvmSoftwareInventory
  DeviceTvmSoftwareVulnerabilities DeviceTvmSoftwareVulnerabilitiesKB DisruptionAndResponseEvents EmailAttachmentInfo
  EmailEvents EmailPostDeliveryEvents EmailUrlInfo EntraIdSignInEvents EntraIdSpnSignInEvents ExposureGraphEdges
  ExposureGraphNodes FileMaliciousContentInfo GraphAPIAuditEvents GraphApiAuditEvents IdentityAccountInfo IdentityDirectoryEvents
  IdentityEvents IdentityInfo IdentityLogonEvents IdentityQueryEvents MessageEvents MessagePostDeliveryEvents
  MessageUrlInfo OAuthAppInfo UrlClickEvents
`);

/** Tables of a Sentinel workspace that detections name often; a workspace may have any others, and those of Defender. */
export const sentinelTables = names(`
  AADManagedIdentitySignInLogs AADNonInteractiveUserSignInLogs AADProvisioningLogs AADRiskyServicePrincipals
  AADRiskyUsers AADServicePrincipalRiskEvents AADServicePrincipalSignInLogs AADUserRiskEvents ADFSSignInLogs
  ASimAuditEventLogs ASimAuthenticationEventLogs ASimDhcpEventLogs ASimDnsActivityLogs ASimFileEventLogs
  ASimNetworkSessionLogs ASimProcessEventLogs ASimRegistryEventLogs ASimUserManagementActivityLogs ASimWebSessionLogs
  AWSCloudTrail AWSCloudWatch AWSGuardDuty AWSVPCFlow AZFWApplicationRule AZFWDnsQuery AZFWIdpsSignature AZFWNatRule
  AZFWNetworkRule AZFWThreatIntel Anomalies AppServiceHTTPLogs AuditLogs AzureActivity AzureDiagnostics AzureMetrics
  BehaviorAnalytics CommonSecurityLog ContainerLog ContainerLogV2 Corelight DnsEvents DnsInventory Dynamics365Activity
  Event GCPAuditLogs GoogleCloudSCC Heartbeat HuntingBookmark InformationProtectionLogs_CL IntuneAuditLogs IntuneDevices
  IntuneOperationalLogs KubeEvents LAQueryLogs McasShadowItReporting MicrosoftAzureBastionAuditLogs
  MicrosoftGraphActivityLogs MicrosoftPurviewInformationProtection NTANetAnalytics NetworkSessions OfficeActivity
  Operation Perf PowerBIActivity ProjectActivity ProtectionStatus PurviewDataSensitivityLogs SecureScoreControls
  SecurityAlert SecurityBaseline SecurityEvent SecurityIncident SecurityRecommendation SentinelAudit SentinelHealth
  SigninLogs StorageBlobLogs StorageFileLogs StorageQueueLogs StorageTableLogs Syslog ThreatIntelIndicators
  ThreatIntelObjects ThreatIntelligenceIndicator Update UpdateSummary Usage UserAccessAnalytics UserPeerAnalytics
  VMBoundPort VMComputer VMConnection VMProcess W3CIISLog Watchlist WindowsEvent WindowsFirewall
`);

/** Columns that every table of a Log Analytics workspace has (Azure Monitor, "Standard columns"). */
export const standardColumns = names(
  '_BilledSize _IsBillable _ItemId _ResourceId _SubscriptionId _TimeReceived MG ManagementGroupName SourceSystem TenantId TimeGenerated Type',
);
