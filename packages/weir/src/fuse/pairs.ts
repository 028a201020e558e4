import type { Engine } from '../engine/engine.ts';
import { type KeySlice, keySlices } from './slices.ts';
import { minute, second } from './ticks.ts';

/** A rule by which a flow and an event may be one connection. */
export interface Rule {
  readonly name: string;
  readonly trust: number;
  /** SELECT that ends in a WHERE. */
  readonly offers: string;
  /** Of the offers only those with one program, or with several, at the same place within two minutes either way. */
  readonly programs?: 'one' | 'several';
  /** The flows that may be meant; all where absent. */
  readonly flows?: string;
  /** What must agree of the ends, by the endpoint's side. */
  readonly ends: readonly string[];
  readonly swapped?: boolean;
  /** Which outcomes may meet; those that agree where absent. */
  readonly outcomes?: string;
  /** Only at the flow's start. */
  readonly moment?: boolean;
}

/** What an event states of the outcome, and the classes of flows that do not contradict it. */
export const agreeing = `(VALUES ('success', 'carried'), ('success', 'open'), ('failed', 'failed'), ('failed', 'open'),
  ('', 'carried'), ('', 'failed'), ('', 'open')) AS w(told, class)`;
export const any = `(SELECT * FROM (VALUES ('success'), ('failed'), ('')) AS t(told), (VALUES ('carried'), ('failed'), ('open')) AS c(class)) AS w`;
export const contradicting = `(VALUES ('success', 'failed'), ('failed', 'carried')) AS w(told, class)`;

/** Adds to `fuse_candidate` the pairs of a rule: each flow with the nearest event of its key before its start, and after it. */
export async function pair(engine: Engine, rule: Rule): Promise<void> {
  for (const slice of await keySlices(engine, 'fuse_flow', 'fuse_offer')) await pairSlice(engine, rule, slice);
}

