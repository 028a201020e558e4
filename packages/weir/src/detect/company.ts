import { ticksPerDay } from '@weir/kql/types';
import type { Engine } from '../engine/engine.ts';
import { sqlText } from '../engine/sql.ts';
import { dayOf, longSum } from '../tables/index.ts';
import { companyTable } from './companyColumns.ts';

/** As far back as rules look for what is usual. */
const daysBack = 14n;

/** Which hour of a working day or of a weekend, UTC: 0 to 23, and 24 to 47. Ticks begin on a Monday. */
const hourOf = (time: string, hour: string) =>
  `(${hour} + CASE WHEN ${time} // ${ticksPerDay} % 7 >= 5 THEN 24 ELSE 0 END)`;

/** Of a day that is asked about, the closed days before it. */
const before = (table: string) =>
  `${table}.day >= wanted.day - ${daysBack * ticksPerDay} AND ${table}.day < wanted.day`;

/** `companyTable`: one row for each story of a table like `detect_stories`, or facet of one (facets.ts). Days are the closed
 *  ones of the two weeks before the day on which a story begins, so that a replay sees no future, and a story that goes on is no
 *  history of itself.
 *
 *  - `role`: of the device; `''` where the inventory says none. `allowed`: whether the inventory allows the service to that
 *    role; null where it does not say. `own`: whether every host of the story is a tenant, bucket or repository of ours;
 *    null where the inventory names none.
 *  - `history_days`: on which anything left. `device_days`: of these, from this device. `own_days`: on which this program
 *    went from this device to this domain. `peers`: other devices of the same role (of all, where it has none) on which this
 *    program went to this domain. `usual_most`: the most bytes that it or one of these sent there on a day; null where nobody
 *    counted. `program_devices`: other devices on which this program went anywhere. The program is a file name; where none is
 *    known the others tell of whatever program went there, and `program_devices` is null.
 *  - `people_days`: of the days before, those on which a browser or a chat program was used on this device. `off_hours`:
 *    whether the story begins at an hour at which fewer than a tenth as many people use such programs as at the busiest; null
 *    with less than a week of history, or where no such program is known. */
