import { type Program, program } from '../../../packages/weir/src/simulate/program.ts';

const local = 'C:\\Users\\{user}\\AppData\\Local';
const files = 'C:\\Program Files';

function windows(file: string, folder: string, company = '', product = '', parent = 'explorer.exe'): Program {
  return program(file, folder, { company, product, parent });
}

function linux(file: string, folder: string, commandLine: string, parent = 'systemd'): Program {
  return program(file, folder, { original: '', parent, commandLine });
}

/** Programs that stand on nobody's list; many without a maker in their version resource. */
export const odd = {
  joplin: windows('Joplin.exe', `${local}\\Programs\\Joplin`, 'Laurent Cozic', 'Joplin'),
  obsidian: windows('Obsidian.exe', `${local}\\Programs\\Obsidian`, 'Obsidian', 'Obsidian'),
  keePass: windows('KeePass.exe', `${files}\\KeePass Password Safe 2`, 'Dominik Reichl', 'KeePass'),
  zotero: windows('zotero.exe', `${files}\\Zotero`, 'Corporation for Digital Scholarship', 'Zotero'),
  shareX: windows('ShareX.exe', `${files}\\ShareX`, 'ShareX Team', 'ShareX'),
  snagit: windows('SnagitCapture.exe', `${files}\\TechSmith\\Snagit 2024`, 'TechSmith Corporation', 'Snagit'),
  loom: windows('Loom.exe', `${local}\\Programs\\Loom`, 'Loom, Inc.', 'Loom'),
  obs: windows('obs64.exe', `${files}\\obs-studio\\bin\\64bit`, 'OBS', 'OBS Studio'),
  thunderbird: windows('thunderbird.exe', `${files}\\Mozilla Thunderbird`, 'Mozilla Corporation', 'Thunderbird'),
  emClient: windows('MailClient.exe', `${files}\\eM Client`, 'eM Client Inc.', 'eM Client'),
  roomBooking: windows(
    'RoomPanel.Agent.exe',
    `${files}\\Meetgate\\Panel`,
    'Meetgate',
    'Meetgate Panel',
    'services.exe',
  ),
  signatures: windows('SigSync.exe', `${local}\\SigSync\\app-3.2.1`, 'Letterfoot GmbH', 'SigSync'),
  telephone: windows('Phonebar.exe', `${local}\\Phonebar`, 'Brightline Telecom', 'Phonebar'),
  flowDesktop: windows(
    'PAD.Robot.exe',
    'C:\\Program Files (x86)\\Power Automate Desktop',
    'Microsoft Corporation',
    'Power Automate for desktop',
  ),
  powerBi: windows(
    'Microsoft.Mashup.Container.NetFX45.exe',
    `${files}\\Microsoft Power BI Desktop\\bin`,
    'Microsoft Corporation',
    'Power Query',
  ),
  ownTool: windows('TarnToolbox.exe', 'C:\\TarnTools'),
  plantLogger: windows('plclog.exe', 'C:\\ProgramData\\PlcLog', '', '', 'services.exe'),
  megaSync: windows('MEGAsync.exe', `${local}\\MEGAsync`, 'Mega Limited', 'MEGAsync'),
  pCloud: windows('pCloud.exe', `${files}\\pCloud Drive`, 'pCloud AG', 'pCloud Drive'),
  nextcloud: windows('nextcloud.exe', `${files}\\Nextcloud`, 'Nextcloud GmbH', 'Nextcloud'),
  cyberduck: windows('Cyberduck.exe', `${files}\\Cyberduck`, 'iterate GmbH', 'Cyberduck'),
  s3Browser: windows('s3browser-win32.exe', `${files}\\S3 Browser`, 'Netsdk Software FZE', 'S3 Browser'),
  duplicati: windows('Duplicati.GUI.TrayIcon.exe', `${files}\\Duplicati 2`, 'Duplicati Team', 'Duplicati'),
  freeFileSync: windows('FreeFileSync_x64.exe', `${files}\\FreeFileSync\\Bin`, 'FreeFileSync.org', 'FreeFileSync'),
  syncthing: windows('syncthing.exe', `${local}\\Programs\\Syncthing`),
  brave: windows(
    'brave.exe',
    `${files}\\BraveSoftware\\Brave-Browser\\Application`,
    'Brave Software, Inc.',
    'Brave Browser',
  ),
  arc: windows('Arc.exe', `${files}\\WindowsApps\\TheBrowserCompany.Arc_1.50.0.0_x64`, 'The Browser Company', 'Arc'),
  setup: windows('setup.exe', 'C:\\Users\\{user}\\Downloads'),
  quickSupport: windows('TeamViewerQS.exe', 'C:\\Users\\{user}\\Downloads', 'TeamViewer Germany GmbH', 'TeamViewer'),
  labels: windows('LabelDesk.exe', 'C:\\Program Files (x86)\\LabelDesk', 'LabelDesk', 'LabelDesk'),
  tax: windows('LedgerWorks.exe', 'C:\\Program Files (x86)\\LedgerWorks', 'LedgerWorks eG', 'LedgerWorks'),
  cad: windows('Fusion360.exe', `${local}\\Autodesk\\webdeploy\\production\\a1b2`, 'Autodesk, Inc.', 'Fusion'),
  matlab: windows('MATLAB.exe', `${files}\\MATLAB\\R2024b\\bin\\win64`, 'The MathWorks Inc.', 'MATLAB'),
  rSession: windows(
    'rsession-utf8.exe',
    `${files}\\RStudio\\resources\\app\\bin`,
    'Posit Software',
    'RStudio',
    'rstudio.exe',
  ),
  bot: windows('node.exe', `${files}\\nodejs`, 'Node.js', 'Node.js', 'cmd.exe'),
  reportExporter: windows('ReportExport.exe', 'D:\\Apps\\Reports', '', '', 'svchost.exe'),
  fax: windows('FaxBridge.exe', 'D:\\Apps\\FaxBridge', 'Callisto Systems', 'FaxBridge', 'services.exe'),
  serverEdge: windows(
    'msedge.exe',
    'C:\\Program Files (x86)\\Microsoft\\Edge\\Application',
    'Microsoft Corporation',
    'Microsoft Edge',
    'msedge.exe',
  ),
  gunicorn: linux('gunicorn', '/srv/app/venv/bin', 'gunicorn: worker [portal.wsgi]'),
  walG: linux('wal-g', '/usr/local/bin', 'wal-g wal-push', 'postgres'),
  nodeApp: linux('node', '/usr/bin', 'node /srv/app/server.js'),
} as const;
