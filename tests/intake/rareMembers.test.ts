import { expect, it } from 'vitest';
import { endpointConnections, networkFlows } from '../../packages/weir/src/tables/index.ts';
import { type Eve, flowRecord, ndjson } from './eveRecords.ts';
import { elasticDocument } from './examples/endpoint.ts';
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

const elastic = (changes: object): Record<string, unknown> =>
  elasticDocument({ event: { action: 'disconnect_received', type: ['end'] }, ...changes });
const connections = Array.from({ length: 800 }, (_, at) => elastic({ event: { id: `usual-${at}` }, padding }));
const parent = { name: 'late.exe', pid: 9, entity_id: 'E-0' };
const nested = elastic({ process: { parent } });
const flat = { ...elastic({}), 'process.parent.name': 'late.exe', 'process.parent.pid': 9 };
const escaped = (text: string, key: string): string =>
  text.replaceAll(`"${key}`, `"\\u00${key.charCodeAt(0).toString(16)}${key.slice(1)}`);

// So long a last record is cut in every sample.
it.each([
  ['nested', JSON.stringify(nested)],
  ['with dots', JSON.stringify(flat)],
  ['nested, with an escape in a key', escaped(JSON.stringify(nested), 'parent')],
  ['with dots and an escape', escaped(JSON.stringify(flat), 'process.')],
  ['nested, with blanks', JSON.stringify(nested).replaceAll('":', '" : ')],
])('a member that only the last record of a large file has is read as in a small one: %s', async (_, record) => {
  const told = 'InitiatingProcessParentFileName, InitiatingProcessParentId';
  const odd = record.replace(/^\{/, `{"padding":"${'x'.repeat(60_000)}",`);
  const text = `${ndjson(connections)}${odd}`;
  for (const file of [text, `${text}\n`])
    await withFiles({ 'elastic.json': file }, async ({ inputs, rows }) => {
      expect(inputs[0]).toMatchObject({ records: 801, rows: 801, rejects: 0 });
      const parents = await rows(endpointConnections, told);
      expect(parents.filter((row) => row.includes('late.exe'))).toEqual(['late.exe|9']);
    });
});
