import type { Random } from '../../packages/weir/src/simulate/random.ts';
import { type ZeekLogName, zeekLogNames } from '../../packages/weir/src/simulate/render/zeek.ts';
import { ZeekSensor } from '../../packages/weir/src/simulate/sensors/zeek.ts';
import type { Flow } from '../../packages/weir/src/simulate/story.ts';
import type { Micros } from '../../packages/weir/src/simulate/time.ts';
import type { Shelf } from '../render/orderedFile.ts';
import { ZeekFile } from '../render/zeekFile.ts';
import { hostNamed } from '../services.ts';
import { domain } from '../world.ts';

/** The network sensor at the company's edge, and its logs. */
export class NetworkSensor {
  readonly #sensor: ZeekSensor;
  readonly #logs: ReadonlyMap<ZeekLogName, ZeekFile>;

  constructor(shelf: Shelf, random: Random) {
    this.#logs = new Map(zeekLogNames.map((name) => [name, new ZeekFile(name, shelf)]));
    const site = { domain, aliasesOf: (host: string) => hostNamed(host).aliases };
    this.#sensor = new ZeekSensor(site, random, (log, written, row) => this.#logs.get(log)?.add(written, row));
  }

  /** Records a flow; gives its uid, or null where the sensor does not see it. */
  observe(flow: Flow): string | null {
    return this.#sensor.observe(flow);
  }

  async flush(before: Micros): Promise<void> {
    for (const log of this.#logs.values()) await log.file.flush(before);
  }

  async close(): Promise<void> {
    for (const log of this.#logs.values()) await log.file.close();
  }
}
