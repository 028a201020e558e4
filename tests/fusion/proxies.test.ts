import { beforeAll, describe, expect, test } from 'vitest';
import type { InlineRow as Row } from '../../packages/weir/src/detect/inlineRows.ts';
import { at, event, type FusedRow, flow, fused, name, only, rowOf } from './fused.ts';

const proxy = { RemoteIP: '10.0.0.80', RemotePort: 3128 };
let serial = 0;

/** A proxy's record of a request: it counts what it sent to the client alone. */
function record(host: string, facts: Row = {}): [flow: Row, name: Row] {
  serial += 1;
  const id = `squid:${String(serial).padStart(4, '0')}`;
  const own = flow({
    EventId: id,
    FlowId: id,
    LocalPort: null,
    RemoteIP: '',
    RemotePort: 443,
    BytesSent: null,
    BytesReceived: 150,
    BytesSource: 'squid-http',
    AccountName: 'c.lund',
    State: 'TCP_TUNNEL/200',
    FlowEnd: at('10:00:20'),
    ...facts,
  });
  const told = {
    Kind: 'proxy',
    FlowId: id,
    Host: host,
    ClientIP: own.LocalIP as string,
    Timestamp: own.FlowStart as string,
  };
  return [own, name(told)];
}

/** A client's connection to the proxy, with the CONNECT that a sensor saw in it. */
function through(host: string, facts: Row): [flow: Row, name: Row] {
  const own = flow({ ...proxy, Direction: 'internal', FlowEnd: at('10:00:20'), ...facts });
  const ends = { ClientIP: own.LocalIP as string, ClientPort: own.LocalPort as number, ServerIP: proxy.RemoteIP };
  return [own, name({ Kind: 'proxy', FlowId: own.FlowId as string, Host: host, ServerPort: 3128, ...ends })];
}

/** Each story has a client of its own. */
const client = (n: number) => ({ LocalIP: `10.0.1.${n}` });
const byPort = [
  through('a.example.com', { ...client(1), LocalPort: 1 }),
  record('a.example.com', { ...client(1), LocalPort: 1, FlowStart: at('10:00:02') }),
] as const;
const quiet = flow({
  ...proxy,
  ...client(2),
  LocalPort: 1,
  Direction: 'internal',
  FlowEnd: at('10:00:20'),
  BytesSent: null,
  BytesReceived: null,
});
const kept = [
  record('b.example.com', { ...client(2), LocalPort: 1, BytesSent: 40 }),
  record('b.example.com', { ...client(2), LocalPort: 1, BytesSent: 60, FlowStart: at('10:00:01') }),
] as const;
const mixed = flow({ ...proxy, ...client(3), LocalPort: 1, Direction: 'internal', FlowEnd: at('10:00:20') });
const hosts = [
  record('c.example.com', { ...client(3), LocalPort: 1 }),
  record('d.example.com', { ...client(3), LocalPort: 1, FlowStart: at('10:00:03') }),
] as const;
const byHost = [through('e.example.com', { ...client(4), LocalPort: 1 }), record('e.example.com', client(4))] as const;
const crowd = [1, 2].map((LocalPort) => through('f.example.com', { ...client(5), LocalPort }));
const records = [1, 2].map(() => record('f.example.com', { ...client(5), BytesSent: 700 }));
const refused = [
  through('g.example.com', { ...client(6), LocalPort: 1 }),
  record('g.example.com', { ...client(6), LocalPort: 1, Outcome: 'failed', State: 'TCP_DENIED/403' }),
] as const;
const alone = record('h.example.com', { ...client(7), RemoteIP: '203.0.113.30', BytesSent: 80 });
const elsewhere = [
  through('i.example.com', { ...client(8), LocalPort: 1 }),
  record('i.example.com', { ...client(8), FlowStart: at('11:00:00'), FlowEnd: at('11:00:01') }),
] as const;

const own = event({ ...proxy, ...client(1), LocalPort: 1, DeviceName: 'ws-1', InitiatingProcessAccountName: '' });
const blocked = event({ ...proxy, ...client(6), LocalPort: 1, DeviceName: 'ws-6', RemoteUrl: 'proxy.example.com' });
const unseen = event({ ...proxy, ...client(9), LocalPort: 7, DeviceName: 'ws-9', RemoteUrl: 'proxy.example.com' });
const unseenRecord = record('j.example.com', { ...client(9), LocalPort: 7, BytesSent: 900 });
const named = event({ ...proxy, ...client(10), LocalPort: 8, DeviceName: 'ws-10', RemoteUrl: 'k.example.com' });
const namedRecord = record('k.example.com', client(10));
const hidden = event({ ...proxy, RemotePort: 9999, ...client(11), LocalPort: 9, DeviceName: 'ws-11' });
const hiddenRecord = record('l.example.com', { ...client(11), LocalPort: 9 });

