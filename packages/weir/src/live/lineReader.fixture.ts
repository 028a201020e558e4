import type { Engine } from '../engine/engine.ts';
import type { JournalEntry } from '../journal/frame.ts';
import { Lake } from '../lake/lake.ts';
import { networkFlows } from '../tables/index.ts';
import type { Batch, BatchReader } from './batch.ts';
import { BatchInputs } from './inputs.ts';

/** Makes a row of each line, rejects those that begin with `bad`, and throws at `poison`: in milliseconds what the real one
 *  does. */
export class LineReader implements BatchReader {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async read(entries: readonly JournalEntry[], folder: string): Promise<Batch> {
    const lake = await Lake.createUnseen(this.#engine, folder);
    const inputs = new BatchInputs();
    const lines = entries.flatMap(({ body }) => body.toString().trim().split('\n'));
    const good = lines.filter((line) => !line.startsWith('bad'));
    if (lines.some((line) => line.startsWith('poison'))) throw new Error('a defect');
    const rows = good.map((line) => `('${line}')`).join(', ');
    if (good.length > 0) await lake.append(networkFlows, `SELECT * FROM (VALUES ${rows}) v("FlowId")`, ['FlowId']);
    const none = { rejectsWhy: {}, ignored: 0, ignoredWhy: {}, complete: true };
    for (const entry of entries) {
      const own = entry.body.toString().trim().split('\n');
      const rejects = own.filter((line) => line.startsWith('bad')).length;
      const counts = { records: own.length, rows: own.length - rejects, rejects };
      inputs.read(
        { path: '', parts: [{ entry, before: 0, cut: 0, records: own.length }] },
        { path: '', format: 'lines', ...counts, ...none },
        [],
      );
    }
    return { lake, inputs, rejects: lines.filter((line) => line.startsWith('bad')), unread: [] };
  }

  reset(): void {}
}
