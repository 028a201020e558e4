import { second } from '../../packages/weir/src/simulate/time.ts';
import { programs } from '../programs.ts';
import { type Habit, moments } from './habit.ts';

/** Security and monitoring agents that report to their vendors. */
export const monitoring: Habit = (desk, shift, random) => {
  const { role, system, apps } = desk.device;
  if (system === 'windows' && (shift.atWork || role === 'server')) {
    for (const at of moments(shift, random, 0.1)) {
      desk.connect(desk.service(programs.sense), 'winatp-gw-weu.microsoft.com', {
        at,
        lasting: random.size(2, 300) * second,
        sent: random.size(30_000, 2_600_000),
        received: random.size(4_000, 40_000),
      });
    }
  }
  if (apps.includes('monitor')) {
    for (const at of moments(shift, random, 0.3)) {
      desk.connect(
        desk.service(programs.monitor),
        random.pick(['agent-http-intake.logs.datadoghq.eu', 'process.datadoghq.eu']),
        {
          at,
          lasting: random.size(60, 3_000) * second,
          sent: random.size(400_000, 22_000_000),
          received: random.size(6_000, 60_000),
        },
      );
    }
  }
};
