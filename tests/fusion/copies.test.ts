import { describe, expect, it } from 'vitest';
import { fuse } from '../../packages/weir/src/fuse/fuse.ts';
import { publicTables } from '../../packages/weir/src/tables/index.ts';
import { csv, sampleRows, timelineRow } from '../intake/defenderShapes.ts';
import { elasticDocument } from '../intake/examples/endpoint.ts';
import { type Files, withFiles } from '../intake/intake.ts';
import { catalogue } from './fused.ts';

const ndjson = (rows: readonly object[]): string => rows.map((row) => `${JSON.stringify(row)}\n`).join('');

/** The rows of every public table after intake and fusion. */
function everything(files: Files): Promise<string[]> {
  return withFiles(files, async ({ lake, rows }) => {
    await fuse(lake, { catalogue });
    const tables = await Promise.all(
      publicTables.map(async (table) => (await rows(table)).map((row) => `${table.name} ${row}`)),
    );
    return tables.flat();
  });
}

const [connection = {}, , started = {}] = sampleRows;
const asked = {
  ...connection,
  ActionType: 'DnsConnectionInspected',
  ReportId: 99,
  AdditionalFields: { query: 'a.example', answers: '["203.0.113.9"]', TTLs: '[60]' },
};
const finished = { ...connection, Fusion: 'fused', EventId: 'zeek:C9', BytesSent: 5, ReportId: 100 };
const flow = {
  ts: 1773130530.25,
  uid: 'C1',
  'id.orig_h': '10.0.0.5',
  'id.orig_p': 50001,
  'id.resp_h': '203.0.113.9',
  'id.resp_p': 443,
  proto: 'tcp',
  conn_state: 'SF',
  duration: 60,
  orig_bytes: 700,
};
const query = { ...flow, uid: 'C2', proto: 'udp', query: 'b.example', qtype: 1, conn_state: undefined };

describe('a second copy of a log', () => {
  it('of a device is its timeline beside what hunting exports of the same events', async () => {
    const hunting = { 'hunting.csv': csv([connection, started]), 'conn.log': ndjson([flow]) };
    const timeline = { 'timeline.csv': csv([connection, started].map(timelineRow)) };
    const told = (rows: readonly string[]) => rows.map((row) => row.split(' ')[0]).sort();
    const once = await everything(hunting);
    expect(told(once)).toEqual(['DeviceNetworkEvents', 'DeviceProcessEvents', 'NetworkFlows']);
    expect(told(await everything({ ...hunting, ...timeline }))).toEqual(told(once));
  });

  it('doubles no row of any table', async () => {
    const files = {
      'defender.json': ndjson([connection, started, asked]),
      'zeek.json': ndjson([flow, query]),
      'finished.csv': csv([finished]),
    };
    const once = await everything(files);
    const held = Object.groupBy(once, (row) => row.split(' ')[0] ?? '');
    expect(Object.entries(held).map(([table, rows]) => [table, rows?.length])).toEqual([
      ['DeviceNetworkEvents', 3],
      ['DeviceProcessEvents', 1],
      ['DnsEvents', 2],
      ['NetworkFlows', 1],
    ]);
    const copies = Object.fromEntries(Object.entries(files).map(([name, text]) => [`copy-${name}`, text]));
    expect(await everything({ ...files, ...copies })).toEqual(once);
  });

  it('and a report on a connection that was still open count it once, with its last totals', async () => {
    const open = { ...flow, _path: 'open_conn', duration: 30, orig_bytes: 300 };
    const closed = { ...flow, _path: 'conn' };
    const rows = await everything({ 'a.json': ndjson([open]), 'b.json': ndjson([closed]) });
    expect(rows).toEqual(await everything({ 'b.json': ndjson([closed]) }));
  });

  it('tells DNS questions of one moment apart that have no ReportId', async () => {
    const { ReportId: _, ...nameless } = asked;
    const other = { ...nameless, AdditionalFields: { ...asked.AdditionalFields, query: 'c.example' } };
    const rows = await everything({ 'a.json': ndjson([nameless, other]) });
    expect(rows.filter((row) => row.startsWith('DnsEvents')).length).toBe(2);
  });

  it('loses no row of somebody whose EventId is a kind of event', async () => {
    const kinds = [1, 2, 3].map((second) => ({
      ...started,
      EventId: '4688',
      Timestamp: `2026-03-10T08:15:3${second}Z`,
    }));
    expect((await everything({ 'a.json': ndjson(kinds) })).length).toBe(3);
  });
});

/** Of records without a key of their own nobody can say whether two equal ones in two files are two events or a copy.
 *  Weir takes the files as overlapping: there are as many as the file with most of them has. */
describe('equal records without a key', () => {
  const { ReportId: _, ...keyless } = connection;
  const count = async (...copies: number[]): Promise<number> => {
    const files = copies.map((n, at) => [`${at}.json`, ndjson(Array.from({ length: n }, () => keyless))]);
    return (await everything(Object.fromEntries(files))).length;
  };

  it.each([
    [[2], 2],
    [[1, 1], 1],
    [[2, 2], 2],
    [[1, 3, 2], 3],
  ])('%j in files are %i events', async (copies, events) => {
    expect(await count(...copies)).toBe(events);
  });

  it('are equal in every column: a text of one is not taken for two', async () => {
    const [one, other] = [
      { ...keyless, LocalIPType: 'x|', RemoteIPType: '' },
      { ...keyless, LocalIPType: 'x', RemoteIPType: '|' },
    ];
    expect((await everything({ 'a.json': ndjson([one]), 'b.json': ndjson([other]) })).length).toBe(2);
  });
});

it('events that tell one connection from its beginning to its end are one row over all of it', async () => {
  const begun = elasticDocument({ '@timestamp': '2026-03-10T09:13:21Z' });
  const ended = elasticDocument({
    '@timestamp': '2026-03-10T09:23:20Z',
    event: { action: 'disconnect_received', type: ['end'] },
    source: { bytes: 700 },
    destination: { bytes: 300 },
  });
  for (const documents of [
    [begun, ended],
    [ended, begun],
  ]) {
    await withFiles({ 'a.json': ndjson(documents) }, async ({ lake }) => {
      await fuse(lake, { catalogue });
      const rows = await lake.engine.table(
        `SELECT ("Timestamp" - 639087308010000000) // 10000000, "FlowStart" - "Timestamp", ("FlowEnd" - "Timestamp") // 10000000, "BytesSent" > 0
         FROM "DeviceNetworkEvents"`,
      );
      expect(rows).toEqual([[0n, 0n, 599n, true]]);
    });
  }
});
