import type { Engine } from '../../../packages/weir/src/engine/engine.ts';
import { sqlText } from '../../../packages/weir/src/engine/sql.ts';
import type { Program } from '../../../packages/weir/src/simulate/program.ts';
import type { Day } from './calendar.ts';
import type { Amount, Habit } from './habit.ts';
import { habits } from './habits/index.ts';
import { type Machine, organisation } from './machines.ts';

/** What truly happened, before any sensor: one row a connection, whoever it was that made it.
 *
 *  `life_connection(id, machine, program, command, pid, created, account, starts, lasting, application, localPort, address,
 *  port, host, outcome, sent, received, told, seen, named, writes)`. Times are ticks; `address` is null where the
 *  host's name leads to it; `command` is null where the program is always started alike; `account` is user, system,
 *  service or another as `domain|name`; `told`: the endpoint's sensor would report it, were it no repeat; `seen`: it passes
 *  the network's sensor; `named`: the report names the host; `writes`: a file that
 *  the program wrote. Where `application` is none there was no connection. */
export const connectionColumns = {
  id: 'VARCHAR',
  machine: 'INTEGER',
  program: 'INTEGER',
  command: 'VARCHAR',
  pid: 'INTEGER',
  created: 'BIGINT',
  account: 'VARCHAR',
  starts: 'BIGINT',
  lasting: 'BIGINT',
  application: 'VARCHAR',
  localPort: 'INTEGER',
  address: 'VARCHAR',
  port: 'INTEGER',
  host: 'VARCHAR',
  outcome: 'VARCHAR',
  sent: 'BIGINT',
  received: 'BIGINT',
  told: 'BOOLEAN',
  seen: 'BOOLEAN',
  named: 'BOOLEAN',
  writes: 'VARCHAR',
} as const;

/** Programs by number, and who has which. */
export class Programs {
  readonly #numbers = new Map<string, number>();
  readonly list: Program[] = [];

  number(program: Program): number {
    const key = JSON.stringify(program);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.list.length);
    this.list.push(program);
    return this.list.length - 1;
  }
}

/** Writes machines, days, habits and programs into the engine's tables. */
export async function furnish(
  engine: Engine,
  machines: readonly Machine[],
  days: readonly Day[],
  programs: Programs,
): Promise<void> {
  await rowsOf(engine, 'life_machine', machineColumns, machines.map(machineRow));
  await rowsOf(
    engine,
    'life_day',
    { day: 'INTEGER', starts: 'BIGINT', works: 'BOOLEAN', monthEnd: 'BOOLEAN' },
    days.map((day) => ({ ...day, starts: String(day.starts) })),
  );
  await rowsOf(
    engine,
    'life_habit',
    habitColumns,
    habits.map((habit, number) => habitRow(habit, number, programs)),
  );
  const who = habits.flatMap(({ who: roles }, habit) => [...new Set(roles)].map((role) => ({ habit, role })));
  await rowsOf(engine, 'life_who', { habit: 'INTEGER', role: 'VARCHAR' }, who);
}

/** Draws: a number from 0 to below 1 that follows from a hash and a word, and one of the normal distribution. The engine's
 *  hash is the same on every machine for one version of it. */
const macros = [
  `CREATE OR REPLACE TEMP MACRO life_draw(h, k) AS (hash(h, k) >> 11)::DOUBLE / 9007199254740992.0`,
  `CREATE OR REPLACE TEMP MACRO life_normal(h, k) AS
     sqrt(-2 * ln(1 - life_draw(h, k))) * cos(2 * pi() * life_draw(h, k + 1))`,
  `CREATE OR REPLACE TEMP MACRO life_amount(h, k, median, sigma, most) AS
     least(median * exp(sigma * life_normal(h, k)), most)`,
];

/** Ticks, as SQL of the width that holds a day of them. */
const second = '10000000::BIGINT';
const hour = '36000000000::BIGINT';

