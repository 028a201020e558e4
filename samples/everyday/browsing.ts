import type { Random } from '../../packages/weir/src/simulate/random.ts';
import type { Process } from '../../packages/weir/src/simulate/story.ts';
import { type Micros, second } from '../../packages/weir/src/simulate/time.ts';
import type { Desk } from '../desk.ts';
import { programs } from '../programs.ts';
import { type Habit, moments } from './habit.ts';

const sites = [
  'www.google.com',
  'www.google.com',
  'www.bing.com',
  'en.wikipedia.org',
  'www.bbc.co.uk',
  'www.theguardian.com',
  'www.linkedin.com',
  'www.amazon.de',
  'www.rail-planner.example',
  'www.optics-supplies.example',
  'www.youtube.com',
] as const;

/** Sites of the services that also serve exfiltration, visited as anyone visits them. */
const sharingSites = [
  'discord.com',
  'pastebin.com',
  'mega.nz',
  'github.com',
  'drive.google.com',
  'web.telegram.org',
] as const;

const parts = [
  'fonts.gstatic.com',
  'cdn.jsdelivr.net',
  'cdnjs.cloudflare.com',
  'static.edge-one.example',
  'stats.measure.example',
  'ads.exchange.example',
  'upload.wikimedia.org',
] as const;

/** Pages and their parts; a video now and then; seldom a file sent to a sharing site by hand. */
export const browsing: Habit = (desk, shift, random) => {
  const { role } = desk.device;
  if (!shift.atWork || role === 'server' || role === 'web' || role === 'thing') return;
  const browser = desk.running(browserOf(desk, random));
  for (const at of moments(shift, random, 0.8)) visit(desk, browser, random.pick(sites), at, random);
  for (const at of moments(shift, random, 0.09)) visit(desk, browser, random.pick(sharingSites), at, random);
  for (const at of moments(shift, random, 0.005)) download(desk, browser, at, random);
  for (const at of moments(shift, random, 0.08)) watch(desk, browser, at, random);
  for (const at of moments(shift, random, role === 'sales' || role === 'design' ? 0.06 : 0.004))
    share(desk, browser, at, random);
};

function browserOf(desk: Desk, random: Random) {
  if (desk.device.system === 'macos') return random.chance(0.6) ? programs.macSafari : programs.macChrome;
  if (desk.device.apps.includes('firefox') && random.chance(0.7)) return programs.firefox;
  return random.chance(0.7) ? programs.chrome : programs.edge;
}

function visit(desk: Desk, browser: Process, site: string, at: Micros, random: Random): void {
  const quic = site.includes('google') || site.includes('youtube');
  desk.connect(browser, site, {
    at,
    lasting: random.size(2, 120) * second,
    sent: random.size(1_500, 22_000),
    received: random.size(12_000, 1_800_000),
    outcome: random.chance(0.015) ? 'silent' : random.chance(0.01) ? 'refused' : 'accepted',
    as: quic && random.chance(0.75) ? 'quic' : 'tls',
  });
  for (let more = random.int(0, 2); more > 0; more--) {
    const part = random.pick(parts);
    desk.connect(browser, part, {
      at: at + random.int(150_000, 2_600_000),
      lasting: random.size(1, 65) * second,
      sent: random.size(500, 6_000),
      received: random.size(900, 420_000),
      as: part === 'fonts.gstatic.com' ? 'quic' : 'tls',
    });
  }
}

function watch(desk: Desk, browser: Process, at: Micros, random: Random): void {
  desk.connect(browser, 'rr3---sn-4g5lznez.googlevideo.com', {
    at,
    lasting: random.int(120, 1_500) * second,
    sent: random.size(90_000, 700_000),
    received: random.size(9_000_000, 160_000_000),
    as: 'quic',
  });
}

/** A file that someone else shared: the same hosts as an upload, the other way round. */
function download(desk: Desk, browser: Process, at: Micros, random: Random): void {
  const bytes = random.size(20_000_000, 260_000_000);
  desk.connect(browser, 'mega.nz', { at, lasting: 9 * second, sent: 4_100, received: 1_900_000 });
  desk.connect(browser, 'g.api.mega.co.nz', {
    at: at + 2 * second,
    lasting: 30 * second,
    sent: 5_200,
    received: 14_000,
  });
  desk.connect(browser, 'gfs270n104.userstorage.mega.co.nz', {
    at: at + 5 * second,
    lasting: (bytes / 7_000_000) * second,
    sent: random.size(3_000, 9_000),
    received: bytes,
  });
}

/** A person sends a catalogue or a film to a customer, by a sharing site. */
function share(desk: Desk, browser: Process, at: Micros, random: Random): void {
  const drive = random.chance(0.4);
  const bytes = random.size(4_000_000, 190_000_000);
  desk.connect(browser, drive ? 'drive.google.com' : 'wetransfer.com', {
    at,
    lasting: random.int(20, 90) * second,
    sent: random.size(6_000, 40_000),
    received: random.size(400_000, 2_000_000),
  });
  desk.connect(browser, drive ? 'www.googleapis.com' : 'storm-eu-west-1.wetransfer.net', {
    at: at + random.int(8, 30) * second,
    lasting: (bytes / 2_500_000) * second,
    sent: bytes,
    received: random.size(4_000, 30_000),
  });
}
