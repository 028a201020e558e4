import { expect, test } from 'vitest';
import { deviceNetworkEvents } from '../tables/index.ts';
import { appendRows, type InlineRow } from './inlineRows.ts';
import { namelessOf } from './nameless.ts';
import { withScratchLake } from './scratchLake.ts';

const mebibyte = 1024 * 1024;

const row = (id: string, more: InlineRow): InlineRow => ({
  Timestamp: '2026-03-02T09:00:00Z',
  ActionType: 'ConnectionSuccess',
  DeviceName: 'ws-1',
  RemoteIPType: 'Public',
  RemoteIP: '203.0.113.9',
  BytesReceived: 1000,
  EventId: id,
  ...more,
});

const of = (rows: readonly InlineRow[]) =>
  withScratchLake(async (lake) => {
    await appendRows(lake, deviceNetworkEvents, rows);
    return await namelessOf(lake.engine);
  });

test('what left for addresses without a name is told with the most of it, beside all that left', async () => {
  const rows = [
    row('a', { BytesSent: 70 * mebibyte }),
    row('b', { BytesSent: 50 * mebibyte }),
    row('c', { BytesSent: 30 * mebibyte, DeviceName: 'ws-2' }),
    row('d', { BytesSent: 900 * mebibyte, RemoteHost: 'known.example' }),
    row('e', { BytesSent: 900 * mebibyte, Service: 'Mega' }),
    row('f', { BytesSent: 900 * mebibyte, RemoteIP: '10.0.0.9', RemoteIPType: 'Private' }),
    row('g', { BytesSent: 900 * mebibyte, ActionType: 'InboundConnectionAccepted' }),
    row('h', { BytesSent: null, RemoteIP: '203.0.113.10' }),
    row('i', { BytesSent: 200 * mebibyte, RemoteIP: '203.0.113.11', BytesReceived: 300 * mebibyte }),
  ];
  expect(await of(rows)).toEqual({
    bytesSent: BigInt(150 * mebibyte),
    ofBytes: BigInt(2150 * mebibyte),
    most: { device: 'ws-1', address: '203.0.113.9', bytesSent: BigInt(120 * mebibyte) },
  });
});

test('little is told only as a tenth of what left, very little never', async () => {
  const named = (mebibytes: number) => row('n', { BytesSent: mebibytes * mebibyte, RemoteHost: 'known.example' });
  expect(await of([row('a', { BytesSent: 20 * mebibyte }), named(180)])).toMatchObject({
    bytesSent: BigInt(20 * mebibyte),
  });
  expect(await of([row('a', { BytesSent: 20 * mebibyte }), named(181)])).toBeNull();
  expect(await of([row('a', { BytesSent: 10 * mebibyte - 1 })])).toBeNull();
  expect(await of([])).toBeNull();
});