/** Makes `life_connection` of all habits, a few days at a time. */
export async function live(engine: Engine, seed: number, days: number): Promise<void> {
  for (const macro of macros) await engine.run(macro);
  const columns = Object.entries(connectionColumns).map(([name, type]) => `${name} ${type}`);
  await engine.run(`CREATE OR REPLACE TABLE life_connection (${columns.join(', ')})`);
  await engine.run(adoption(seed, days));
  for (let day = 0; day < days; day++)
    await engine.run(`INSERT INTO life_connection BY NAME ${connectionsOf(seed, day)}`);
}

/** Which machine has which habit, from which day on, and how much of it: few do it far more than most, and one in eight
 *  takes it up while the data run. */
function adoption(seed: number, days: number): string {
  return `CREATE OR REPLACE TEMP TABLE life_adopted AS
    SELECT m.number AS machine, h.number AS habit, hash(${seed}, m.number, h.name) AS who,
      exp(0.7 * life_normal(hash(${seed}, m.number, h.name), 3) - 0.25) AS keen,
      CASE WHEN h.rollout THEN floor(${days} * (0.3 + 0.7 * life_draw(hash(${seed}, h.name), 5)))
        WHEN life_draw(hash(${seed}, m.number, h.name), 6) < 0.12 AND NOT m.server THEN floor(${days} * life_draw(hash(${seed}, m.number, h.name), 7))
        ELSE 0 END AS taken_up
    FROM life_machine m JOIN life_who w ON w.role = m.role JOIN life_habit h ON h.number = w.habit
    WHERE (h.systems IS NULL OR list_contains(h.systems, m.system)) AND life_draw(hash(${seed}, m.number, h.name), 1) < h.share`;
}

/** Hosts that sign in, look up and report back. */
const steps =
  '^(login|oauth2|sts|accounts|autodiscover-s|presence|update|stats|telemetry|licensing|discovery|settings|provisioningapi)[.-]';

