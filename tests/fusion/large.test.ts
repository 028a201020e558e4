import { expect, test } from 'vitest';
import { appendRows } from '../../packages/weir/src/detect/inlineRows.ts';
import { withScratchLake } from '../../packages/weir/src/detect/scratchLake.ts';
import { deviceNetworkEvents } from '../../packages/weir/src/tables/index.ts';
import { at, event, flow, frames, fused, name, only, part, rowOf } from './fused.ts';

/** Two of them are more than a `long` holds. */
const large = 5_000_000_000_000_000_000n;
const most = 9_223_372_036_854_775_807n;

test('the parts of a connection that come to more than a long holds stand at its end', async () => {
  const parts = ['10:00:00', '10:01:00'].map((time) =>
    part({ FlowStart: at(time), FlowEnd: at(time.replace(/00$/, '50')), BytesSent: large, BytesReceived: 7 }),
  );
  const { rows } = await fused({ flows: [[...parts, flow({ LocalPort: 1 })]] });
  expect(rows.map(({ LocalPort, BytesSent }) => [LocalPort, BytesSent])).toEqual(
    expect.arrayContaining([
      [50_000, most],
      [1, 1000n],
    ]),
  );
});

test('so do the bodies that passed in it', async () => {
  const seen = frames({ BytesSent: null, BytesReceived: null, BytesSource: '' });
  const bodies = ['a', 'b'].map((BodyId) => ({
    ...{ ClientIP: '10.0.0.5', ClientPort: 50_000, ServerIP: '203.0.113.10', ServerPort: 443, Sensor: 'edge' },
    ...{ Timestamp: at('10:00:02'), FlowId: seen.FlowId as string, BodyId, SentByClient: large, SentByServer: large },
  }));
  const { rows } = await fused({ flows: [[seen]], bodies: [bodies] });
  expect(rowOf(rows, seen)).toMatchObject({ BytesSent: most, BytesReceived: most });
});

test("so do several flows of one of a connection's sensors", async () => {
  const zeek = flow({ FlowEnd: at('10:10:00'), BytesSent: null, BytesReceived: null, BytesSource: '' });
  const others = ['10:00:00', '10:05:00'].map((time) =>
    frames({ FlowStart: at(time), FlowEnd: at(time.replace(/00$/, '50')), BytesSent: large, BytesReceived: large }),
  );
  const { rows } = await fused({ flows: [[zeek, ...others]] });
  expect(only(rows)).toMatchObject({ BytesSent: most, BytesReceived: most });
});

test('so do the flows that a report of several connections stands for', async () => {
  const report = event({
    ActionType: 'ConnectionSuccessAggregatedReport',
    LocalPort: null,
    BytesSent: 5,
    BytesReceived: 5,
    AdditionalFields: { uniqueEventsAggregated: 2 },
  });
  const flows = [1, 2].map((n) => flow({ LocalPort: n, FlowStart: at(`09:5${n}:00`), BytesSent: large }));
  const { rows } = await fused({ events: [[report]], flows: [flows] });
  expect(rows.map(({ FusionRule, BytesSent }) => `${FusionRule} ${BytesSent}`)).toEqual([
    `aggregated ${large}`,
    `aggregated ${large}`,
  ]);
});

test('so does what a program sent to a service on a day', async () => {
  const row = {
    ...{ Timestamp: at('10:00:00'), EvidenceTime: at('10:00:00'), ArrivedAt: at('10:00:00') },
    ...{ DeviceName: 'ws-1', ActionType: 'ConnectionSuccess', RemoteIP: '203.0.113.10' },
    ...{ BytesSent: large, BytesReceived: 1 },
  };
  await withScratchLake(async (lake) => {
    await appendRows(lake, deviceNetworkEvents, [
      { ...row, EventId: 'a' },
      { ...row, EventId: 'b' },
    ]);
    const days = await lake.engine.rows('SELECT "BytesSent", "BytesReceived", "Connections" FROM "EgressDaily"');
    expect(days).toEqual([{ BytesSent: most, BytesReceived: 2n, Connections: 2n }]);
  });
});

test.each([large, -large, 9_000_000_000_000_000_000n])(
  'an answer that holds for %s seconds names as others do',
  async (TtlSeconds) => {
    const answer = {
      Kind: 'dns',
      ClientIP: '10.0.0.5',
      ServerIP: '203.0.113.10',
      Timestamp: at('09:59:59'),
      TtlSeconds,
    };
    const { rows } = await fused({ flows: [[flow()]], names: [[name({ ...answer, Host: 'files.example' })]] });
    expect(only(rows)).toMatchObject({ RemoteHost: 'files.example', RemoteHostSource: 'dns' });
  },
);
