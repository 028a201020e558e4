import { beforeAll, describe, expect, it } from 'vitest';
import { deviceProcessEvents, endpointConnections, observedNames } from '../../packages/weir/src/tables/index.ts';
import { sampleRows, shapes } from './defenderShapes.ts';
import { type Taken, withFiles } from './intake.ts';

async function everything({ rows }: Taken): Promise<string[][]> {
  return [await rows(endpointConnections), await rows(deviceProcessEvents), await rows(observedNames)];
}

const plain = shapes['hunting.ndjson']?.(sampleRows) ?? '';

describe('Defender', () => {
  let expected: string[][] = [];
  beforeAll(async () => {
    expected = await withFiles({ 'rows.ndjson': plain }, everything);
  });

  it.each(Object.entries(shapes))('%s gives the same rows as every other shape', async (name, render) => {
    expect(expected.map((rows) => rows.length)).toEqual([2, 1, 1]);
    await withFiles({ [name]: render(sampleRows) }, async (taken) => {
      expect(taken.inputs[0]).toMatchObject({ rows: 3, rejects: 0, complete: true });
      expect(taken.inputs[0]?.format).toMatch(/^defender(-stream)? (csv|json)$/);
      expect(await everything(taken)).toEqual(expected);
    });
  });

  it('keeps the seventh digit, ids, ports and texts as recorded', async () => {
    await withFiles({ 'hunting.csv': shapes['hunting.csv']?.(sampleRows) ?? '' }, async ({ rows }) => {
      const columns =
        '"Timestamp", "RemotePort", "RemoteUrl", "RemoteHost", "InitiatingProcessCommandLine", "AccountName", "ReportId"';
      expect(await rows(endpointConnections, columns)).toContain(
        '639087273301234567|443|https://upload.example/path?q=1|upload.example|curl.exe -T "a, b.zip" https://upload.example/|ada|17',
      );
    });
  });
});
