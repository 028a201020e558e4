import type { Engine } from '../engine/engine.ts';
import { enoughPairs, type FusionReport } from '../model/fusionReport.ts';
import { lent } from './clock.ts';
import { cloudProxyNotes } from './cloudProxies.ts';
import { deviceKey } from './devices.ts';
import { logged } from './flows.ts';
import { endpointTeller } from './keys.ts';
import { dayText } from './offsets.ts';
import { otherClock, ownClocks } from './otherClocks.ts';
import { day, hour, minute, second } from './ticks.ts';

type Offsets = FusionReport['clockOffsets'];

/** What a person should know of the data, in sentences: clocks that were corrected or could not be checked, and times
 *  and sites that keep the sources apart. */
export async function gatherNotes(engine: Engine, offsets: Offsets): Promise<string[]> {
  return [
    ...(await overlapNotes(engine)),
    ...clockNotes(
      offsets.map((clock) => ({ ...clock, lent: clock.pairs < enoughPairs })),
      'events',
    ),
    ...clockNotes(await endpointClocks(engine), 'events'),
    ...clockNotes(await sensorClocks(engine), 'flows'),
    ...(await unheard(engine)),
    ...(await setClocks(engine)),
    ...(await unchecked(engine)),
    ...(await clones(engine)),
    ...(await outerLegs(engine)),
    ...(await cloudProxyNotes(engine)),
    ...(await severalEndpoints(engine)),
    ...(await severalTellers(engine)),
    ...(await translated(engine)),
  ];
}

type Clock = Pick<Offsets[number], 'device' | 'day' | 'seconds'> & { readonly lent: boolean };

/** Clocks that were wrong by a minute or more, a sentence a device. */
function clockNotes(offsets: readonly Clock[], rows: 'events' | 'flows'): string[] {
  const wrong = offsets.filter(({ seconds }) => Math.abs(seconds) >= 60);
  const lent = Map.groupBy(
    wrong.filter((clock) => clock.lent),
    ({ device }) => device,
  );
  const told = Map.groupBy(
    wrong.filter((clock) => !clock.lent),
    ({ device }) => device,
  );
  const sentences = [...told].map(([device, days]) => {
    const largest = days[0]?.seconds ?? 0;
    const besides = lent.get(device) ?? [];
    const taken =
      besides.length > 0 ? `, and was taken to be so ${on(besides)} beside, which told too little of it` : '';
    return `The clock of ${device} was ${span(Math.abs(largest))} ${largest > 0 ? 'ahead' : 'behind'} ${on(days)}${taken}; its ${rows} were matched with that corrected, and keep the time that was logged.`;
  });
  const rest = sentences.length - toldClocks;
  return rest > 0
    ? [
        ...sentences.slice(0, toldClocks),
        `More clocks were wrong by a minute or more and were corrected alike: ${rest}.`,
      ]
    : sentences;
}

function on(days: readonly Clock[]): string {
  return days.length === 1 ? `on ${days[0]?.day}` : `on ${days.length} days`;
}

const toldClocks = 5;

/** Sensors whose clock is not that of the day's reference, the largest first. */
function sensorClocks(engine: Engine): Promise<Clock[]> {
  return engine.rows<Clock>(
    `SELECT 'the sensor ' || ltrim(teller) AS device, ${dayText('day')} AS day, ticks / ${second} AS seconds, ${lent} AS lent
     FROM fuse_sensor_clock ORDER BY abs(ticks) DESC, teller, day`,
  );
}

/** References that no endpoint spoke for, where a clock was wrong by a minute or more. */
async function unheard(engine: Engine): Promise<string[]> {
  const references = await engine.rows<{ teller: string; days: bigint }>(
    `SELECT ltrim(teller) AS teller, count(*) AS days FROM fuse_reference
     WHERE NOT heard AND day IN (SELECT day FROM fuse_sensor_clock WHERE abs(ticks) >= ${minute}) GROUP BY ALL ORDER BY teller`,
  );
  return references.map(
    ({ teller, days }) =>
      `No endpoint told which of the sensors’ clocks is right on ${days === 1n ? 'a day' : `${days} days`}: that of the sensor ${teller} was taken, whose rows stay.`,
  );
}

/** Endpoint sensors that write another time than the one whose rows stay, on the same device. */
async function endpointClocks(engine: Engine): Promise<Clock[]> {
  const [some] = await engine.rows(`FROM fuse_endpoint_clock WHERE ${lent} LIMIT 1`);
  // Of the days beside those that say so, the ones with events.
  const besides = `UNION ALL FROM (FROM fuse_endpoint_clock WHERE ${lent}) SEMI JOIN (
    SELECT DISTINCT ${endpointTeller('r."EventId"')} AS teller, k.device, r."Timestamp" // ${day} AS day
    FROM fuse_endpoint_rows r JOIN fuse_device_key k ON k.key = ${deviceKey('r.')}) AS r USING (teller, device, day)`;
  return engine.rows<Clock>(
    `SELECT coalesce(nullif(d."DeviceName", ''), d."DeviceId") || ' as ' || c.teller || ' writes it' AS device,
       ${dayText('c.day')} AS day, c.ticks / ${second} AS seconds, ${lent} AS lent
     FROM (FROM fuse_endpoint_clock WHERE NOT (${lent}) ${some ? besides : ''}) c JOIN fuse_device d USING (device)
     ORDER BY abs(c.ticks) DESC, device, day`,
  );
}

