import { connections } from './connections.ts';
import { Stage, type Telling } from './stage.ts';
import type { Recorder } from './story.ts';
import { second } from './time.ts';

/** Tells a scenario to a recorder, on a device of the cast.
 *  @throws UserError where a device is to be what no device is */
export function tell(telling: Telling, recorder: Recorder): void {
  const stage = new Stage(telling, recorder);
  let clock = telling.start;
  for (const step of telling.scenario.steps) {
    const { after, at } = step.start ?? step.connect ?? step.write ?? {};
    const begins =
      at === undefined
        ? clock + (after === undefined ? stage.random.int(second, 4 * second) : stage.amount('duration', after))
        : telling.start + stage.amount('duration', at);
    let ends = begins;
    if (step.start) stage.start(step.start, begins);
    if (step.write) stage.write(step.write, begins);
    if (step.connect) ends = connections(stage, step.connect, begins);
    clock = Math.max(clock, ends);
  }
}