function connectionsOf(seed: number, day: number): string {
  return `WITH present AS (
      SELECT m.*, d.starts AS midnight, d.monthEnd, hash(${seed}, m.number, 'day', d.day) AS today,
        hash(${seed}, m.number, 'week', d.day // 7) AS week, d.day,
        -- On holiday for a week, ill for a day, or away from the office.
        -- Some work at weekends.
        (d.works OR life_draw(hash(${seed}, m.number, 'day', d.day), 3) < 0.04) AND life_draw(hash(${seed}, m.number, 'week', d.day // 7), 1) > 0.05
          AND life_draw(hash(${seed}, m.number, 'day', d.day), 1) > 0.02 AS works,
        m.portable AND life_draw(hash(${seed}, m.number, 'day', d.day), 2) < 0.25 AS away
      FROM life_machine m JOIN life_day d ON d.day = ${day} AND d.day >= m."from" AND d.day < m.until
    ), done AS (
      SELECT p.*, h.* EXCLUDE (number, name), h.number AS habit, a.keen, a.who, hash(a.who, p.day) AS hd,
        CASE WHEN p.server THEN 1 WHEN p.works THEN 1 WHEN h."when" = 'always' THEN p.left_on ELSE h.idle END
          * CASE WHEN p.monthEnd THEN h.monthEnd ELSE 1 END AS much
      FROM present p JOIN life_adopted a ON a.machine = p.number AND a.taken_up <= p.day JOIN life_habit h ON h.number = a.habit
    ), times AS (
      SELECT *, unnest(range(1, 1 + floor(times * keen * much * exp(0.4 * life_normal(hd, 5) - 0.08) + life_draw(hd, 7))::INTEGER)) AS time
      FROM done WHERE much > 0 AND life_draw(hd, 4) < days
    ), drawn AS (
      SELECT *, hash(hd, time) AS ht FROM times
    ), sessions AS (
      SELECT *, CASE "when"
          WHEN 'always' THEN CASE WHEN server OR thing THEN 24 * life_draw(ht, 11) ELSE begins - zone + 10.5 * life_draw(ht, 11) END
          WHEN 'night' THEN 1 - zone + 1.5 * life_draw(who, 12) + 2.5 * life_draw(ht, 11)
          WHEN 'logon' THEN begins - zone + 0.3 * life_draw(ht, 11)
          WHEN 'evening' THEN 18.5 - zone + 3 * life_draw(ht, 11)
          -- Two humps with a lunch between, some who stay late, and an evening at home.
          ELSE begins - zone + CASE WHEN life_draw(ht, 17) < 0.04 THEN 10.5 + 4.5 * life_draw(ht, 18) WHEN life_draw(ht, 11) < 0.54 THEN greatest(0, 1.9 + 1.0 * life_normal(ht, 13))
            ELSE least(14, 6.6 + 1.5 * life_normal(ht, 13)) END
        END AS clock
      FROM drawn
    ), each AS (
      SELECT *, unnest(range(least + floor((most - least + 1) * life_draw(ht, 15))::INTEGER)) AS part FROM sessions
    ), one AS (
      SELECT *, hash(ht, part, 'part') AS h,
        list_extract(hosts, 1 + floor(len(hosts) * life_draw(hash(ht, part), 16))::INTEGER) AS pattern
      FROM each
    ), sized AS (
      SELECT *, life_draw(h, 21) < 0.012 AS failed,
        greatest(60, life_amount(h, 22, sent_median, sent_sigma, sent_most))::BIGINT AS wanted,
        greatest(60, life_amount(h, 24, received_median, received_sigma, received_most))::BIGINT AS "in",
        ${filled('pattern')} AS named_host
      FROM one
    ), met AS (
      -- Steps on the way to an upload are small, whatever follows elsewhere.
      SELECT *, CASE WHEN regexp_matches(coalesce(named_host, ''), '${steps}') THEN least(wanted, 900 + hash(h, 26) % 9000)::BIGINT ELSE wanted END AS out
      FROM sized
    )
    SELECT md5(concat_ws('|', ${seed}, number, habit, day, time, part)) AS id, number AS machine, program,
${blanks('command')} AS command,
      (4 * (150 + (CASE WHEN anew THEN h ELSE hash(who, day) END % 7000)::INTEGER)) AS pid,
      CASE WHEN anew THEN midnight + (clock * ${hour})::BIGINT + part * apart * ${second} - (1 + 20 * life_draw(h, 31)) * ${second}
        WHEN server THEN midnight - ((1 + hash(who) % 12)::BIGINT + day) * 86400 * ${second} + (hash(who, 3) % 86400)::BIGINT * ${second}
        ELSE midnight + ((begins - zone) * ${hour})::BIGINT - (hash(who, day, 5) % 400)::BIGINT * ${second} - 600 * ${second} END::BIGINT // 10 * 10 AS created,
      account,
      (midnight + (clock * ${hour})::BIGINT + (part * apart * (0.7 + 0.6 * life_draw(h, 32)) * ${second})::BIGINT) // 10 * 10 AS starts,
      (CASE WHEN failed THEN 1 + 20 * life_draw(h, 33) ELSE greatest(
        CASE WHEN lasting_median IS NULL THEN 0 ELSE life_amount(h, 34, lasting_median, lasting_sigma, 36000) END,
        greatest(out, "in") / (rate * exp(0.5 * life_normal(h, 36))) + 0.3 + 2 * life_draw(h, 38)) END * ${second})::BIGINT // 10 * 10 AS lasting,
      application, 49152 + (hash(h, 39) % 16000)::INTEGER AS localPort,
      CASE WHEN addresses IS NOT NULL THEN list_extract(addresses, 1 + floor(len(addresses) * life_draw(h, 40))::INTEGER)
        WHEN named_host IS NULL THEN ${strangerAddress('h')} END AS address,
      port, named_host AS host,
      CASE WHEN NOT failed THEN 'accepted' WHEN life_draw(h, 41) < 0.6 THEN 'silent' ELSE 'refused' END AS outcome,
      CASE WHEN failed THEN 0 ELSE out END AS sent, CASE WHEN failed THEN 0 ELSE "in" END AS received,
      application <> 'none' AND sensor AND life_draw(h, 42) < told AS told, application <> 'none' AND watched AND NOT away AS seen, life_draw(h, 43) < 0.35 AS named, ${blanks('writes')} AS writes
    FROM met`;
}

