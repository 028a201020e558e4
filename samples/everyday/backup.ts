import { minute, second } from '../../packages/weir/src/simulate/time.ts';
import { programs } from '../programs.ts';
import { type Habit, moments } from './habit.ts';

/** Backup agents and sync clients: much data out, day after day, from the same programs to the same places. */
export const backup: Habit = (desk, shift, random) => {
  const { apps, system } = desk.device;
  if (apps.includes('backup') && shift.clock >= 1 && shift.clock <= 3) {
    const agent = desk.service(programs.backupAgent);
    for (let part = 0; part < 5; part++) {
      const bytes = random.size(60_000_000, 480_000_000);
      desk.connect(agent, 'larkfield-backup.s3.eu-central-1.amazonaws.com', {
        at: shift.start + part * 11 * minute + random.int(0, 90) * second,
        lasting: (bytes / 1_600_000) * second,
        sent: bytes,
        received: Math.round(bytes / 21_000),
      });
    }
  }
  if (apps.includes('backup')) {
    // Always from the same port: one 5-tuple, hour after hour another connection.
    desk.connect(desk.service(programs.backupAgent), 'control.harborvault.example', {
      at: shift.start + random.int(0, 20) * minute,
      lasting: random.size(2, 40) * second,
      sent: random.size(1_500, 9_000),
      received: random.size(900, 4_000),
      localPort: 49_160,
    });
  }
  if (!shift.atWork) return;
  if (apps.includes('dropbox')) {
    const dropbox = desk.running(programs.dropbox);
    for (const at of moments(shift, random, 0.5)) {
      const changed = random.chance(0.4);
      desk.connect(dropbox, changed ? 'block.dropbox.com' : 'client.dropbox.com', {
        at,
        lasting: random.size(8, 400) * second,
        sent: changed ? random.size(2_000_000, 140_000_000) : random.size(3_000, 12_000),
        received: random.size(3_000, 40_000),
      });
    }
  }
  if (apps.includes('backblaze')) {
    for (const at of moments(shift, random, 0.3)) {
      const bytes = random.size(3_000_000, 210_000_000);
      desk.connect(
        desk.service(programs.backblaze),
        random.pick(['pod-030-1020-09.backblaze.com', 'ca001.backblaze.com']),
        {
          at,
          lasting: (bytes / 1_100_000) * second,
          sent: bytes,
          received: random.size(3_000, 30_000),
        },
      );
    }
  }
  if (system === 'macos') {
    for (const at of moments(shift, random, 0.35)) {
      desk.connect(desk.running(programs.macCloud), 'gateway.icloud.com', {
        at,
        lasting: random.size(4, 200) * second,
        sent: random.size(6_000, 38_000_000),
        received: random.size(4_000, 700_000),
      });
    }
  }
};
