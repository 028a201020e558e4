import { type Program, program } from '../packages/weir/src/simulate/program.ts';

const system32 = 'C:\\Windows\\System32';
const microsoft = 'Microsoft Corporation';
const windows = { company: microsoft, product: 'Microsoft® Windows® Operating System', version: '10.0.22621.3155' };
const office = 'C:\\Program Files\\Microsoft Office\\root\\Office16';
const local = 'C:\\Users\\{user}\\AppData\\Local';

/** Every program of the company's devices. */
export const programs = {
  chrome: program('chrome.exe', 'C:\\Program Files\\Google\\Chrome\\Application', {
    company: 'Google LLC',
    product: 'Google Chrome',
    version: '134.0.6998.36',
    parent: 'chrome.exe',
    commandLine: '"chrome.exe" --type=utility --utility-sub-type=network.mojom.NetworkService --lang=en-GB /prefetch:3',
  }),
  edge: program('msedge.exe', 'C:\\Program Files (x86)\\Microsoft\\Edge\\Application', {
    company: microsoft,
    product: 'Microsoft Edge',
    version: '134.0.3124.51',
    parent: 'msedge.exe',
    commandLine: '"msedge.exe" --type=utility --utility-sub-type=network.mojom.NetworkService --lang=en-GB /prefetch:3',
  }),
  firefox: program('firefox.exe', 'C:\\Program Files\\Mozilla Firefox', {
    company: 'Mozilla Corporation',
    product: 'Firefox',
    version: '136.0.0.0',
  }),
  outlook: program('OUTLOOK.EXE', office, {
    company: microsoft,
    product: 'Microsoft Outlook',
    original: 'Outlook.exe',
  }),
  word: program('WINWORD.EXE', office, { company: microsoft, product: 'Microsoft Word', original: 'WinWord.exe' }),
  teams: program('ms-teams.exe', 'C:\\Program Files\\WindowsApps\\MSTeams_25031.805_x64__8wekyb3d8bbwe', {
    company: microsoft,
    product: 'Microsoft Teams',
  }),
  oneDrive: program('OneDrive.exe', 'C:\\Program Files\\Microsoft OneDrive', {
    company: microsoft,
    product: 'Microsoft OneDrive',
    commandLine: '"OneDrive.exe" /background',
  }),
  zoom: program('Zoom.exe', 'C:\\Program Files\\Zoom\\bin', {
    company: 'Zoom Communications, Inc.',
    product: 'Zoom Workplace',
  }),
  slack: program('slack.exe', `${local}\\slack\\app-4.42.120`, {
    company: 'Slack Technologies Inc.',
    product: 'Slack',
    parent: 'slack.exe',
    commandLine: '"slack.exe" --type=utility --utility-sub-type=network.mojom.NetworkService',
  }),
  discord: program('Discord.exe', `${local}\\Discord\\app-1.0.9186`, {
    company: 'Discord Inc.',
    product: 'Discord',
    parent: 'Discord.exe',
    commandLine: '"Discord.exe" --type=utility --utility-sub-type=network.mojom.NetworkService',
  }),
  telegram: program('Telegram.exe', 'C:\\Users\\{user}\\AppData\\Roaming\\Telegram Desktop', {
    company: 'Telegram FZ-LLC',
    product: 'Telegram Desktop',
  }),
  dropbox: program('Dropbox.exe', 'C:\\Program Files (x86)\\Dropbox\\Client', {
    company: 'Dropbox, Inc.',
    product: 'Dropbox',
    commandLine: '"Dropbox.exe" /systemstartup',
  }),
  backupAgent: program('hvagent.exe', 'C:\\Program Files\\HarborVault\\Agent', {
    company: 'HarborVault Software',
    product: 'HarborVault Backup Agent',
    parent: 'services.exe',
    commandLine: '"hvagent.exe" --service --plan nightly',
  }),
  backblaze: program('bztransmit64.exe', 'C:\\Program Files (x86)\\Backblaze', {
    company: 'Backblaze, Inc.',
    product: 'Backblaze Backup',
    original: 'bztransmit.exe',
    parent: 'bzserv.exe',
    commandLine: '"bztransmit64.exe" -completesync true',
  }),
  intune: program(
    'Microsoft.Management.Services.IntuneWindowsAgent.exe',
    'C:\\Program Files (x86)\\Microsoft Intune Management Extension',
    {
      company: microsoft,
      product: 'Microsoft Intune Management Extension',
      original: 'IntuneWindowsAgent.exe',
      parent: 'services.exe',
    },
  ),
  powershell: program('powershell.exe', `${system32}\\WindowsPowerShell\\v1.0`, {
    ...windows,
    description: 'Windows PowerShell',
    original: 'PowerShell.EXE',
  }),
  pwsh: program('pwsh.exe', 'C:\\Program Files\\PowerShell\\7', {
    company: microsoft,
    product: 'PowerShell',
    original: 'pwsh.dll',
    parent: 'WindowsTerminal.exe',
  }),
  cmd: program('cmd.exe', system32, { ...windows, description: 'Windows Command Processor', original: 'Cmd.Exe' }),
  curl: program('curl.exe', system32, {
    company: 'curl, https://curl.se/',
    product: 'The curl executable',
    parent: 'cmd.exe',
  }),
  wget: program('wget.exe', 'C:\\Tools\\GnuWin32\\bin', { company: 'GNU Project', product: 'Wget', parent: 'cmd.exe' }),
  python: program('python.exe', `${local}\\Programs\\Python\\Python312`, {
    company: 'Python Software Foundation',
    product: 'Python 3.12',
    parent: 'cmd.exe',
  }),
  node: program('node.exe', 'C:\\Program Files\\nodejs', { company: 'Node.js', product: 'Node.js', parent: 'cmd.exe' }),
  gitHttps: program('git-remote-https.exe', 'C:\\Program Files\\Git\\mingw64\\libexec\\git-core', {
    company: 'The Git Development Community',
    product: 'Git',
    original: 'git.exe',
    parent: 'git.exe',
  }),
  gitLfs: program('git-lfs.exe', 'C:\\Program Files\\Git LFS', {
    company: 'GitHub, Inc.',
    product: 'Git Large File Storage (LFS)',
    parent: 'git.exe',
  }),
  gh: program('gh.exe', 'C:\\Program Files\\GitHub CLI', {
    company: 'GitHub, Inc.',
    product: 'GitHub CLI',
    parent: 'pwsh.exe',
  }),
  code: program('Code.exe', `${local}\\Programs\\Microsoft VS Code`, {
    company: microsoft,
    product: 'Visual Studio Code',
    original: 'electron.exe',
    parent: 'Code.exe',
    commandLine: '"Code.exe" --type=utility --utility-sub-type=network.mojom.NetworkService',
  }),
  aws: program('aws.exe', 'C:\\Program Files\\Amazon\\AWSCLIV2', { parent: 'pwsh.exe' }),
  sevenZip: program('7z.exe', 'C:\\Program Files\\7-Zip', {
    company: 'Igor Pavlov',
    product: '7-Zip',
    description: '7-Zip Console',
    parent: 'cmd.exe',
  }),
  copyTool: program('svchostw.exe', 'C:\\ProgramData\\WinSvc', {
    original: 'rclone.exe',
    company: 'https://rclone.org',
    product: 'Rclone',
    description: 'Rsync for cloud storage',
    version: '1.68.2',
    parent: 'cmd.exe',
  }),
  svchostUpdate: program('svchost.exe', system32, {
    ...windows,
    description: 'Host Process for Windows Services',
    parent: 'services.exe',
    commandLine: 'svchost.exe -k netsvcs -p -s wuauserv',
  }),
  svchostDelivery: program('svchost.exe', `${system32}`, {
    ...windows,
    description: 'Host Process for Windows Services',
    parent: 'services.exe',
    commandLine: 'svchost.exe -k NetworkService -p -s DoSvc',
  }),
  sense: program('MsSense.exe', 'C:\\Program Files\\Windows Defender Advanced Threat Protection', {
    ...windows,
    description: 'Windows Defender Advanced Threat Protection Service Executable',
    parent: 'services.exe',
  }),
  monitor: program('agent.exe', 'C:\\Program Files\\Datadog\\Datadog Agent\\bin', {
    company: 'Datadog, Inc.',
    product: 'Datadog Agent',
    parent: 'services.exe',
    commandLine: '"agent.exe"',
  }),
  adobeUpdate: program('AdobeARM.exe', 'C:\\Program Files (x86)\\Common Files\\Adobe\\ARM\\1.0', {
    company: 'Adobe Inc.',
    product: 'Adobe Reader and Acrobat Manager',
  }),
  system: program('System', system32, {
    ...windows,
    description: 'NT Kernel & System',
    original: 'ntkrnlmp.exe',
    image: 'ntoskrnl.exe',
    parent: '',
    commandLine: '',
  }),
  macChrome: program('Google Chrome Helper', '/Applications/Google Chrome.app/Contents/Frameworks/Helpers', {
    original: '',
    parent: 'Google Chrome',
    commandLine: '"Google Chrome Helper" --type=utility --utility-sub-type=network.mojom.NetworkService',
  }),
  macSafari: program('com.apple.WebKit.Networking', '/System/Library/Frameworks/WebKit.framework/XPCServices', {
    original: '',
    parent: 'launchd',
    commandLine: 'com.apple.WebKit.Networking',
  }),
  macSlack: program('Slack Helper', '/Applications/Slack.app/Contents/Frameworks', {
    original: '',
    parent: 'Slack',
    commandLine: '"Slack Helper" --type=utility',
  }),
  macCloud: program('cloudd', '/System/Library/PrivateFrameworks/CloudKitDaemon.framework/Support', {
    original: '',
    parent: 'launchd',
    commandLine: 'cloudd',
  }),
  nginx: program('nginx', '/usr/sbin', { original: '', parent: 'systemd', commandLine: 'nginx: worker process' }),
  linuxCurl: program('curl', '/usr/bin', { original: '', parent: 'bash' }),
  apt: program('http', '/usr/lib/apt/methods', {
    original: '',
    parent: 'apt-get',
    commandLine: '/usr/lib/apt/methods/http',
  }),
} satisfies Record<string, Program>;
