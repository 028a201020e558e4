import { expect, test } from 'vitest';
import { at, event, fused } from './fused.ts';

test.each([
  ['2026-03-13T09:00:00Z', ['row:1']],
  ['2026-03-14T11:00:00Z', ['mde:7', 'row:1']],
])('a finished row of %s leaves these rows of the event that it names', async (Timestamp, left) => {
  const made = event({ EventId: 'mde:7', Timestamp: at('10:00:00') });
  const finished = { EventId: 'row:1', EndpointEventId: 'mde:7', Timestamp, RemoteIP: '203.0.113.10' };
  const { rows } = await fused({ events: [[made]], finished: [[finished]] });
  expect(rows.map(({ EventId }) => EventId)).toEqual(left);
});
