import { expect, it } from 'vitest';
import { networkFlows } from '../../packages/weir/src/tables/index.ts';
import { type Eve, flowRecord, handshake, ndjson } from './eveRecords.ts';
import { withFiles } from './intake.ts';

const usual = Array.from({ length: 60 }, (_, index) => flowRecord({ flow_id: index }));

it.each([
  ['JSON text of the object', JSON.stringify(handshake)],
  ['a word', 'closed'],
  ['a number', 5],
  ['a list', [handshake]],
  ['nothing', null],
  ['no text', ''],
  ['an object in an object', { tcp_flags_ts: { a: [1] }, state: 'closed' }],
])(
  'a member that is an object in the first records and later %s is read the same in place and with care',
  async (_, tcp) => {
    const text = ndjson([...usual, { ...flowRecord({ flow_id: 'odd' }), tcp } as Eve]);
    const read = (content: string) =>
      withFiles({ 'eve.json': content }, async ({ inputs, rows }) => {
        expect(inputs[0]).toMatchObject({ records: 61, rows: 61, rejects: 0 });
        return rows(networkFlows);
      });
    expect(await read(text)).toEqual(await read(`\ufeff${text}`));
  },
);
