/** Reads the paths that it is given as intake does and prints what became of each: a process of its own for limits and
 *  rights that only a process has. */
import { withIntake } from '../intake/intake.ts';

// Root may read everything. The rights go only now, for nobody else may be able to read the checkout itself.
if (process.env.WEIR_TEST_WITHOUT_ROOT !== undefined && process.geteuid?.() === 0) process.seteuid?.(65534);

await withIntake(process.argv.slice(2), async ({ inputs }) => process.stdout.write(JSON.stringify(inputs)), {
  withoutRejects: true,
});
