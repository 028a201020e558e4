import { describe, expect, test } from 'vitest';
import type { InlineRow as Row } from '../../packages/weir/src/detect/inlineRows.ts';
import { at, event, flow, fused, name, only, rowOf } from './fused.ts';

const host = 'api.telegram.org';
const nobody = { InitiatingProcessFileName: '', InitiatingProcessAccountName: '' };

/** A session that an endpoint looked into, and the name that it saw. */
function look(facts: Row = {}, fields: Record<string, string> = {}): [row: Row, said: Row] {
  const AdditionalFields = { direction: 'Out', server_name: host, established: 'true', ...fields };
  const row = event({ ActionType: 'SslConnectionInspected', ...nobody, AdditionalFields, ...facts });
  const ends = { ClientIP: row.LocalIP, ClientPort: row.LocalPort, ServerIP: row.RemoteIP, ServerPort: row.RemotePort };
  return [row, name({ ...(ends as Row), Host: host, DeviceName: 'ws-1', Timestamp: row.Timestamp ?? null })];
}

/** The actions of looks, beside other rows. */
async function actions(looks: readonly [Row, Row][], beside: { events?: readonly Row[]; flows?: readonly Row[] } = {}) {
  const { rows, report } = await fused({
    events: [[...looks.map(([row]) => row), ...(beside.events ?? [])]],
    flows: [[...(beside.flows ?? [])]],
    names: [looks.map(([, said]) => said)],
  });
  return { connections: report.connections, told: looks.map(([row]) => rowOf(rows, row).ActionType) };
}

const met = 'ConnectionFound';
const looked = 'SslConnectionInspected';

describe('a session that an endpoint looked into', () => {
  test('stands for the connection where nothing else tells it', async () => {
    const [row, said] = look();
    const { rows, report } = await fused({ events: [[row]], names: [[said]] });
    expect(only(rows)).toMatchObject({
      ActionType: met,
      RemoteHost: host,
      RemoteHostSource: 'tls',
      Service: 'Telegram Bot API',
      InitiatingProcessFileName: '',
      BytesSent: null,
    });
    expect(report).toMatchObject({ connections: 1, withName: 1, withBytes: 0 });
    for (const lacks of ['process', 'bytes'] as const)
      expect(report.gaps.filter((gap) => gap.lacks === lacks).reduce((sum, { count }) => sum + count, 0)).toBe(1);
  });

  test('is told by the event or the flow of it, which has the name', async () => {
    const own = event({ Timestamp: at('10:00:01') });
    const seen = flow({ FlowEnd: at('12:00:00') });
    expect(await actions([look()], { events: [own] })).toEqual({ connections: 1, told: [looked] });
    expect(await actions([look({ Timestamp: at('11:59:00') })], { flows: [seen] })).toEqual({
      connections: 1,
      told: [looked],
    });
    expect(await actions([look()], { events: [own], flows: [seen] })).toEqual({ connections: 1, told: [looked] });
    const [row, said] = look();
    const { rows } = await fused({ events: [[row, own]], names: [[said]] });
    expect(rowOf(rows, own)).toMatchObject({ RemoteHost: host, Service: 'Telegram Bot API' });
  });

  test('is a repeat of what the device told of the same place within the hour', async () => {
    const earlier = (facts: Row) => event({ LocalPort: 49_000, Timestamp: at('09:30:00'), ...facts });
    expect(await actions([look()], { events: [earlier({})] })).toEqual({ connections: 1, told: [looked] });
    const report = { ActionType: 'ConnectionSuccessAggregatedReport', LocalPort: null, LocalIP: '' };
    expect(await actions([look()], { events: [earlier({ ...report, Timestamp: at('11:00:00') })] })).toEqual({
      connections: 1,
      told: [looked],
    });
    for (const other of [
      { Timestamp: at('08:59:00') },
      { ActionType: 'ConnectionFailed' },
      { RemotePort: 8443 },
      { RemoteIP: '203.0.113.11' },
      { DeviceName: 'ws-2', LocalIP: '10.0.0.6' },
    ])
      expect(await actions([look()], { events: [earlier(other)] })).toEqual({ connections: 2, told: [met] });
  });

  test('several times is one connection, and on another port another', async () => {
    const looks = [look(), look(), look({ Timestamp: at('10:30:00') }), look({ LocalPort: 50_001 })];
    expect(await actions(looks)).toEqual({ connections: 2, told: [met, looked, looked, met] });
  });

  test('tells none that came in, that has no name, or that it only took for a signature', async () => {
    const signature = 'NetworkSignatureInspected';
    const looks = [
      look({}, { direction: 'In' }),
      look({ LocalPort: 1 }, { server_name: '' }),
      look({ LocalPort: 2, ActionType: signature }),
    ];
    expect(await actions(looks)).toEqual({ connections: 0, told: [looked, looked, signature] });
  });

  test('has what its requests sent', async () => {
    const [row, said] = look({ ActionType: 'HttpConnectionInspected' }, { server_name: '', host });
    const { Host: _host, Kind: _kind, DeviceName: _device, ...ends } = said;
    const { rows } = await fused({
      events: [[row]],
      names: [[said]],
      bodies: [[{ ...ends, BodyId: 'a', SentByClient: 700 }]],
    });
    expect(only(rows)).toMatchObject({ ActionType: met, BytesSent: 700n, BytesSource: 'bodies' });
  });
});
