import type { Engine } from '../engine/engine.ts';
import type { Lake, Slice } from '../lake/lake.ts';
import { logged } from './flows.ts';
import { numberSlices } from './slices.ts';

/** What tells of a row with an endpoint event beside this and its name: a flow, better figures than the flow's, either of
 *  these, other endpoint sensors, that it is a look that stands for its connection. */
type Teller = 'flow' | 'figure' | 'count' | 'other' | 'look';

const written = logged('f');

/** What each tells, and what that is of a row of which it tells nothing. */
const columns: Readonly<Record<string, { readonly of: Teller; readonly sql: string; readonly else: string }>> = {
  fused: { of: 'flow', sql: 'r.flow IS NOT NULL', else: 'false' },
  confidence: { of: 'flow', sql: 'r.confidence', else: 'NULL::DOUBLE' },
  rule: { of: 'flow', sql: `CASE WHEN x.row IS NOT NULL THEN 'proxy-outer-leg' ELSE r.rule END`, else: `''` },
  flowId: { of: 'flow', sql: 'i."EventId"', else: 'NULL::VARCHAR' },
  later: { of: 'flow', sql: `CASE WHEN NOT r.first THEN ${written.starts} END`, else: 'NULL::BIGINT' },
  starts: { of: 'flow', sql: written.starts, else: 'NULL::BIGINT' },
  ends: { of: 'flow', sql: written.ends, else: 'NULL::BIGINT' },
  own: { of: 'flow', sql: 'r.own', else: 'true' },
  class: { of: 'flow', sql: 'f.class', else: 'NULL::VARCHAR' },
  denied: { of: 'flow', sql: 'd.flow IS NOT NULL', else: 'false' },
  account: { of: 'flow', sql: 'f.account', else: 'NULL::VARCHAR' },
  app: { of: 'flow', sql: 'f.app', else: 'NULL::VARCHAR' },
  protocol: { of: 'flow', sql: 'f.protocol', else: 'NULL::VARCHAR' },
  localPort: {
    of: 'flow',
    sql: 'CASE WHEN r.swapped THEN f.shownRemotePort ELSE f.shownLocalPort END',
    else: 'NULL::INTEGER',
  },
  site: { of: 'flow', sql: 'f.site', else: 'NULL::VARCHAR' },
  sent: {
    of: 'count',
    sql: 'CASE WHEN g.row IS NOT NULL THEN g.sent WHEN r.swapped THEN f.received ELSE f.sent END',
    else: 'NULL::BIGINT',
  },
  received: {
    of: 'count',
    sql: 'CASE WHEN g.row IS NOT NULL THEN g.received WHEN r.swapped THEN f.sent ELSE f.received END',
    else: 'NULL::BIGINT',
  },
  bytesSource: {
    of: 'count',
    sql: 'CASE WHEN g.row IS NOT NULL THEN g.source ELSE f.source END',
    else: 'NULL::VARCHAR',
  },
  others: { of: 'figure', sql: 'g.others', else: 'NULL::JSON' },
  met: { of: 'look', sql: 'y.event IS NOT NULL', else: 'false' },
  otherEvents: { of: 'other', sql: 'w.ids', else: 'NULL::VARCHAR[]' },
};

/** Runs `work` with what fusion found out about the rows with an endpoint event, by the slice of the log that the event's row
 *  lies in: SQL of a relation, undefined where there are none. What nobody tells of any row is not written to be read again:
 *  logs of endpoints alone have no partners, and columns of nothing took a third of the time. */
export async function withLedger<Result>(
  lake: Lake,
  slices: readonly Slice[],
  work: (part: (part: number) => string | undefined) => Promise<Result>,
): Promise<Result> {
  const absent = await absentTellers(lake.engine);
  const same = Object.entries(columns).flatMap(([name, one]) => (absent.has(one.of) ? [`${one.else} AS ${name}`] : []));
  return lake.parted(await ledSelects(lake.engine, slices, absent), slices.length, (part) =>
    work((slice) => {
      const rows = part(slice);
      return rows && `(SELECT ${['*', ...same].join(', ')} FROM ${rows})`;
    }),
  );
}

/** Who tells nothing of any row. */
async function absentTellers(engine: Engine): Promise<ReadonlySet<Teller>> {
  const [some] = await engine.rows<Record<Exclude<Teller, 'count'>, boolean>>(
    `SELECT EXISTS (FROM fuse_flow) AS flow, EXISTS (FROM fuse_figure) AS figure, EXISTS (FROM fuse_other_event) AS other,
       EXISTS (FROM fuse_only_look) AS look`,
  );
  const absent = new Set<Teller>();
  if (!some?.flow) absent.add('flow');
  if (!some?.figure) absent.add('figure');
  if (!some?.flow && !some?.figure) absent.add('count');
  if (!some?.other) absent.add('other');
  if (!some?.look) absent.add('look');
  return absent;
}

/** The same, as it is written. By rows, in whose order flows, their ids and names lie, so that each of these is read once. */
async function ledSelects(engine: Engine, slices: readonly Slice[], absent: ReadonlySet<Teller>): Promise<string[]> {
  const part = slices.map(({ until }, at) => `WHEN e.place < ${until} THEN ${at}`).join(' ');
  const rows = await numberSlices(engine, '(FROM fuse_row WHERE event IS NOT NULL)', '"row"');
  const told = Object.entries(columns).flatMap(([name, { of, sql }]) => (absent.has(of) ? [] : [`${sql} AS ${name}`]));
  return rows.map((slice) => {
    const mine = `(FROM fuse_row WHERE event IS NOT NULL AND ${slice('"row"')})`;
    return `SELECT ${['e.place', ...told].join(', ')},
       coalesce(e.localAddress, CASE WHEN r.swapped THEN f.remoteAddress ELSE f.localAddress END) AS localAddress,
       coalesce(e.remoteAddress, CASE WHEN r.swapped THEN f.localAddress ELSE f.remoteAddress END) AS remoteAddress,
       n.host, n.source, CASE ${part} END AS part
     FROM ${mine} r JOIN fuse_event e ON e.event = r.event
     LEFT JOIN (FROM fuse_flow WHERE ${slice('flow')}) f ON f.flow = r.flow
     LEFT JOIN (FROM fuse_flow_id WHERE ${slice('flow')}) i ON i.flow = r.flow
     LEFT JOIN (FROM fuse_name WHERE ${slice('"row"')}) n ON n.row = r.row
     LEFT JOIN fuse_outer x ON x.row = r.row
     LEFT JOIN (FROM fuse_figure WHERE ${slice('"row"')}) g ON g.row = r.row
     LEFT JOIN fuse_denied d ON d.flow = r.flow
     LEFT JOIN fuse_other_event w ON w.event = r.event
     LEFT JOIN fuse_only_look y ON y.event = r.event`;
  });
}