async function severalEndpoints(engine: Engine): Promise<string[]> {
  const told = await engine.rows<{ what: string; rows: bigint }>(
    `SELECT 'connections' AS what, count(DISTINCT home) AS "rows" FROM fuse_twin UNION ALL FROM fuse_same`,
  );
  const several = told.filter(({ rows }) => rows > 0n).map(({ what, rows }) => `${rows} of the ${what}`);
  if (several.length === 0) return [];
  const all = new Intl.ListFormat('en', { type: 'conjunction' }).format(several);
  return [
    `Several endpoint sensors told ${all}: each is one row with what any of them knows, and the other events are in OtherEndpointEventIds.`,
  ];
}

async function severalTellers(engine: Engine): Promise<string[]> {
  const [told] = await engine.rows<{ whole: bigint; flows: bigint; rows: bigint }>(
    `SELECT count(DISTINCT flow) FILTER (NOT told) AS whole,
       count(*) FILTER (told AND member <> flow) AS flows, count(DISTINCT flow) FILTER (told) AS rows FROM fuse_member`,
  );
  if (!told) return [];
  return [
    ...(told.whole > 0n
      ? [`Flow logs told ${told.whole} of the connections in several parts each, which were added up.`]
      : []),
    ...(told.flows > 0n
      ? [
          `Several sensors saw ${told.rows} of the connections: the bytes are the best one’s, and what the others counted is in OtherFlows.`,
        ]
      : []),
  ];
}

/** Connections of public addresses that no device of the inputs holds: a sensor outside of address translation. */
async function translated(engine: Engine): Promise<string[]> {
  const [outside] = await engine.rows<{ count: bigint; addresses: bigint }>(
    `SELECT count(*) AS count, count(DISTINCT f.localAddress) AS addresses
     FROM fuse_flow f JOIN (SELECT DISTINCT address FROM fuse_address WHERE type = 'Public') a ON a.address = f.localAddress
     ANTI JOIN fuse_flow_device d ON d.flow = f.flow ANTI JOIN fuse_outer x ON x.row = f.flow
     WHERE NOT f.inbound AND EXISTS (FROM fuse_flow o JOIN fuse_address p ON p.address = o.localAddress WHERE p.type = 'Private')`,
  );
  if (!outside || outside.count === 0n) return [];
  return [
    `${outside.count} of the connections came from public addresses that no device is known to hold (${outside.addresses} in all), as a sensor outside of address translation sees them. They were not joined with connections of inside addresses, which may be the same ones: the log of the device that translates would tell. With its addresses under translators of an inventory, what it sends on counts once.`,
  ];
}

function span(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [...(hours > 0 ? [`${hours} h`] : []), ...(rest > 0 ? [`${rest} min`] : [])].join(' ');
}

/** Clocks that were set while a day lasted, and connections whose clocks were right as logged. */
async function setClocks(engine: Engine): Promise<string[]> {
  const [set] = await engine.rows<Record<'events' | 'devices' | 'logged' | 'unknown', bigint>>(
    `SELECT count(*) FILTER (NOT logged) AS events, count(DISTINCT device) FILTER (NOT logged) AS devices,
       count(*) FILTER (logged) AS logged, count(DISTINCT device) FILTER (logged) AS unknown
     FROM (
       SELECT e.device, f.ahead <> 0 AND k.device IS NULL AND abs(e.stamped - ${logged('f').starts}) <= ${2 * second} AS logged
       FROM (FROM fuse_row WHERE rule = '${otherClock}') r JOIN fuse_event e ON e.event = r.event JOIN fuse_flow f ON f.flow = r.flow
       LEFT JOIN (${ownClocks}) k ON k.device = e.device AND k.day = e.stamped // ${day})`,
  );
  if (!set) return [];
  const less = `Their FusionRule is ${otherClock}, and their FusionConfidence is less.`;
  return [
    ...(set.events > 0n
      ? [
          `Clocks seem to have been set during a day (devices: ${set.devices}): ${set.events} of the connections were found by another clock than that of their day. ${less}`,
        ]
      : []),
    ...(set.logged > 0n
      ? [
          `${set.logged} of the connections were found by the times that were logged, though the clock of their sensor was taken to be wrong: nothing else tells the clocks of their devices (${set.unknown}). ${less}`,
        ]
      : []),
  ];
}

