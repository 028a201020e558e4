import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadScenarios, type Scenario } from '../../packages/weir/src/simulate/load.ts';
import type { LogForm } from '../../packages/weir/src/simulate/sensors/log.ts';
import { type SensorName, simulate, tellAll, type Wishes } from '../../packages/weir/src/simulate/simulate.ts';
import type { Device, Flow, Process, WrittenFile } from '../../packages/weir/src/simulate/story.ts';
import { day } from '../../packages/weir/src/simulate/time.ts';

export const content = fileURLToPath(new URL('../../content', import.meta.url));

/** Every scenario that can be told. */
export const scenarios: readonly Scenario[] = [...(await loadScenarios(join(content, 'scenarios'))).values()].filter(
  ({ refused }) => refused === undefined,
);

const firstDay = Date.UTC(2026, 2, 10, 8) * 1000;

/** All of them (or others) with a seed, a seed on days of its own. */
export function wishesOf(seed: number, which: readonly Scenario[] = scenarios): Wishes {
  return { scenarios: which, seed, set: new Map(), start: firstDay + seed * 3 * day };
}

/** Writes what some sensors see into a folder. */
export async function plant(
  folder: string,
  wishes: Wishes,
  sensors: readonly SensorName[],
  form: LogForm = 'files',
): Promise<void> {
  for (const { file, text } of simulate(wishes, sensors, form)) {
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}

/** What truly happened: the planted connections, the processes and the files. */
export function truth(wishes: Wishes) {
  const flows: Flow[] = [];
  const processes: { readonly device: Device; readonly process: Process }[] = [];
  const files: WrittenFile[] = [];
  tellAll(wishes, {
    flow: (flow) => {
      if (flow.incident !== null) flows.push(flow);
    },
    started: (device, process) => processes.push({ device, process }),
    wrote: (file) => files.push(file),
  });
  return { flows, processes, files };
}
