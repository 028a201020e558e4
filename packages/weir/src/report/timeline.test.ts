import { expect, test } from 'vitest';
import { appendRows, type InlineRow } from '../detect/inlineRows.ts';
import { withScratchLake } from '../detect/scratchLake.ts';
import { deviceNetworkEvents } from '../tables/index.ts';
import { timeline } from './timeline.ts';

const row = (id: string, more: InlineRow): InlineRow => ({
  Timestamp: '2026-03-02T09:00:00Z',
  EvidenceTime: '2026-03-02T09:00:00Z',
  ActionType: 'ConnectionSuccess',
  RemoteIPType: 'Public',
  BytesSent: 100,
  EventId: id,
  ...more,
});

const barsOf = (rows: readonly InlineRow[]) =>
  withScratchLake(async (lake) => {
    await appendRows(lake, deviceNetworkEvents, rows);
    return (await timeline(lake))?.bars.map(({ service, bytesSent, connections }) => [service, bytesSent, connections]);
  });

test('what goes through a proxy is counted on the client, once, whether the catalogue knows the host or not', async () => {
  const client = { RemoteIPType: 'Private', RemoteHostSource: 'proxy' };
  const leg = { Fusion: 'flow', FusionRule: 'proxy-outer-leg' };
  const rows = [
    row('a', { ...client, Service: 'Discord' }),
    row('b', { ...leg, Service: 'Discord' }),
    row('c', { ...client, RemoteHost: 'upload.example.com' }),
    row('d', { ...leg, RemoteHost: 'upload.example.com' }),
  ];
  expect(await barsOf(rows)).toEqual([
    ['', 100n, 1],
    ['Discord', 100n, 1],
  ]);
});

test('inside traffic, inspections, listening and what failed or came in are no connections to the outside; unknown bytes are no zero', async () => {
  const rows = [
    row('e', { ActionType: 'ConnectionFailed', BytesSent: null, Service: 'transfer.sh' }),
    row('f', { ActionType: 'ConnectionFailedAggregatedReport', BytesSent: null }),
    row('g', { ActionType: 'InboundConnectionAccepted' }),
    row('a', { RemoteIPType: 'Private' }),
    row('b', { ActionType: 'SslConnectionInspected' }),
    row('c', { ActionType: 'ListeningConnectionCreated' }),
    row('d', { BytesSent: null }),
  ];
  expect(await barsOf(rows)).toEqual([['', null, 1]]);
  expect(await barsOf(rows.slice(0, -1))).toBeUndefined();
});