let rows: FusedRow[];
beforeAll(async () => {
  const told = [
    ...byPort,
    ...kept,
    ...hosts,
    ...byHost,
    ...crowd,
    ...records,
    ...refused,
    alone,
    ...elsewhere,
    unseenRecord,
    namedRecord,
    hiddenRecord,
  ];
  ({ rows } = await fused({
    events: [[own, blocked, unseen, named, hidden]],
    flows: [[...told.map(([seen]) => seen), quiet, mixed]],
    names: [told.map(([, said]) => said)],
  }));
}, 60_000);

const of = (n: number) => rows.filter(({ LocalIP }) => LocalIP === `10.0.1.${n}`);
const others = (row: FusedRow) => JSON.parse(String(row.OtherFlows));

describe('a proxy’s record', () => {
  test('is one row with the connection that a sensor saw and the event of the client: bytes, account and process', () => {
    const row = only(of(1));
    expect(row).toMatchObject({
      EventId: byPort[0][0].EventId,
      EndpointEventId: own.EventId,
      InitiatingProcessFileName: 'rclone.exe',
      RemoteHost: 'a.example.com',
      RemoteHostSource: 'proxy',
      RemoteIP: '10.0.0.80',
      AccountName: 'c.lund',
      BytesSent: 1000n,
      BytesSource: 'zeek-payload',
    });
    expect(others(row)).toEqual([{ id: byPort[1][0].EventId, source: 'squid-http', sent: null, received: 150 }]);
  });

  test('of several in one connection to one host gives the host, and their sum where the sensor did not count', () => {
    expect(only(of(2))).toMatchObject({ RemoteHost: 'b.example.com', BytesSent: 100n, BytesSource: 'squid-http' });
  });

  test('of several hosts in one connection stays a row of its own', () => {
    expect(
      of(3)
        .map(({ RemoteHost }) => RemoteHost)
        .sort(),
    ).toEqual(['', 'c.example.com', 'd.example.com']);
  });

  test('without the client’s port is found by the host', () => {
    expect(only(of(4))).toMatchObject({ RemoteHost: 'e.example.com', AccountName: 'c.lund', BytesSent: 1000n });
  });

  test('of connections that it cannot be told apart by is counted by none, for a sensor counted them', () => {
    expect(of(5).map(({ BytesSent }) => BytesSent)).toEqual([1000n, 1000n]);
    expect(of(5).flatMap((row) => (row.OtherFlows === null ? [] : others(row)))).toHaveLength(2);
  });

  test('of what was refused makes the row a failure that carried nothing', () => {
    expect(only(of(6))).toMatchObject({
      ActionType: 'ConnectionFailed',
      RemoteHost: 'g.example.com',
      BytesSent: null,
      EndpointEventId: blocked.EventId,
    });
  });

  test('stands alone where it is all there is', () => {
    expect(only(of(7))).toMatchObject({
      Fusion: 'flow',
      RemoteHost: 'h.example.com',
      RemoteIP: '203.0.113.30',
      AccountName: 'c.lund',
      BytesSent: 80n,
      BytesReceived: 150n,
      BytesSource: 'squid-http',
    });
  });

  test('of another time is another request', () => {
    expect(of(8)).toHaveLength(2);
  });

  test('and an event to the proxy are one row, by the client’s port, before the proxy’s own name', () => {
    expect(only(of(9))).toMatchObject({
      FusionRule: 'proxy',
      RemoteHost: 'j.example.com',
      RemoteIP: '10.0.0.80',
      BytesSent: 900n,
      InitiatingProcessFileName: 'rclone.exe',
    });
    expect(only(of(9)).FusionConfidence).toBeGreaterThanOrEqual(0.9);
  });

  test('and an event are one row by the host, less surely', () => {
    expect(only(of(10))).toMatchObject({ FusionRule: 'proxy-host', BytesReceived: 150n });
    expect(only(of(10)).FusionConfidence).toBeLessThan(0.7);
  });

  test('and an event that nothing says to go to a proxy are one row, not surely', () => {
    expect(only(of(11))).toMatchObject({ FusionRule: 'proxy-port', RemoteHost: 'l.example.com' });
    expect(only(of(11)).FusionConfidence).toBeLessThan(0.9);
  });
});

