import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { weirSchema } from '../tables/index.ts';
import { schemaWith } from '../tables/watchlists.ts';
import { compileNow, type DetectionQuery } from './compiled.ts';
import { KeptQueries } from './keptQueries.ts';

const traced: DetectionQuery = {
  text: 'DeviceNetworkEvents | where Timestamp > ago(1h) and BytesSent > 9007199254740993 | summarize sum(BytesSent) by DeviceName',
  schema: weirSchema,
  lineage: 'EventId',
};
const unsound: DetectionQuery = { text: 'DeviceNetworkEvents | where Nowhere == 1', schema: weirSchema };
const queries = [traced, unsound];
const answers = queries.map(compileNow);

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-kept-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const inner = () => join(folder, 'queries');
const only = () => join(inner(), String(readdirSync(inner())[0]));

describe('KeptQueries', () => {
  it('are read as they were compiled, mistakes too, by whoever asks the same', () => {
    expect(new KeptQueries(inner(), queries).read()).toBeUndefined();
    new KeptQueries(inner(), queries).write(answers);
    const schema = structuredClone(weirSchema);
    const same = queries.map((query) => ({ ...query, schema }));
    expect(new KeptQueries(inner(), same).read()).toEqual(answers);
    expect(statSync(inner()).mode & 0o777).toBe(0o700);
  });

  it('are none of another text, other tables, another order or without the ids of rows', () => {
    new KeptQueries(inner(), queries).write(answers);
    const { lineage: _, ...plain } = traced;
    for (const other of [
      [{ ...traced, text: `${traced.text} ` }, unsound],
      [{ ...traced, schema: schemaWith([{ name: 'Partners', columns: ['Name'] }]) }, unsound],
      [unsound, traced],
      [plain, unsound],
      [traced],
    ]) {
      expect(new KeptQueries(inner(), other).read()).toBeUndefined();
    }
  });

  it('are none where a byte is another one, or some are missing', () => {
    new KeptQueries(inner(), queries).write(answers);
    const whole = readFileSync(only());
    for (const at of [0, 31, 32, Math.floor(whole.length / 2), whole.length - 1]) {
      const damaged = Buffer.from(whole);
      damaged.writeUInt8((damaged.readUInt8(at) + 1) % 256, at);
      writeFileSync(only(), damaged);
      expect([at, new KeptQueries(inner(), queries).read()]).toEqual([at, undefined]);
    }
    for (const length of [0, 20, whole.length - 1]) {
      writeFileSync(only(), whole.subarray(0, length));
      expect(new KeptQueries(inner(), queries).read()).toBeUndefined();
    }
  });

  it('of several packs are those that were compiled last, and nothing is told where there is no room', () => {
    for (let n = 0; n < 12; n++) {
      const query = { text: `print ${n}`, schema: weirSchema };
      new KeptQueries(inner(), [query]).write([compileNow(query)]);
    }
    expect(readdirSync(inner()).length).toBe(8);
    writeFileSync(join(folder, 'file'), '');
    const nowhere = new KeptQueries(join(folder, 'file'), queries);
    nowhere.write(answers);
    expect(nowhere.read()).toBeUndefined();
  });
});
