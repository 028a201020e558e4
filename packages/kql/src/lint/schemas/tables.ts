const names = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Tables of Defender's advanced hunting, whether or not their columns are known here (MicrosoftDocs/defender-docs,
 *  advanced-hunting-schema-tables.md of 2026-02, and the page about custom data collection for DeviceCustom…Events).
 *  GraphAPIAuditEvents is how published queries write GraphApiAuditEvents. */
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

/** Tables of a Sentinel workspace that detections name often, each with a page in the tables reference
 *  (MicrosoftDocs/azure-reference-other, azure-monitor-ref/tables); a workspace may have any others, and those of
 *  Defender. */
export const sentinelTables = names(`
  AADManagedIdentitySignInLogs AADNonInteractiveUserSignInLogs AADProvisioningLogs AADRiskyServicePrincipals
  AADRiskyUsers AADServicePrincipalRiskEvents AADServicePrincipalSignInLogs AADUserRiskEvents ADFSSignInLogs
  AGWAccessLogs AGWFirewallLogs ASimAuditEventLogs ASimAuthenticationEventLogs ASimDhcpEventLogs ASimDnsActivityLogs
  ASimFileEventLogs ASimNetworkSessionLogs ASimProcessEventLogs ASimRegistryEventLogs ASimUserManagementActivityLogs
  ASimWebSessionLogs AWSCloudTrail AWSCloudWatch AWSGuardDuty AWSVPCFlow AZFWApplicationRule AZFWDnsQuery
  AZFWIdpsSignature AZFWNatRule AZFWNetworkRule AZFWThreatIntel AZKVAuditLogs Anomalies AppServiceAuditLogs
  AppServiceHTTPLogs AuditLogs AzureActivity AzureDevOpsAuditing AzureDiagnostics AzureMetrics BehaviorAnalytics
  CommonSecurityLog ConfidentialWatchlist ContainerInventory ContainerLog ContainerLogV2 DNSQueryLogs
  DataverseActivity DnsEvents DnsInventory Dynamics365Activity Event GCPAuditLogs GoogleCloudSCC Heartbeat
  HuntingBookmark IntuneAuditLogs IntuneDevices IntuneOperationalLogs KubeEvents KubePodInventory LAQueryLogs
  McasShadowItReporting MicrosoftAzureBastionAuditLogs MicrosoftGraphActivityLogs
  MicrosoftPurviewInformationProtection NSPAccessLogs NTANetAnalytics NetworkAccessTraffic NetworkSessions
  OfficeActivity Operation Perf PowerAppsActivity PowerBIActivity PowerPlatformAdminActivity ProjectActivity
  ProtectionStatus PurviewDataSensitivityLogs SQLSecurityAuditEvents SecureScoreControls SecurityAlert
  SecurityBaseline SecurityDetection SecurityEvent SecurityIncident SecurityRecommendation SentinelAudit
  SentinelHealth SigninLogs StorageBlobLogs StorageFileLogs StorageMalwareScanningResults StorageQueueLogs
  StorageTableLogs Syslog ThreatIntelIndicators ThreatIntelObjects ThreatIntelligenceIndicator Update UpdateSummary
  Usage UserAccessAnalytics UserPeerAnalytics VMBoundPort VMComputer VMConnection VMProcess W3CIISLog Watchlist
  WindowsEvent WindowsFirewall WireData
`);

/** Columns that every table of a Log Analytics workspace has (Azure Monitor, "Standard columns"). */
export const standardColumns = names(
  '_BilledSize _IsBillable _ItemId _ResourceId _SubscriptionId _TimeReceived MG ManagementGroupName SourceSystem TenantId TimeGenerated Type',
);
