import { minute, second } from '../../packages/weir/src/simulate/time.ts';
import { programs } from '../programs.ts';
import { type Habit, moments } from './habit.ts';

/** Mail, chat, documents and their sync: what every office device does all day. */
export const office: Habit = (desk, shift, random) => {
  const { role, system } = desk.device;
  if (!shift.atWork || system !== 'windows' || role === 'server') return;
  const outlook = desk.running(programs.outlook);
  for (const at of moments(shift, random, 0.6)) {
    const attachment = random.chance(0.06) ? random.size(300_000, 9_000_000) : 0;
    desk.connect(outlook, 'outlook.office365.com', {
      at,
      lasting: random.size(30, 1_500) * second,
      sent: random.size(4_000, 60_000) + attachment,
      received: random.size(8_000, 900_000),
    });
  }
  const teams = desk.running(programs.teams);
  for (const at of moments(shift, random, 0.35)) {
    desk.connect(teams, 'teams.microsoft.com', {
      at,
      lasting: random.size(60, 1_800) * second,
      sent: random.size(5_000, 80_000),
      received: random.size(9_000, 400_000),
    });
  }
  const oneDrive = desk.running(programs.oneDrive);
  for (const at of moments(shift, random, 0.4)) {
    const changed = random.chance(0.25) ? random.size(200_000, 45_000_000) : 0;
    desk.connect(oneDrive, random.chance(0.3) ? 'graph.microsoft.com' : 'larkfield-my.sharepoint.com', {
      at,
      lasting: random.size(4, 240) * second,
      sent: random.size(3_000, 25_000) + changed,
      received: random.size(4_000, 90_000),
    });
  }
  for (const at of moments(shift, random, 0.08)) {
    desk.connect(desk.running(programs.word), 'larkfield.sharepoint.com', {
      at,
      lasting: random.size(3, 40) * second,
      sent: random.size(20_000, 3_000_000),
      received: random.size(9_000, 5_000_000),
    });
  }
  for (const at of moments(shift, random, 0.12)) {
    desk.connect(outlook, 'login.microsoftonline.com', {
      at,
      lasting: random.int(1, 6) * second,
      sent: random.size(2_500, 9_000),
      received: random.size(6_000, 30_000),
    });
  }
};

/** Video calls: large both ways, over UDP. */
export const calls: Habit = (desk, shift, random) => {
  const { role, system } = desk.device;
  if (!shift.atWork || system !== 'windows' || role === 'server') return;
  const zoom = desk.device.apps.includes('zoom');
  for (const at of moments(shift, random, zoom ? 0.12 : 0.05)) {
    const lasting = random.int(9, 52) * minute;
    const bytes = (lasting / second) * random.int(60_000, 190_000);
    const program = desk.running(zoom ? programs.zoom : programs.teams);
    desk.connect(program, zoom ? 'us05web.zoom.us' : 'worldaz.tr.teams.microsoft.com', {
      at,
      lasting,
      sent: bytes * random.between(0.6, 1.1),
      received: bytes * random.between(0.8, 2.6),
      as: 'media',
      port: zoom ? 8801 : random.pick([3479, 3480, 3481]),
    });
  }
};
