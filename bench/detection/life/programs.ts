import { type Description, type Program, program } from '../../../packages/weir/src/simulate/program.ts';
import { programs as sample } from '../../../samples/programs.ts';

const system32 = 'C:\\Windows\\System32';
const local = 'C:\\Users\\{user}\\AppData\\Local';
const files = 'C:\\Program Files';
const files86 = 'C:\\Program Files (x86)';

function windows(file: string, folder: string, company: string, product: string, more: Description = {}): Program {
  return program(file, folder, { company, product, ...more });
}

function service(file: string, folder: string, company: string, product: string): Program {
  return windows(file, folder, company, product, { parent: 'services.exe' });
}

function mac(file: string, folder: string, parent = 'launchd'): Program {
  return program(file, folder, { original: '', parent, commandLine: file });
}

function linux(file: string, folder: string, parent = 'systemd', commandLine = file): Program {
  return program(file, folder, { original: '', parent, commandLine });
}

const microsoft = 'Microsoft Corporation';

/** Programs beyond those of the samples' company. */
export const programs = {
  ...sample,
  word: sample.word,
  excel: windows('EXCEL.EXE', `${files}\\Microsoft Office\\root\\Office16`, microsoft, 'Microsoft Excel'),
  powerpoint: windows('POWERPNT.EXE', `${files}\\Microsoft Office\\root\\Office16`, microsoft, 'Microsoft PowerPoint'),
  outlookNew: windows(
    'olk.exe',
    `${files}\\WindowsApps\\Microsoft.OutlookForWindows_1.2025.306.0_x64`,
    microsoft,
    'Microsoft Outlook',
  ),
  clickToRun: service(
    'OfficeClickToRun.exe',
    `${files}\\Common Files\\microsoft shared\\ClickToRun`,
    microsoft,
    'Microsoft Office Click-to-Run',
  ),
  fileCoAuth: windows('FileCoAuth.exe', `${files}\\Microsoft OneDrive\\25.010.0119`, microsoft, 'Microsoft OneDrive'),
  webview: windows(
    'msedgewebview2.exe',
    `${files86}\\Microsoft\\EdgeWebView\\Application\\134.0.3124.51`,
    microsoft,
    'Microsoft Edge WebView2',
  ),
  edgeUpdate: service(
    'MicrosoftEdgeUpdate.exe',
    `${files86}\\Microsoft\\EdgeUpdate`,
    microsoft,
    'Microsoft Edge Update',
  ),
  googleUpdate: windows(
    'updater.exe',
    `${files86}\\Google\\GoogleUpdater\\134.0.6985.0`,
    'Google LLC',
    'Google Updater',
    { parent: 'services.exe' },
  ),
  driveFs: windows('GoogleDriveFS.exe', `${files}\\Google\\Drive File Stream\\104.0.3.0`, 'Google LLC', 'Google Drive'),
  boxDrive: windows('Box.exe', `${files}\\Box\\Box`, 'Box, Inc.', 'Box'),
  icloudWindows: windows(
    'iCloudHome.exe',
    `${files}\\WindowsApps\\AppleInc.iCloud_15.3.143.0_x64`,
    'Apple Inc.',
    'iCloud',
  ),
  whatsapp: windows(
    'WhatsApp.exe',
    `${files}\\WindowsApps\\5319275A.WhatsAppDesktop_2.2511.5.0_x64`,
    'WhatsApp Inc.',
    'WhatsApp',
  ),
  signal: windows('Signal.exe', `${local}\\Programs\\signal-desktop`, 'Signal Messenger, LLC', 'Signal'),
  webex: windows('CiscoCollabHost.exe', `${local}\\CiscoSparkLauncher\\45.2.0`, 'Cisco Systems, Inc.', 'Webex'),
  spotify: windows('Spotify.exe', 'C:\\Users\\{user}\\AppData\\Roaming\\Spotify', 'Spotify Ltd', 'Spotify'),
  acrobat: windows(
    'Acrobat.exe',
    `${files}\\Adobe\\Acrobat DC\\Acrobat`,
    'Adobe Systems Incorporated',
    'Adobe Acrobat DC',
  ),
  adobeSync: windows(
    'CoreSync.exe',
    `${files86}\\Adobe\\Adobe Sync\\CoreSync`,
    'Adobe Inc.',
    'Creative Cloud Core Sync',
  ),
  figma: windows('Figma.exe', `${local}\\Figma\\app-125.2.5`, 'Figma, Inc.', 'Figma'),
  grammarly: windows(
    'Grammarly.Desktop.exe',
    `${local}\\Grammarly\\DesktopIntegrations`,
    'Grammarly Inc.',
    'Grammarly',
  ),
  teamViewer: service('TeamViewer_Service.exe', `${files}\\TeamViewer`, 'TeamViewer Germany GmbH', 'TeamViewer'),
  anyDesk: windows('AnyDesk.exe', `${files86}\\AnyDesk`, 'AnyDesk Software GmbH', 'AnyDesk'),
  vpn: service('vpnagent.exe', `${files86}\\Cisco\\Cisco Secure Client`, 'Cisco Systems, Inc.', 'Cisco Secure Client'),
  dell: service('SupportAssistAgent.exe', `${files}\\Dell\\SupportAssistAgent\\bin`, 'Dell Inc.', 'SupportAssist'),
  errorReport: windows('WerFault.exe', system32, microsoft, 'Windows Problem Reporting', { parent: 'svchost.exe' }),
  telemetry: windows('svchost.exe', system32, microsoft, 'Host Process for Windows Services', {
    parent: 'services.exe',
    commandLine: 'svchost.exe -k utcsvc -p',
  }),
  compat: windows('CompatTelRunner.exe', system32, microsoft, 'Microsoft Compatibility Telemetry', {
    parent: 'svchost.exe',
  }),
  bits: windows('svchost.exe', system32, microsoft, 'Host Process for Windows Services', {
    parent: 'services.exe',
    commandLine: 'svchost.exe -k netsvcs -p -s BITS',
  }),
  webClient: windows('svchost.exe', system32, microsoft, 'Host Process for Windows Services', {
    parent: 'services.exe',
    commandLine: 'svchost.exe -k LocalService -p -s WebClient',
  }),
  defenderScan: service(
    'MsMpEng.exe',
    'C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.25010.11-0',
    microsoft,
    'Antimalware Service Executable',
  ),
  defenderSamples: windows(
    'MpCmdRun.exe',
    'C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.25010.11-0',
    microsoft,
    'Microsoft Malware Protection Command Line Utility',
    { parent: 'MsMpEng.exe' },
  ),
  crowdStrike: service(
    'CSFalconService.exe',
    `${files}\\CrowdStrike`,
    'CrowdStrike, Inc.',
    'CrowdStrike Falcon Sensor',
  ),
  qualys: service('QualysAgent.exe', `${files}\\Qualys\\QualysAgent`, 'Qualys, Inc.', 'Qualys Cloud Agent'),
  splunk: service('splunkd.exe', `${files}\\SplunkUniversalForwarder\\bin`, 'Splunk Inc.', 'splunkd'),
  sccm: service('CcmExec.exe', 'C:\\Windows\\CCM', microsoft, 'Microsoft Configuration Manager'),
  agentExecutor: windows(
    'AgentExecutor.exe',
    `${files86}\\Microsoft Intune Management Extension`,
    microsoft,
    'Microsoft Intune Management Extension',
    { parent: 'Microsoft.Management.Services.IntuneWindowsAgent.exe' },
  ),
  diagnostics: windows('powershell.exe', `${system32}\\WindowsPowerShell\\v1.0`, microsoft, 'Windows PowerShell', {
    original: 'PowerShell.EXE',
    parent: 'AgentExecutor.exe',
  }),
  taskPowershell: windows('powershell.exe', `${system32}\\WindowsPowerShell\\v1.0`, microsoft, 'Windows PowerShell', {
    original: 'PowerShell.EXE',
    parent: 'svchost.exe',
  }),
  veeam: service(
    'VeeamAgent.exe',
    `${files86}\\Veeam\\Backup Transport\\x64`,
    'Veeam Software Group GmbH',
    'Veeam Agent',
  ),
  acronis: service('aakore.exe', `${files}\\Acronis\\Agent`, 'Acronis International GmbH', 'Acronis Cyber Protect'),
  rclone: windows('rclone.exe', `${files}\\rclone`, 'https://rclone.org', 'Rclone', {
    description: 'Rsync for cloud storage',
    parent: 'taskeng.exe',
  }),
  azcopy: windows('azcopy.exe', 'C:\\Tools\\azcopy', '', '', { parent: 'powershell.exe' }),
  winScp: windows('WinSCP.exe', `${files86}\\WinSCP`, 'Martin Prikryl', 'WinSCP'),
  fileZilla: windows('filezilla.exe', `${files}\\FileZilla FTP Client`, 'FileZilla Project', 'FileZilla'),
  ngrok: windows('ngrok.exe', 'C:\\Users\\{user}\\bin', '', 'ngrok agent', { parent: 'WindowsTerminal.exe' }),
  cloudflared: windows('cloudflared.exe', `${files86}\\cloudflared`, 'Cloudflare, Inc.', 'cloudflared', {
    parent: 'pwsh.exe',
  }),
  codeTunnel: windows(
    'code-tunnel.exe',
    `${local}\\Programs\\Microsoft VS Code\\bin`,
    microsoft,
    'Visual Studio Code',
    { parent: 'cmd.exe' },
  ),
  docker: windows('com.docker.backend.exe', `${files}\\Docker\\Docker`, 'Docker Inc', 'Docker Desktop'),
  postman: windows('Postman.exe', `${local}\\Postman\\app-11.34.1`, 'Postman', 'Postman'),
  idea: windows('idea64.exe', `${files}\\JetBrains\\IntelliJ IDEA 2024.3\\bin`, 'JetBrains s.r.o.', 'IntelliJ IDEA'),
  java: windows(
    'java.exe',
    `${files}\\Eclipse Adoptium\\jdk-21.0.5.11-hotspot\\bin`,
    'Eclipse Adoptium',
    'OpenJDK Platform 21',
    { parent: 'cmd.exe' },
  ),
  uv: windows('uv.exe', 'C:\\Users\\{user}\\.local\\bin', '', '', { parent: 'pwsh.exe' }),
  terraform: windows('terraform.exe', 'C:\\Tools\\terraform', '', '', { parent: 'pwsh.exe' }),
  claude: windows('claude.exe', `${local}\\AnthropicClaude\\app-0.9.0`, 'Anthropic, PBC', 'Claude'),
  copilot: windows('Copilot.exe', `${files}\\WindowsApps\\Microsoft.Copilot_1.25033.101.0_x64`, microsoft, 'Copilot'),
  crm: windows('CrmSyncService.exe', `${files86}\\Orbis CRM\\Sync`, 'Orbis Business Software', 'Orbis Outlook Sync', {
    parent: 'services.exe',
  }),
  legacyMailer: windows('MailBridge.exe', 'D:\\Apps\\MailBridge', '', '', { parent: 'services.exe' }),
  invoices: windows('InvoiceScan.exe', 'D:\\Apps\\InvoiceScan', '', '', { parent: 'services.exe' }),
  iis: windows('w3wp.exe', `${system32}\\inetsrv`, microsoft, 'Internet Information Services', {
    parent: 'svchost.exe',
    commandLine: 'c:\\windows\\system32\\inetsrv\\w3wp.exe -ap "Portal"',
  }),
  tomcat: service(
    'tomcat9.exe',
    'D:\\Apps\\Tomcat\\bin',
    'Apache Software Foundation',
    'Commons Daemon Service Runner',
  ),
  exchangeWorker: windows('w3wp.exe', `${system32}\\inetsrv`, microsoft, 'Internet Information Services', {
    parent: 'svchost.exe',
    commandLine: 'c:\\windows\\system32\\inetsrv\\w3wp.exe -ap "MSExchangeServicesAppPool"',
  }),
  edgeTransport: service(
    'EdgeTransport.exe',
    `${files}\\Microsoft\\Exchange Server\\V15\\Bin`,
    microsoft,
    'Microsoft Exchange',
  ),
  entraSync: service('miiserver.exe', `${files}\\Microsoft Azure AD Sync\\Bin`, microsoft, 'Microsoft Entra Connect'),
  sqlServer: service(
    'sqlservr.exe',
    `${files}\\Microsoft SQL Server\\MSSQL16.MSSQLSERVER\\MSSQL\\Binn`,
    microsoft,
    'Microsoft SQL Server',
  ),
  arcAgent: service('himds.exe', `${files}\\AzureConnectedMachineAgent`, microsoft, 'Azure Connected Machine Agent'),
  grafana: service('grafana-server.exe', `${files}\\GrafanaLabs\\grafana\\bin`, 'Grafana Labs', 'Grafana'),
  prtg: service('PRTG Server.exe', `${files86}\\PRTG Network Monitor\\64 bit`, 'Paessler GmbH', 'PRTG Network Monitor'),
  robot: windows('UiPath.Executor.exe', `${files86}\\UiPath\\Studio`, 'UiPath', 'UiPath Executor', {
    parent: 'UiPath.Service.UserHost.exe',
  }),
  runner: service('Runner.Worker.exe', 'D:\\actions-runner\\bin', 'GitHub', 'GitHub Actions Runner'),
  mediaCloud: windows(
    'MediaCenterSync.exe',
    `${files}\\InstrumentOne\\Connect`,
    'InstrumentOne GmbH',
    'InstrumentOne Cloud Connect',
    { parent: 'services.exe' },
  ),
  torrent: windows('qbittorrent.exe', `${files}\\qBittorrent`, 'The qBittorrent Project', 'qBittorrent'),
  steam: windows('steam.exe', `${files86}\\Steam`, 'Valve Corporation', 'Steam'),
  roomPanel: windows(
    'Microsoft.SkypeRoomSystem.exe',
    `${files}\\WindowsApps\\Microsoft.SkypeRoomSystem_5.2.115.0_x64`,
    microsoft,
    'Teams Rooms',
  ),
  lsass: windows('lsass.exe', system32, microsoft, 'Local Security Authority Process', { parent: 'wininit.exe' }),
  newAgent: service('LumenWatchAgent.exe', `${files}\\LumenWatch`, 'LumenWatch Ltd', 'LumenWatch Agent'),
  newNotes: windows('Notion.exe', `${local}\\Programs\\Notion`, 'Notion Labs, Inc.', 'Notion'),
  explorer: windows('explorer.exe', 'C:\\Windows', microsoft, 'Windows Explorer', {
    parent: 'userinit.exe',
    commandLine: 'C:\\WINDOWS\\Explorer.EXE',
  }),
  winRar: windows('WinRAR.exe', `${files}\\WinRAR`, 'Alexander Roshal', 'WinRAR'),
  robocopy: windows('Robocopy.exe', system32, microsoft, 'Microsoft Robocopy', { parent: 'cmd.exe' }),
  netUse: windows('net.exe', system32, microsoft, 'Net Command', { parent: 'cmd.exe' }),
  rundll: windows('rundll32.exe', system32, microsoft, 'Windows host process (Rundll32)', { parent: 'svchost.exe' }),
  msiexec: windows('msiexec.exe', system32, microsoft, 'Windows installer', { parent: 'services.exe' }),
  certutil: windows('certutil.exe', system32, microsoft, 'CertUtil.exe', { parent: 'powershell.exe' }),
  tar: linux('tar', '/usr/bin', 'cron'),
  macOutlook: mac('Microsoft Outlook', '/Applications/Microsoft Outlook.app/Contents/MacOS'),
  macTeams: mac('MSTeams', '/Applications/Microsoft Teams.app/Contents/MacOS'),
  macOneDrive: mac('OneDrive', '/Applications/OneDrive.app/Contents/MacOS'),
  macUpdate: mac('softwareupdated', '/System/Library/CoreServices/Software Update.app/Contents/Resources'),
  macUrl: mac('nsurlsessiond', '/usr/libexec'),
  macGit: mac('git-remote-https', '/Applications/Xcode.app/Contents/Developer/usr/libexec/git-core', 'git'),
  macCurl: mac('curl', '/usr/bin', 'zsh'),
  macPython: mac('python3.12', '/opt/homebrew/bin', 'zsh'),
  macNode: mac('node', '/opt/homebrew/bin', 'zsh'),
  macCode: mac('Code Helper', '/Applications/Visual Studio Code.app/Contents/Frameworks', 'Code'),
  macSketch: mac('Dropbox', '/Applications/Dropbox.app/Contents/MacOS'),
  macAdobe: mac('Core Sync', '/Applications/Utilities/Adobe Sync/CoreSync/Core Sync.app/Contents/MacOS'),
  macJamf: mac('jamf', '/usr/local/jamf/bin'),
  git: linux('git-remote-https', '/usr/lib/git-core', 'git'),
  linuxPython: linux('python3', '/usr/bin', 'bash'),
  linuxNode: linux('node', '/usr/bin', 'bash'),
  linuxWget: linux('wget', '/usr/bin', 'cron'),
  cronCurl: linux('curl', '/usr/bin', 'cron'),
  dockerd: linux('dockerd', '/usr/bin'),
  kubelet: linux('kubelet', '/usr/bin'),
  snap: linux('snapd', '/usr/lib/snapd'),
  fluentBit: linux('fluent-bit', '/opt/fluent-bit/bin'),
  prometheus: linux('prometheus', '/usr/local/bin'),
  datadogLinux: linux('agent', '/opt/datadog-agent/bin/agent'),
  runnerLinux: linux('Runner.Worker', '/opt/actions-runner/bin'),
  awsLinux: linux('aws', '/usr/local/bin', 'cron'),
  resticLinux: linux('restic', '/usr/local/bin', 'cron'),
  phpFpm: linux('php-fpm8.2', '/usr/sbin'),
  linuxChrome: linux('chrome', '/opt/google/chrome', 'chrome'),
  linuxSlack: linux('slack', '/usr/lib/slack', 'slack'),
  alertScript: linux('python3', '/usr/bin', 'cron', 'python3 /opt/checks/notify.py'),
} as const;
