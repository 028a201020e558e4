import { expect, it } from 'vitest';
import { networkFlows } from '../../packages/weir/src/tables/index.ts';
import { type Eve, flowRecord, ndjson } from './eveRecords.ts';
import { withFiles } from './intake.ts';

const padding = 'x'.repeat(2000);
const usual = Array.from({ length: 800 }, (_, index) => flowRecord({ flow_id: index, padding } as Partial<Eve>));

// The sample of a file has some records in a hundred.
it.each([
  ['a member', { community_id: '1:rare=' }],
  ['an object', { vlan: [7], host: 'sensor-7', tcp: { tcp_flags: '1b', state: 'closed', ts_gap: true } }],
  ['a member that is null elsewhere', { in_iface: 'eth7' }],
])('%s that few records of a large file have is read as in a small one', async (_, rare) => {
  const odd = { ...flowRecord({ flow_id: 'odd' }), ...rare } as Eve;
  const alone = await withFiles({ 'eve.json': ndjson([odd]) }, ({ rows }) => rows(networkFlows));
  for (const place of [400, 733]) {
    const text = ndjson([...usual.slice(0, place), odd, ...usual.slice(place)]);
    await withFiles({ 'eve.json': text }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ records: 801, rows: 801, rejects: 0 });
      expect(await rows(networkFlows)).toEqual(expect.arrayContaining(alone));
    });
  }
});
