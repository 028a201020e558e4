/** Reads the paths that it is given as intake does and prints what became of each: a process of its own for limits and
 *  rights that only a process has. */
import { withIntake } from '../intake/intake.ts';

await withIntake(process.argv.slice(2), async ({ inputs }) => process.stdout.write(JSON.stringify(inputs)), {
  withoutRejects: true,
});
