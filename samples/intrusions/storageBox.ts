import { minute, second } from '../../packages/weir/src/simulate/time.ts';
import { clock, type Intrusion } from './intrusion.ts';

/** The storage box, which no endpoint sensor watches, sends 900 MB to a file host by night. */
export const storageBox: Intrusion = {
  name: 'storage-box-gofile',
  technique: 'T1567',
  device: 'lf-nas-01',
  dayNumber: 1,
  service: 'gofile.io',
  tell: (desk, midnight, random, incident) => {
    const start = clock(midnight, 2, 51, 17);
    desk.connect(null, 'api.gofile.io', { at: start, lasting: 2 * second, sent: 840, received: 2_300, incident });
    for (let part = 0; part < 3; part++) {
      desk.connect(null, 'store3.gofile.io', {
        at: start + 4 * second + part * 6 * minute,
        lasting: random.int(290, 340) * second,
        sent: 300_000_000 + random.int(0, 4_000_000),
        received: random.size(4_000, 9_000),
        incident,
      });
    }
  },
};