describe('a proxy’s own leg', () => {
  const outside = { LocalIP: '10.0.0.80', RemoteIP: '203.0.113.10', BytesSent: 5000 };
  const listens = name({ Kind: 'proxy', ServerIP: '10.0.0.80', ServerPort: 3128, Timestamp: at('08:00:00') });

  test('gives its bytes to the one request that it can be, and is marked', async () => {
    const [asked, said] = record('m.example.com');
    const leg = flow({ ...outside, LocalPort: 40_000, FlowStart: at('10:00:01') });
    const names = [said, listens, name({ FlowId: leg.FlowId as string, Host: 'm.example.com' })];
    const { rows } = await fused({ flows: [[asked, leg]], names: [names] });
    expect(rowOf(rows, asked)).toMatchObject({ BytesSent: 5000n, BytesSource: 'zeek-payload', AccountName: 'c.lund' });
    expect(rowOf(rows, leg)).toMatchObject({ FusionRule: 'proxy-outer-leg' });
  });

  test('is marked where the record counted, and left where two requests may be meant and none did', async () => {
    const counted = record('n.example.com', { BytesSent: 4900 });
    const two = [record('o.example.com'), record('o.example.com', { LocalIP: '10.0.0.6' })];
    const legs = ['n.example.com', 'o.example.com'].map((Host, n) => {
      const leg = flow({ ...outside, LocalPort: 40_000 + n, FlowStart: at('10:00:01') });
      return [leg, name({ FlowId: leg.FlowId as string, Host })] as const;
    });
    const told = [counted, ...two, ...legs];
    const { rows } = await fused({
      flows: [told.map(([seen]) => seen)],
      names: [[...told.map(([, said]) => said), listens]],
    });
    expect(legs.map(([leg]) => rowOf(rows, leg).FusionRule)).toEqual(['proxy-outer-leg', '']);
    expect(rowOf(rows, counted[0])).toMatchObject({ BytesSent: 4900n });
    expect(two.map(([seen]) => rowOf(rows, seen).BytesSent)).toEqual([null, null]);
  });

  /** What clients sent to a host in all, the flows of the proxy's machine to it, and the rules of their rows. */
  async function legsOf(host: string, sent: readonly number[], legs: readonly Row[], events: readonly Row[] = []) {
    const clients = sent.map((BytesSent, n) => through(host, { ...client(20 + n), LocalPort: 1, BytesSent }));
    const flows = legs.map((facts, n) =>
      flow({ ...outside, LocalPort: 41_000 + n, FlowStart: at('10:00:01'), ...facts }),
    );
    const names = flows.map(({ FlowId }) => name({ FlowId: FlowId as string, Host: host }));
    const { rows } = await fused({
      events: [[...events]],
      flows: [[...clients.map(([seen]) => seen), ...flows]],
      names: [[...clients.map(([, said]) => said), ...names]],
    });
    return flows.map((seen) => rowOf(rows, seen));
  }

  test('is made by a proxy: what an endpoint says another program made is a connection of its own', async () => {
    const by = (LocalPort: number, InitiatingProcessFileName: string) =>
      event({
        ...outside,
        LocalPort,
        DeviceName: 'proxy',
        Timestamp: at('10:00:01'),
        BytesSent: null,
        InitiatingProcessFileName,
      });
    const events = [by(41_000, 'rclone.exe'), by(41_001, 'Squid.exe'), by(41_002, '')];
    const rows = await legsOf('p.example.com', [5000], [{}, {}, {}, {}], events);
    expect(rows.map(({ InitiatingProcessFileName, FusionRule }) => [InitiatingProcessFileName, FusionRule])).toEqual([
      ['rclone.exe', 'five-tuple'],
      ['Squid.exe', 'proxy-outer-leg'],
      ['', 'proxy-outer-leg'],
      ['', 'proxy-outer-leg'],
    ]);
  });

  test('gives no client the bytes of another program of its machine', async () => {
    const [asked, said] = record('q.example.com');
    const legs = [41_000, 41_001].map((LocalPort) => flow({ ...outside, LocalPort, FlowStart: at('10:00:01') }));
    const names = legs.map(({ FlowId }) => name({ FlowId: FlowId as string, Host: 'q.example.com' }));
    const own = event({
      ...outside,
      LocalPort: 41_000,
      DeviceName: 'proxy',
      Timestamp: at('10:00:01'),
      BytesSent: null,
    });
    const { rows } = await fused({ events: [[own]], flows: [[asked, ...legs]], names: [[said, listens, ...names]] });
    expect(legs.map((leg) => rowOf(rows, leg).FusionRule)).toEqual(['five-tuple', 'proxy-outer-leg']);
    expect(rowOf(rows, asked)).toMatchObject({ BytesSent: 5000n });
  });

  test('carries no more than the clients that were there meanwhile, a proxy’s headers apart', async () => {
    const [mega, lasts] = [1_000_000, { FlowEnd: at('10:00:15') }];
    const rules = async (sent: readonly number[], legs: readonly (number | null)[]) => {
      const told = legs.map((BytesSent) => ({ ...lasts, BytesSent }));
      return (await legsOf('r.example.com', sent, told)).map(({ FusionRule }) => FusionRule);
    };
    const [marked, both, none] = ['proxy-outer-leg', [10 * mega, 10 * mega], [0]];
    expect(await rules(both, [20 * mega, 27 * mega, null])).toEqual([marked, '', marked]);
    expect(await rules(both, [26 * mega])).toEqual([marked]);
    expect(await rules(none, [1_000_000, 1_100_000])).toEqual([marked, '']);
  });

  test('is one of several that carry no more together, while one client holds its connection and after', async () => {
    const mega = 1_000_000;
    const one = (n: number) => ({ BytesSent: 9 * mega, FlowStart: at(`10:00:0${n}`), FlowEnd: at(`10:00:0${n}`) });
    const legs = [1, 2, 3, 4].map(one);
    const rules = async (sent: readonly number[]) =>
      (await legsOf('u.example.com', sent, legs)).map(({ FusionRule }) => FusionRule);
    const marked = 'proxy-outer-leg';
    expect(await rules([10 * mega])).toEqual([marked, '', '', '']);
    expect(await rules([10 * mega, 10 * mega])).toEqual([marked, marked, '', '']);
    expect(await rules([40 * mega])).toEqual([marked, marked, marked, marked]);
  });

  test('is no part of what clients sent before it began', async () => {
    const host = 's.example.com';
    const lasting = through(host, { ...client(20), LocalPort: 1, BytesSent: 0, FlowStart: at('09:00:00') });
    const before = through(host, {
      ...client(21),
      LocalPort: 1,
      BytesSent: 9_000_000,
      FlowStart: at('09:00:00'),
      FlowEnd: at('09:30:00'),
    });
    const leg = flow({ ...outside, LocalPort: 41_000, FlowStart: at('10:00:01'), BytesSent: 8_000_000 });
    const names = [lasting[1], before[1], name({ FlowId: leg.FlowId as string, Host: host })];
    const { rows } = await fused({ flows: [[lasting[0], before[0], leg]], names: [names] });
    expect(rowOf(rows, leg).FusionRule).toBe('');
  });
});

describe('a proxy of a provider’s cloud', () => {
  const asked = record('file.example.com', {
    ...client(90),
    EventId: 'zscaler:1',
    FlowId: 'zscaler:1',
    BytesSent: 700,
  });
  const told = { ...asked[1], FlowId: 'zscaler:1' };
  const tunnel = flow({ ...client(90), LocalPort: 1, BytesSent: 900, FlowEnd: at('12:00:00') });
  const notes = async (host: string, flows: Row[]) =>
    (
      await fused({ flows: [flows], names: [[told, name({ FlowId: tunnel.FlowId as string, Host: host })]] })
    ).report.notes.join(' ');

  test('has its bytes in what goes to its gateways and in its records, which the report says', async () => {
    expect(await notes('gateway.zscalertwo.net', [asked[0], tunnel])).toContain(
      '1 of the connections went to Zscaler’s gateways (900 bytes sent), and 1 are Zscaler’s own records of requests',
    );
    expect(await notes('notzscaler.net', [asked[0], tunnel])).not.toContain('gateways');
    expect(await notes('gateway.zscalertwo.net', [tunnel])).not.toContain('gateways');
  });
});
