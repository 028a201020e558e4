import { expect, test } from 'vitest';
import { readRule } from '../rules/readRule.ts';
import { deviceNetworkEvents } from '../tables/index.ts';
import { detect } from './detect.ts';
import { withScratchLake } from './scratchLake.ts';

test('a rule with more findings than anybody reads is an error that says how many, and the others go on', async () => {
  await withScratchLake(async (lake) => {
    await lake.append(
      deviceNetworkEvents,
      `SELECT 639000000000000000 + i AS "EvidenceTime", 639000000000000000 + i AS "Timestamp", 'ws-' || i AS "DeviceName",
         'e' || i AS "EventId" FROM range(20001) AS t(i)`,
      ['EvidenceTime', 'Timestamp', 'DeviceName', 'EventId'],
    );
    const flooding = readRule('flood.kql', 'DeviceNetworkEvents');
    const quiet = readRule('quiet.kql', 'DeviceNetworkEvents | where DeviceName == "ws-7"');
    const { runs, findings } = await detect(lake, [flooding, quiet], {});
    expect(runs.map(({ error }) => error)).toEqual([
      expect.stringMatching(
        /^flood\.kql: it has 20,001 findings, one for each DeviceName, .*more than 20,000\. Narrow/,
      ),
      undefined,
    ]);
    expect(findings.map(({ rule }) => rule.name)).toEqual(['quiet']);
  });
});