/** SQL: a command line or a path with its blanks filled; the user is filled in where the account is known. */
function blanks(text: string): string {
  const filled: readonly (readonly [string, string])[] = [
    ['{new}', 'substr(md5(h::VARCHAR), 1, 8)'],
    ['{own}', 'substr(md5(who::VARCHAR), 1, 8)'],
    ['{host}', `coalesce(named_host, '')`],
    ['{org}', sqlText(organisation.name)],
  ];
  return filled.reduce((sql, [blank, value]) => `replace(${sql}, ${sqlText(blank)}, ${value})`, text);
}

/** SQL: a name's pattern with its blanks filled. The long tail: few names are met often, most once. */
function filled(pattern: string): string {
  const fill = (blank: string, sql: string) =>
    `CASE WHEN contains(${pattern}, ${sqlText(blank)}) THEN ${sql} ELSE '' END`;
  const rank = (k: number, most: number) => `floor(exp(ln(${most}) * life_draw(h, ${k})))::INTEGER`;
  const word = `list_extract(${list(syllables)}, 1 + (hash(w) % ${syllables.length})::INTEGER) || list_extract(${list(syllables)}, 1 + (hash(w, 2) % ${syllables.length})::INTEGER)`;
  const blanks: readonly (readonly [string, string])[] = [
    ['{n}', `(1 + (hash(h, 51) % 12))::VARCHAR`],
    ['{own}', `substr(md5(who::VARCHAR), 1, 10)`],
    ['{new}', `substr(md5(h::VARCHAR), 1, 10)`],
    ['{org}', sqlText(organisation.name)],
    ['{word}', word.replaceAll('hash(w', `hash(${rank(53, 900)}`)],
    [
      '{web}',
      `'www.' || ${word.replaceAll('hash(w', `hash(${rank(55, 40_000)}`)} || (${rank(55, 40_000)} % 97)::VARCHAR || '.example'`,
    ],
  ];
  return blanks.reduce((text, [blank, sql]) => `replace(${text}, ${sqlText(blank)}, ${fill(blank, sql)})`, pattern);
}

const syllables = [
  'bel',
  'cor',
  'dan',
  'elm',
  'far',
  'gil',
  'hal',
  'ivo',
  'jun',
  'kel',
  'lim',
  'mor',
  'nal',
  'orb',
  'pel',
  'quo',
  'ras',
  'sol',
  'tam',
  'ulm',
  'vex',
  'wil',
  'yar',
  'zen',
];

/** SQL: an address on the internet that follows from a hash. No service publishes these as its own. */
export function strangerAddress(hash: string): string {
  return `concat_ws('.', list_extract([23, 34, 52, 66, 80, 96, 104, 142, 151, 172], 1 + (${hash} % 10)::INTEGER)::VARCHAR,
    64 + (hash(${hash}, 61) % 60), (hash(${hash}, 62) % 250), 1 + (hash(${hash}, 63) % 250))`;
}

function list(texts: readonly string[]): string {
  return `[${texts.map(sqlText).join(', ')}]`;
}

const machineColumns = {
  number: 'INTEGER',
  name: 'VARCHAR',
  device_id: 'VARCHAR',
  role: 'VARCHAR',
  system: 'VARCHAR',
  local: 'VARCHAR',
  sensor: 'BOOLEAN',
  watched: 'BOOLEAN',
  server: 'BOOLEAN',
  thing: 'BOOLEAN',
  portable: 'BOOLEAN',
  skew: 'BIGINT',
  zone: 'INTEGER',
  begins: 'DOUBLE',
  from: 'INTEGER',
  until: 'INTEGER',
  left_on: 'DOUBLE',
  user_domain: 'VARCHAR',
  user_name: 'VARCHAR',
  user_sid: 'VARCHAR',
  user_upn: 'VARCHAR',
  user_object: 'VARCHAR',
} as const;

function machineRow(machine: Machine): Record<keyof typeof machineColumns, unknown> {
  const { number, name, id, role, system, address, sensor, watched, portable, clock, zone, begins, from, until } =
    machine;
  const server = role.endsWith('-server') || ['database', 'directory', 'monitor', 'terminal'].includes(role);
  const { domain, name: user, sid, upn, objectId } = machine.account;
  return {
    ...{ number, name, role, system, sensor, watched, portable, zone, begins, from, until, server },
    device_id: id,
    local: address,
    thing: system === 'firmware',
    skew: clock * 10,
    // Desktops stay on over a weekend, portables do not.
    left_on: system === 'firmware' ? 1 : portable ? 0.05 : 0.5,
    user_domain: domain,
    user_name: user,
    user_sid: sid,
    user_upn: upn,
    user_object: objectId,
  };
}

const habitColumns = {
  number: 'INTEGER',
  name: 'VARCHAR',
  systems: 'VARCHAR[]',
  share: 'DOUBLE',
  days: 'DOUBLE',
  when: 'VARCHAR',
  times: 'DOUBLE',
  idle: 'DOUBLE',
  monthEnd: 'DOUBLE',
  least: 'INTEGER',
  most: 'INTEGER',
  apart: 'DOUBLE',
  program: 'INTEGER',
  hosts: 'VARCHAR[]',
  addresses: 'VARCHAR[]',
  sent_median: 'DOUBLE',
  sent_sigma: 'DOUBLE',
  sent_most: 'DOUBLE',
  received_median: 'DOUBLE',
  received_sigma: 'DOUBLE',
  received_most: 'DOUBLE',
  rate: 'DOUBLE',
  lasting_median: 'DOUBLE',
  lasting_sigma: 'DOUBLE',
  application: 'VARCHAR',
  port: 'INTEGER',
  account: 'VARCHAR',
  command: 'VARCHAR',
  writes: 'VARCHAR',
  anew: 'BOOLEAN',
  rollout: 'BOOLEAN',
  told: 'DOUBLE',
} as const;

function habitRow(habit: Habit, number: number, programs: Programs): Record<keyof typeof habitColumns, unknown> {
  const {
    name,
    systems,
    share,
    days,
    when,
    times,
    idle,
    monthEnd,
    burst,
    program,
    hosts,
    addresses,
    as = 'tls',
  } = habit;
  const [least, most, apart] = burst ?? [1, 1, 1];
  const of = (kind: string, [median, sigma, top]: Amount) => ({
    [`${kind}_median`]: median,
    [`${kind}_sigma`]: sigma,
    [`${kind}_most`]: top ?? median * 1000,
  });
  return {
    ...{ number, name, when, times, least, most, apart, hosts },
    ...(of('sent', habit.sent) as Record<'sent_median' | 'sent_sigma' | 'sent_most', number>),
    ...(of('received', habit.received) as Record<'received_median' | 'received_sigma' | 'received_most', number>),
    systems: systems ?? null,
    share: share ?? 1,
    days: days ?? 1,
    idle: idle ?? 0,
    monthEnd: monthEnd ?? 1,
    program: programs.number(program),
    addresses: addresses ?? null,
    rate: habit.rate ?? 2_000_000,
    lasting_median: habit.lasting?.[0] ?? null,
    lasting_sigma: habit.lasting?.[1] ?? null,
    application: as,
    port: habit.port ?? (as === 'http' ? 80 : 443),
    account: habit.account ?? 'user',
    command: habit.command ?? null,
    writes: habit.writes ?? null,
    anew: habit.anew ?? false,
    rollout: habit.rollout ?? false,
    told: habit.told ?? 0.96,
  };
}

/** Makes a table of plain rows. */
export async function rowsOf(
  engine: Engine,
  table: string,
  columns: Readonly<Record<string, string>>,
  rows: readonly object[],
): Promise<void> {
  const definitions = Object.entries(columns).map(([name, type]) => `"${name}" ${type}`);
  await engine.run(`CREATE OR REPLACE TABLE ${table} (${definitions.join(', ')})`);
  await addRows(engine, table, columns, rows);
}

export async function addRows(
  engine: Engine,
  table: string,
  columns: Readonly<Record<string, string>>,
  rows: readonly object[],
): Promise<void> {
  const shape = sqlText(JSON.stringify([columns]));
  for (let from = 0; from < rows.length; from += 5_000)
    await engine.run(`INSERT INTO ${table} BY NAME SELECT unnest(from_json($rows::JSON, ${shape}), max_depth := 2)`, {
      rows: JSON.stringify(rows.slice(from, from + 5_000)),
    });
}