async function pairSlice(
  engine: Engine,
  {
    name,
    trust,
    flows = 'FROM fuse_flow',
    offers,
    programs,
    ends,
    swapped = false,
    outcomes = agreeing,
    moment = programs === 'several',
  }: Rule,
  slice: KeySlice,
): Promise<void> {
  const turned = (column: string) => (swapped ? (opposite[column] ?? column) : column);
  const [mine, theirs] = [keyOf(ends, (column) => column), keyOf(ends, (column) => turned(column))];
  const names = ['manner', ...Object.keys(mine)];
  const key = names.map((column) => `f.${column} = e.${column}`).join(' AND ');
  const select = (columns: Record<string, string>) =>
    ['m.manner', ...Object.entries(columns).map(([column, sql]) => `${sql} AS ${column}`)].join(', ');
  const manner = (row: string, classed: string) =>
    `JOIN fuse_manner m ON m.site = ${row}.site AND m.protocol = ${row}.protocol AND m.class = ${classed}.class`;
  const sliced = `${offers} AND ${slice(Object.values(mine))}`;
  await engine.run(
    `CREATE OR REPLACE TEMP VIEW fuse_side AS
     SELECT o.event, o.doubt, o.t, ${select(mine)}
     FROM (${programs ? near(sliced, ends, programs) : sliced}) o JOIN ${outcomes} ON w.told = o.told ${manner('o', 'w')}`,
  );
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_probe AS
     FROM (SELECT f.flow, f.starts, greatest(f.ends, f.starts) AS ends, ${select(theirs)}
       FROM (FROM (${flows}) WHERE starts IS NOT NULL AND ${slice(Object.values(theirs))}) f ${manner('f', 'f')}) f
     SEMI JOIN fuse_side e ON ${key}`,
  );
  const [met] = await engine.rows('FROM fuse_probe LIMIT 1');
  if (!met) return;
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_target AS
     SELECT min(event) AS event, max(doubt) AS doubt, min(t) AS t, max(t) AS last, ${names.join(', ')}
     FROM fuse_side e SEMI JOIN fuse_probe f ON ${key} GROUP BY ALL`,
  );
  const add = (nearest: string) =>
    engine.run(
      `INSERT INTO fuse_candidate
       SELECT flow, event, ${trust} * doubt * agreement, abs(t - starts), '${name}', ${swapped}
       FROM (SELECT f.flow, f.starts, e.event, e.t, e.doubt, ${moment ? sameMoment : timeFactor} AS agreement FROM ${nearest})
       WHERE agreement > 0`,
    );
  // Most keys have events at one moment, which is the nearest on its side of any flow: only the others are sorted by time.
  await add(`fuse_probe f JOIN (FROM fuse_target WHERE t = last) e ON ${key}`);
  const [crowded] = await engine.rows('FROM fuse_target WHERE t < last LIMIT 1');
  if (!crowded) return;
  // ASOF takes any of several equals: one event a key and moment, the first by id.
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE fuse_crowd AS
     SELECT min(event) AS event, max(doubt) AS doubt, t, ${names.join(', ')}
     FROM fuse_side e SEMI JOIN (FROM fuse_target WHERE t < last) f ON ${key} GROUP BY ALL`,
  );
  for (const side of ['<=', '>='])
    await add(
      `(FROM fuse_probe f SEMI JOIN (FROM fuse_target WHERE t < last) e ON ${key}) f
       ASOF JOIN fuse_crowd e ON ${key} AND e.t ${side} f.starts`,
    );
  await engine.run('DROP TABLE fuse_crowd');
}

/** Offers with one program only, or with several, at the same place within two minutes either way. */
function near(offers: string, place: readonly string[], programs: 'one' | 'several'): string {
  return `FROM (
    SELECT *, coalesce(min(program) OVER near = max(program) OVER near, true) AS sole FROM (${offers})
    WINDOW near AS (PARTITION BY site, protocol, ${place.join(', ')} ORDER BY t
      RANGE BETWEEN ${2 * minute} PRECEDING AND ${2 * minute} FOLLOWING))
    WHERE ${programs === 'one' ? 'sole' : 'NOT sole'}`;
}

/** The ends that must agree as few numbers, which the engine sorts in half the time: two addresses in one, two ports in
 *  one, whatever else as it is. */
function keyOf(ends: readonly string[], column: (name: string) => string): Record<string, string> {
  const packed = (['Address', 'Port'] as const).filter((kind) =>
    [`local${kind}`, `remote${kind}`].every((name) => ends.includes(name)),
  );
  return Object.fromEntries([
    ...packed.map((kind) => [
      `both${kind}`,
      `${column(`local${kind}`)}::BIGINT * ${2 ** 32} + ${column(`remote${kind}`)}`,
    ]),
    ...ends.filter((name) => !packed.some((kind) => name.endsWith(kind))).map((name) => [name, column(name)]),
  ]);
}

export const bothEnds = ['localAddress', 'remoteAddress', 'localPort', 'remotePort'];

const opposite: Readonly<Record<string, string>> = {
  localAddress: 'remoteAddress',
  remoteAddress: 'localAddress',
  localPort: 'remotePort',
  remotePort: 'localPort',
};

/** SQL: the event's time against the flow's life. At its start 0.95; while it lasted 0.9, both with 2 s for jitter;
 *  within half a minute of it 0.75, within two minutes 0.5 (an unestimated clock), beyond that another connection. */
const timeFactor = `CASE
  WHEN abs(e.t - f.starts) <= ${2 * second} THEN 0.95
  WHEN e.t BETWEEN f.starts - ${2 * second} AND f.ends + ${2 * second} THEN 0.9
  WHEN e.t BETWEEN f.starts - ${30 * second} AND f.ends + ${30 * second} THEN 0.75
  WHEN e.t BETWEEN f.starts - ${2 * minute} AND f.ends + ${2 * minute} THEN 0.5
  ELSE 0 END`;

const sameMoment = `CASE WHEN abs(e.t - f.starts) <= ${2 * second} THEN 0.95 ELSE 0 END`;

/** `fuse_manner(manner, site, protocol, class)`: the flows' sites, protocols and outcomes, which are few, as numbers. */
export async function gatherManners(engine: Engine): Promise<void> {
  await engine.run(
    `CREATE OR REPLACE TABLE fusion.fuse_manner AS
     SELECT row_number() OVER ()::INTEGER AS manner, * FROM (SELECT DISTINCT site, protocol, class FROM fuse_flow)`,
  );
}