async function unchecked(engine: Engine): Promise<string[]> {
  const [clocks] = await engine.rows<{ all: bigint; unchecked: bigint; flows: boolean }>(
    `SELECT count(*) AS "all", count(*) FILTER (o.device IS NULL) AS unchecked, EXISTS (FROM fuse_flow) AS flows
     FROM (SELECT DISTINCT device FROM fuse_event SEMI JOIN fuse_watch w ON t BETWEEN w."from" AND w.until
           WHERE kind = 'connection' AND device IS NOT NULL) e
     LEFT JOIN (SELECT DISTINCT device FROM fuse_offset) o ON o.device = e.device`,
  );
  if (!clocks?.flows || clocks.unchecked === 0n) return [];
  return [
    `${clocks.unchecked} of ${clocks.all} devices had fewer than three connections that a sensor saw too; their clocks could not be checked and were taken as right.`,
  ];
}

/** Names that several machines have at one time, by their ids: one that was set up anew has another id from then on. */
async function clones(engine: Engine): Promise<string[]> {
  const several = 'FROM fuse_device_key WHERE ids > 1';
  const [some] = await engine.rows(`${several} LIMIT 1`);
  if (!some) return [];
  const names = await engine.rows<{ name: string }>(
    `WITH told AS (
       SELECT ${deviceKey('')} AS key, lower("DeviceId") AS id, min("Timestamp") AS "from", max("Timestamp") AS until
       FROM fuse_endpoint_rows WHERE "DeviceId" <> '' AND ${deviceKey('')} IN (SELECT key ${several}) GROUP BY ALL)
     SELECT any_value(d.name) AS name FROM told a JOIN told b ON b.key = a.key AND b.id > a.id JOIN fuse_device_key d ON d.key = a.key
     WHERE a."from" < b.until AND b."from" < a.until GROUP BY a.key ORDER BY name`,
  );
  if (names.length === 0) return [];
  const shown = names.slice(0, toldClones).map(({ name }) => name);
  const rest = names.length - shown.length;
  return [
    `Several machines at a time go by one name, each with a DeviceId of its own (names: ${names.length}; ${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}). Devices are told by their names, so that what one of them does every day is taken for the habit of all: give each a name of its own.`,
  ];
}

const toldClones = 3;

async function outerLegs(engine: Engine): Promise<string[]> {
  const [legs] = await engine.rows<{ proxied: bigint; translated: bigint }>(
    `SELECT count(*) FILTER (NOT translated) AS proxied, count(*) FILTER (translated) AS translated FROM fuse_outer`,
  );
  const left = `their FusionRule is proxy-outer-leg. Weir's rules and timeline count the client's row alone; leave the others out of your own sums.`;
  return [
    ...(legs && legs.proxied > 0n
      ? [
          `Proxies made ${legs.proxied} of the connections for clients whose own requests to them are listed too: ${left}`,
        ]
      : []),
    ...(legs && legs.translated > 0n
      ? [
          `Translators of addresses made ${legs.translated} of the connections of what machines behind them sent, whose own connections are listed too: ${left}`,
        ]
      : []),
  ];
}

/** Whether endpoint and sensor logs cover the same time, and whether sites can be told apart. */
async function overlapNotes(engine: Engine): Promise<string[]> {
  const iso = (ticks: string) => `strftime(TIMESTAMP '0001-01-01' + to_microseconds(${ticks} // 10), '%Y-%m-%d %H:%M')`;
  const [spans] = await engine.rows<Record<string, string | bigint | null>>(
    `WITH e AS (SELECT min(t) AS "from", max(t) AS until FROM fuse_event),
       f AS (SELECT min(starts) AS "from", max(greatest(starts, ends)) AS until FROM fuse_flow)
     SELECT ${iso('e."from"')} AS "eventsFrom", ${iso('e.until')} AS "eventsUntil",
       ${iso('f."from"')} AS "flowsFrom", ${iso('f.until')} AS "flowsUntil",
       least(e.until, f.until) - greatest(e."from", f."from") AS shared,
       least(e.until - e."from", f.until - f."from") AS shorter
     FROM e CROSS JOIN f`,
  );
  if (!spans || spans.shared === null || spans.shared === undefined) return [];
  const [shared, shorter] = [Number(spans.shared), Number(spans.shorter)];
  const covers = `endpoint logs cover ${spans.eventsFrom} to ${spans.eventsUntil} and sensor logs ${spans.flowsFrom} to ${spans.flowsUntil} UTC`;
  const notes: string[] = [];
  if (shared < 0) notes.push(`The sources do not overlap in time, so that nothing could be joined: ${covers}.`);
  else if (shorter > hour && shared < shorter / 2)
    notes.push(`The sources overlap for only ${span(Math.max(shared, minute) / (minute / 60))}: ${covers}.`);
  const [sites] = await engine.rows<{ nameless: bigint; sites: bigint }>(
    `SELECT (SELECT count(DISTINCT device) FROM fuse_event WHERE site = '' AND kind = 'connection') AS nameless,
       (SELECT sites FROM fuse_only_site) AS sites`,
  );
  if (sites && sites.sites > 1n && sites.nameless > 0n)
    notes.push(
      `Sensors saw ${sites.sites} sites and ${sites.nameless} devices name none: their addresses were not taken to be the same machines in each.`,
    );
  return notes;
}
