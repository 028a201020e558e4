import { expect, test } from 'vitest';
import type { InlineRow } from '../../packages/weir/src/detect/inlineRows.ts';
import { deviceNetworkEvents, networkFlows, observedNames } from '../../packages/weir/src/tables/index.ts';
import { at, flow, fused, name, rowOf } from './fused.ts';
import { batched, Living, type Told } from './living.ts';

const Host = 'gfs270n071.userstorage.example.net';
const said = (of: InlineRow, facts: InlineRow = {}) =>
  name({ FlowId: of.FlowId as string, Host, Timestamp: of.FlowStart as string, ...facts });
/** What Zeek writes of a connection that it met after a silence. */
const met = (FlowStart: string, facts: InlineRow = {}) =>
  flow({ FlowStart, FlowEnd: FlowStart, State: 'OTH', Outcome: 'unknown', ...facts });
const first = flow({ FlowStart: at('08:00:00'), FlowEnd: at('08:01:00'), State: 'S1' });
const hostOf = async (flows: readonly InlineRow[], names: readonly InlineRow[], of: InlineRow) => {
  const { rows } = await fused({ flows: [[...flows]], names: [[...names]] });
  const { RemoteHost, RemoteHostSource } = rowOf(rows, of);
  return [RemoteHost, RemoteHostSource];
};

test('what a sensor met under way goes to where its connection was said to go, however long that lasts', async () => {
  const later = ['08:10:00', '10:00:00', '11:59:00', '13:30:00'].map((time) => met(at(time)));
  for (const of of later) expect(await hostOf([first, ...later], [said(first)], of)).toEqual([Host, 'tls']);
});

test('and a session of UDP that the server’s packet was met by', async () => {
  const udp = { Protocol: 'udp' };
  const again = flow({ ...udp, FlowStart: at('08:10:00'), Direction: 'inbound' });
  const quic = said(first, { Kind: 'quic' });
  expect(await hostOf([{ ...first, ...udp }, again], [quic], again)).toEqual([Host, 'quic']);
});

const again = met(at('10:00:00'));
const late = { FlowStart: at('08:30:00'), FlowEnd: at('08:30:01') };
test.each([
  ['after hours of silence', [{ ...first, FlowStart: at('07:00:00'), FlowEnd: at('07:59:59') }], [said(first)]],
  ['of a connection that was closed', [{ ...first, ...late, State: 'SF' }], [said(first)]],
  ['of another port', [{ ...first, ...late, LocalPort: 7 }], [said(first)]],
  ['of a later connection', [flow({ FlowStart: at('10:00:05') })], []],
  [
    'where another connection began meanwhile',
    [{ ...first, ...late }, flow({ FlowStart: at('09:00:00') })],
    [said(first)],
  ],
])('but not %s', async (_, flows, names) => {
  expect(await hostOf([...flows, again], names, again)).toEqual(['', '']);
});

test('and what was said in it, or last before it, counts first', async () => {
  const other = 'b.example.com';
  const flows = [{ ...first, ...late }, again];
  expect(await hostOf(flows, [said(first), said(again, { Host: other, Kind: 'http' })], again)).toEqual([
    other,
    'http',
  ]);
  const between = met(at('09:00:00'));
  expect(await hostOf([...flows, between], [said(first), said(between, { Host: other })], again)).toEqual([
    other,
    'tls',
  ]);
});

test.each([
  ['half a day', 0],
  ['a connection of more than a day', 30],
])('a name that comes last is that of %s, live as in batch', (_, hours) =>
  Living.with(async (living) => {
    const began = new Date(Date.parse(at('02:00:00')) - hours * 3_600_000).toISOString();
    const early = { ...first, FlowStart: began, Timestamp: began, FlowEnd: at('02:01:00') };
    const later = ['04', '06', '08', '10', '12', '14', '16'].map((hour) => met(at(`${hour}:00:00`)));
    const told: Told[] = [];
    const put = async (...rows: readonly Told[]) => {
      told.push(...rows);
      await living.put(rows);
      await living.pass();
      await living.settle();
      const tables = await living.tables();
      expect(tables).toEqual(await batched(told));
      return tables[deviceNetworkEvents.name]?.find(({ EventId }) => EventId === later.at(-1)?.EventId)?.RemoteHost;
    };
    expect(await put(...[early, ...later].map((row): Told => [networkFlows, row]))).toBe('');
    expect(await put([observedNames, said(early)])).toBe(Host);
    // A span around its end is settled again, far from where that was said.
    expect(await put([networkFlows, flow({ FlowStart: at('16:30:00'), LocalPort: 7 })])).toBe(Host);
  }),
);
