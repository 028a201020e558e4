import { minute, second } from '../../packages/weir/src/simulate/time.ts';
import { programs } from '../programs.ts';
import { type Habit, moments } from './habit.ts';

/** Updates, telemetry of the system and certificate checks: mostly downloads, partly in clear text. */
export const updates: Habit = (desk, shift, random) => {
  if (desk.device.system === 'linux' && shift.clock === 5) {
    desk.connect(desk.running(programs.apt, { ...desk.device.account, name: 'root' }), 'archive.ubuntu.com', {
      at: shift.start + random.int(1, 50) * minute,
      lasting: random.int(4, 30) * second,
      sent: random.size(1_000, 5_000),
      received: random.size(800_000, 60_000_000),
      as: 'http',
      http: {
        method: 'GET',
        path: '/ubuntu/dists/noble-updates/InRelease',
        agent: 'Debian APT-HTTP/1.3 (2.7.14)',
        requestBody: 0,
        responseBody: 126_000,
        type: 'text/plain',
        status: 200,
      },
    });
  }
  const awake = shift.atWork || desk.device.role === 'server';
  if (desk.device.system !== 'windows' || !awake) return;
  const rate = desk.device.role === 'server' ? 0.05 : 0.13;
  for (const at of moments(shift, random, rate)) {
    desk.connect(
      desk.service(programs.svchostUpdate),
      random.pick(['v10.events.data.microsoft.com', 'settings-win.data.microsoft.com', 'fe2cr.update.microsoft.com']),
      {
        at,
        lasting: random.int(1, 70) * second,
        sent: random.size(2_000, 120_000),
        received: random.size(3_000, 40_000),
      },
    );
  }
  for (const at of moments(shift, random, 0.03)) {
    const bytes = random.size(2_000_000, 320_000_000);
    desk.connect(desk.service(programs.svchostDelivery), 'au.download.windowsupdate.com', {
      at,
      lasting: (bytes / 9_000_000) * second,
      sent: random.size(900, 30_000),
      received: bytes,
      as: 'http',
      http: {
        method: 'GET',
        path: `/d/msdownload/update/software/secu/2026/03/windows10.0-kb50${random.int(10_000, 99_999)}-x64_${random.hex(40)}.cab`,
        agent: 'Microsoft-Delivery-Optimization/10.1',
        requestBody: 0,
        responseBody: bytes - 420,
        type: 'application/vnd.ms-cab-compressed',
        status: 200,
      },
    });
  }
  for (const at of moments(shift, random, rate)) {
    desk.connect(desk.service(programs.svchostUpdate), 'ocsp.digicert.com', {
      at,
      lasting: random.int(60_000, 5_000_000),
      sent: 240,
      received: 960,
      as: 'http',
      http: {
        method: 'GET',
        path: `/${random.base62(24)}%3D`,
        agent: 'Microsoft-CryptoAPI/10.0',
        requestBody: 0,
        responseBody: 471,
        type: 'application/ocsp-response',
        status: 200,
      },
    });
  }
  for (const at of moments(shift, random, desk.device.role === 'server' ? 0 : 0.05)) {
    desk.connect(desk.running(programs.adobeUpdate), 'armmf.adobe.com', {
      at,
      lasting: random.int(1, 20) * second,
      sent: random.size(700, 3_000),
      received: random.size(20_000, 4_000_000),
    });
  }
};