export async function lookUpCompany(engine: Engine, table: string): Promise<void> {
  const named = await engine.rows<{ program: string; first: bigint; last: bigint }>(
    `SELECT lower(process) AS program, ${dayOf('min(first_seen)')} AS first, ${dayOf('max(first_seen)')} AS last
     FROM temp.${table} GROUP BY ALL ORDER BY ALL`,
  );
  // As literals, so that history is cut down to them before it is summed up.
  const days = named.flatMap(({ first, last }) => [first, last]);
  const [earliest, latest] = [
    days.reduce((a, b) => (b < a ? b : a), days[0] ?? 0n),
    days.reduce((a, b) => (b > a ? b : a), 0n),
  ];
  const within = `"Day" >= ${earliest - daysBack * ticksPerDay} AND "Day" < ${latest}`;
  const programs = ["'\n'", ...named.flatMap(({ program }) => (program === '' ? [] : [sqlText(program)]))].join(', ');
  const anyProgram = named.some(({ program }) => program === '')
    ? `UNION ALL SELECT "Day", lower("DeviceName"), '', "RegistrableDomain", ${longSum('sum("BytesSent")')}
        FROM main."EgressDaily" WHERE ${within} AND "RegistrableDomain" IN (SELECT registrable FROM story WHERE program = '')
        GROUP BY ALL`
    : '';
  await engine.run(`CREATE OR REPLACE TEMP TABLE ${companyTable(table)} AS
    WITH story AS (
      SELECT story, whole, lower(device) AS device, lower(process) AS program, registrable, service,
        ${dayOf('first_seen')} AS day,
        ${hourOf('first_seen', `first_seen // ${ticksPerDay / 24n} % 24`)} AS hour
      FROM temp.${table}
    ), inventory AS (
      SELECT "Kind" AS kind, lower("Name") AS name, lower("Value") AS value, "Role" AS role, "Site" AS site FROM main."Inventory"
    ), role AS (
      SELECT value AS device, min(role) AS role FROM inventory WHERE kind = 'host' AND role <> '' AND value <> '' GROUP BY value
    ), allowed AS (
      SELECT name AS service, list(DISTINCT role) AS roles FROM inventory WHERE kind = 'service' AND site = '' GROUP BY name
    ), own AS (
      SELECT list(DISTINCT value) AS hosts FROM inventory WHERE kind IN ('tenant', 'bucket', 'repository') AND value <> ''
    ), ours AS (
      SELECT story AS whole, CASE WHEN len(own.hosts) > 0 THEN len(stories.hosts) > 0 AND list_has_all(own.hosts, stories.hosts) END AS own
      FROM temp.detect_stories AS stories CROSS JOIN own
    ), hours AS MATERIALIZED (
      FROM main."DeviceHours" WHERE ${within}
    ), days AS (
      SELECT DISTINCT "Day" AS day, "DeviceName" AS device FROM hours WHERE "Outbound"
    ), known AS (
      SELECT day, device, program, registrable, sent, coalesce(role, '') AS role
      FROM (
        SELECT "Day" AS day, lower("DeviceName") AS device, "InitiatingProcessFileName" AS program,
          "RegistrableDomain" AS registrable, ${longSum('sum("BytesSent")')} AS sent
        FROM main."EgressDaily" WHERE ${within} AND "InitiatingProcessFileName" IN (${programs})
        GROUP BY ALL
        ${anyProgram}
      ) LEFT JOIN role USING (device)
    ), history AS (
      SELECT wanted.day, count(DISTINCT days.day) AS days
      FROM (SELECT DISTINCT day FROM story) AS wanted JOIN (SELECT DISTINCT day FROM days) AS days ON ${before('days')}
      GROUP BY wanted.day
    ), active AS (
      SELECT wanted.device, wanted.day, count(DISTINCT days.day) AS days
      FROM (SELECT DISTINCT device, day FROM story) AS wanted JOIN days ON days.device = wanted.device AND ${before('days')}
      GROUP BY ALL
    ), went AS (
      SELECT wanted.*, known.device, known.role, count(DISTINCT known.day) AS days, max(known.sent) AS most
      FROM (SELECT DISTINCT program, registrable, day FROM story) AS wanted JOIN known
        ON known.program = wanted.program AND known.registrable = wanted.registrable
        AND ${before('known')}
      GROUP BY ALL
    ), went_all AS (
      SELECT program, registrable, day, count(*) AS devices, max(most) AS most FROM went GROUP BY ALL
    ), went_role AS (
      SELECT program, registrable, day, role, count(*) AS devices, max(most) AS most FROM went GROUP BY ALL
    ), ran AS (
      SELECT DISTINCT wanted.*, known.device
      FROM (SELECT DISTINCT program, day FROM story) AS wanted JOIN (SELECT DISTINCT program, device, day FROM known) AS known
        ON known.program = wanted.program AND ${before('known')}
    ), ran_all AS (
      SELECT program, day, count(*) AS devices FROM ran GROUP BY ALL
    ), used AS (
      SELECT story, coalesce(went.days, 0) AS own_days,
        coalesce(CASE WHEN role.role IS NULL THEN went_all.devices ELSE went_role.devices END, 0)
          - (went.days IS NOT NULL)::BIGINT AS peers,
        CASE WHEN role.role IS NULL THEN went_all.most ELSE greatest(went_role.most, went.most) END AS usual_most,
        CASE WHEN story.program <> '' THEN coalesce(ran_all.devices, 0) - (ran.device IS NOT NULL)::BIGINT END AS program_devices
      FROM story LEFT JOIN role USING (device)
        LEFT JOIN went ON went.program = story.program AND went.registrable = story.registrable AND went.day = story.day
          AND went.device = story.device
        LEFT JOIN went_all ON went_all.program = story.program AND went_all.registrable = story.registrable
          AND went_all.day = story.day
        LEFT JOIN went_role ON went_role.program = story.program AND went_role.registrable = story.registrable
          AND went_role.day = story.day AND went_role.role = role.role
        LEFT JOIN ran ON ran.program = story.program AND ran.day = story.day AND ran.device = story.device
        LEFT JOIN ran_all ON ran_all.program = story.program AND ran_all.day = story.day
    ), people AS (
      SELECT "Day" AS day, "DeviceName" AS device, ${hourOf('"Day"', '"Hour"')} AS hour FROM hours WHERE "People"
    ), opened AS (
      SELECT wanted.device, wanted.day, count(DISTINCT people.day) AS days
      FROM (SELECT DISTINCT device, day FROM story) AS wanted JOIN people ON people.device = wanted.device AND ${before('people')}
      GROUP BY ALL
    ), busy AS (
      SELECT wanted.day, hour, count(*) AS uses, max(count(*)) OVER (PARTITION BY wanted.day) AS most
      FROM (SELECT DISTINCT day FROM story) AS wanted JOIN people ON ${before('people')}
      GROUP BY wanted.day, hour
    )
    SELECT story.story, coalesce(role.role, '') AS role,
      CASE WHEN allowed.roles IS NULL THEN NULL
        WHEN list_contains(allowed.roles, '') OR list_contains(allowed.roles, role.role) THEN true
        WHEN role.role IS NOT NULL THEN false END AS allowed,
      ours.own,
      coalesce(history.days, 0) AS history_days, coalesce(active.days, 0) AS device_days,
      own_days, peers, usual_most, program_devices, coalesce(opened.days, 0) AS people_days,
      CASE WHEN history.days >= 7 AND (SELECT count(*) FROM people) > 0
        THEN coalesce(busy.uses, 0) * 10 < (SELECT max(most) FROM busy WHERE busy.day = story.day) END AS off_hours
    FROM story JOIN ours USING (whole) LEFT JOIN role USING (device) LEFT JOIN allowed ON allowed.service = lower(story.service)
      LEFT JOIN history ON history.day = story.day LEFT JOIN active ON active.day = story.day AND active.device = story.device
      LEFT JOIN used USING (story) LEFT JOIN opened ON opened.day = story.day AND opened.device = story.device
      LEFT JOIN busy ON busy.day = story.day AND busy.hour = story.hour`);
}
