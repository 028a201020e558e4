/** The web services that the company meets, by host name. Their addresses are from the documentation ranges (RFC 5737,
 *  RFC 3849), except Telegram's, whose published range identifies it where no name is seen. */

interface Host {
  readonly addresses: readonly string[];
  readonly address6: string | null;
  /** Names on the way from the asked name to the addresses. */
  readonly aliases: readonly string[];
}

const pools = ['203.0.113', '198.51.100', '192.0.2'];
let given = 0;

function nextAddress(): string {
  const pool = pools[Math.floor(given / 254)];
  if (pool === undefined) throw new RangeError('the documentation ranges are used up');
  const address = `${pool}.${1 + (given % 254)}`;
  given++;
  return address;
}

function own(count: number): Host {
  return { addresses: Array.from({ length: count }, nextAddress), address6: null, aliases: [] };
}

function dual(count: number): Host {
  const host = own(count);
  return { ...host, address6: `2001:db8:4006:80c::${(0x2000 + given).toString(16)}` };
}

/** Two networks of front ends, each address of which serves many names. */
const edges = [own(4), own(4)];

function edge(which: 0 | 1, alias: string): Host {
  return { ...own(0), addresses: edges[which]?.addresses ?? [], aliases: [alias] };
}

const table: Record<string, Host> = {
  // Search, news, shops, and what their pages load.
  'www.google.com': dual(2),
  'fonts.gstatic.com': dual(1),
  'www.youtube.com': dual(2),
  'rr3---sn-4g5lznez.googlevideo.com': dual(2),
  'www.bing.com': own(1),
  'en.wikipedia.org': dual(1),
  'upload.wikimedia.org': dual(1),
  'www.bbc.co.uk': edge(0, 'bbc.map.edge-one.example'),
  'www.theguardian.com': edge(0, 'guardian.map.edge-one.example'),
  'static.edge-one.example': edge(0, 'static.map.edge-one.example'),
  'www.linkedin.com': own(2),
  'www.amazon.de': own(2),
  'cdn.jsdelivr.net': edge(1, 'cdn.jsdelivr.net.edge-two.example'),
  'cdnjs.cloudflare.com': edge(1, 'cdnjs.edge-two.example'),
  'www.rail-planner.example': own(1),
  'www.optics-supplies.example': own(1),
  'stats.measure.example': edge(1, 'stats.edge-two.example'),
  'ads.exchange.example': own(3),
  // Microsoft 365 and Windows.
  'outlook.office365.com': dual(3),
  'login.microsoftonline.com': own(2),
  'graph.microsoft.com': own(2),
  'teams.microsoft.com': own(2),
  'larkfield-my.sharepoint.com': own(2),
  'larkfield.sharepoint.com': own(1),
  'v10.events.data.microsoft.com': own(1),
  'settings-win.data.microsoft.com': own(1),
  'fe2cr.update.microsoft.com': own(1),
  'au.download.windowsupdate.com': edge(0, 'wu.map.edge-one.example'),
  'ctldl.windowsupdate.com': edge(0, 'ctldl.map.edge-one.example'),
  'ocsp.digicert.com': edge(1, 'ocsp.edge-two.example'),
  'www.msftconnecttest.com': own(1),
  'manage.microsoft.com': own(1),
  'winatp-gw-weu.microsoft.com': own(1),
  'larkfielddiag.blob.core.windows.net': own(1),
  'worldaz.tr.teams.microsoft.com': own(2),
  'dc.services.visualstudio.com': own(1),
  // Files, chat, backup.
  'drive.google.com': dual(1),
  'www.googleapis.com': dual(1),
  'client.dropbox.com': own(1),
  'block.dropbox.com': own(2),
  'wetransfer.com': own(1),
  'storm-eu-west-1.wetransfer.net': own(1),
  'slack.com': own(2),
  'files.slack.com': own(1),
  'wss-primary.slack.com': own(2),
  'hooks.slack.com': own(1),
  'discord.com': edge(1, 'discord.edge-two.example'),
  'gateway.discord.gg': own(1),
  'cdn.discordapp.com': edge(1, 'cdn-discord.edge-two.example'),
  'discord-attachments-uploads-prd.storage.googleapis.com': own(1),
  'web.telegram.org': { addresses: ['149.154.167.99'], address6: null, aliases: [] },
  'api.telegram.org': { addresses: ['149.154.167.220'], address6: null, aliases: [] },
  'mega.nz': own(1),
  'g.api.mega.co.nz': own(2),
  'gfs204n103.userstorage.mega.co.nz': own(1),
  'gfs208n117.userstorage.mega.co.nz': own(1),
  'gfs262n309.userstorage.mega.co.nz': own(1),
  'gfs270n104.userstorage.mega.co.nz': own(1),
  'larkfield-backup.s3.eu-central-1.amazonaws.com': own(3),
  'control.harborvault.example': own(1),
  'pod-030-1020-09.backblaze.com': own(1),
  'ca001.backblaze.com': own(1),
  'gateway.icloud.com': own(2),
  'us05web.zoom.us': own(1),
  // Developers.
  'github.com': own(2),
  'api.github.com': own(1),
  'github-cloud.s3.amazonaws.com': own(2),
  'objects.githubusercontent.com': edge(0, 'objects.map.edge-one.example'),
  'raw.githubusercontent.com': edge(0, 'raw.map.edge-one.example'),
  'gitlab.com': own(1),
  'pypi.org': edge(0, 'pypi.map.edge-one.example'),
  'files.pythonhosted.org': edge(0, 'pythonhosted.map.edge-one.example'),
  'packages.build-tools.example': edge(1, 'npm.edge-two.example'),
  'www.powershellgallery.com': own(1),
  'psg-prod-eastus.azureedge.net': own(1),
  'marketplace.visualstudio.com': own(1),
  'stackoverflow.com': own(1),
  'downloads.toolchain.example': own(1),
  'archive.ubuntu.com': own(2),
  // Monitoring and updates.
  'agent-http-intake.logs.datadoghq.eu': own(1),
  'process.datadoghq.eu': own(1),
  'armmf.adobe.com': own(1),
  'update.googleapis.com': dual(1),
  'cloud.printer-vendor.example': own(1),
  'updates.nas-vendor.example': own(1),
  'signage.screens.example': own(1),
  // Seldom met.
  'pastebin.com': own(1),
  'transfer.sh': own(1),
  'nq-archive-7741.s3.eu-west-1.amazonaws.com': own(4),
  'store3.gofile.io': own(1),
  'api.gofile.io': own(1),
};

/** Where a host name leads. An unknown name is a mistake in the sample. */
export function hostNamed(name: string): Host {
  const host = table[name];
  if (host === undefined) throw new Error(`no address for ${name}`);
  return host;
}

/** Telegram's data centres, reached by address without a name. */
export const telegramCentres = ['149.154.167.51', '149.154.167.91', '149.154.175.57'];

/** Addresses from which strangers call the company's web server. */
export const visitors = Array.from({ length: 24 }, nextAddress);

/** A rented server that nobody gave a name. */
export const rentedServer = nextAddress();
