import type { Engine } from '../../../packages/weir/src/engine/engine.ts';
import { fullPath, type Program } from '../../../packages/weir/src/simulate/program.ts';
import { type Programs, rowsOf, strangerAddress } from './connections.ts';

const hour = '36000000000::BIGINT';

/** What sensors have to tell of each connection, in `life_fact`: `life_connection` with its address, its accounts, the
 *  endpoint's time (by the machine's own clock) and report number. Endpoints drop what they reported within the hour: the
 *  same process to the same address and port. What nobody tells of is left out. `n` numbers the rows. */
export async function gatherFacts(engine: Engine, programs: Programs): Promise<void> {
  await rowsOf(engine, 'life_program', programColumns, programs.list.map(programRow));
  await engine.run(
    `CREATE OR REPLACE TABLE life_fact AS
     WITH placed AS (
       SELECT c.* REPLACE (coalesce(c.address, ${hostAddress}) AS address,
           -- The endpoint sensor's own repeats, an hour of the clock at a time.
           c.told AND (hash(c.id, 74) % 100 < 6 OR row_number() OVER (
             PARTITION BY c.machine, c.pid, coalesce(c.address, ${hostAddress}), c.port, c.outcome, c.starts // ${hour} ORDER BY c.starts, c.id) = 1) AS told),
         c.outcome IN ('accepted', 'cut') AS open,
         CASE WHEN c.application IN ('quic', 'media') THEN 'udp' ELSE 'tcp' END AS protocol,
         1000 + (hash(c.id, 72) % 118000)::BIGINT AS report
       FROM life_connection c
     )
     SELECT row_number() OVER (ORDER BY c.starts, c.id)::INTEGER AS n, c.*, c.starts + (20000 + hash(c.id, 71) % 880000)::BIGINT * 10 + m.skew AS stamped,
       -- Some handshakes hide the name, and what is no handshake has none.
       CASE WHEN c.seen AND c.open AND c.application IN ('tls', 'quic') AND hash(c.id, 73) % 100 >= 2 THEN c.host END AS greeted,
       CASE WHEN c.told AND c.named THEN c.host END AS url
     FROM placed c JOIN life_machine m ON m.number = c.machine
     WHERE c.told OR c.seen`,
  );
}

/** SQL: where a host's name leads: a few addresses, the same for everybody. */
const hostAddress = strangerAddress('hash(c.host, hash(c.id, 64) % 3)');

/** Which report stands for a connection that has none of its own, in `life_standing(flow, event, rule)`: as fusion finds it
 *  (fuse/standing.ts), the nearest one of the hour before to the same address and port, if it can only be one program's. */
export async function gatherStanding(engine: Engine): Promise<void> {
  const one = (window: string) => `min(who) OVER ${window} = max(who) OVER ${window}`;
  const key = ['machine', 'protocol', 'carried', 'address', 'port'];
  const agree = key.map((column) => `f.${column} = e.${column}`).join(' AND ');
  const window = (by: string) => `(PARTITION BY ${by} ORDER BY t RANGE BETWEEN ${hour} PRECEDING AND CURRENT ROW)`;
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE life_left AS
     SELECT f.n, f.starts, f.machine, f.protocol, f.open AS carried, f.address, f.port, f.greeted AS host
     FROM life_fact f JOIN life_machine m ON m.number = f.machine WHERE f.seen AND NOT f.told AND m.sensor`,
  );
  await engine.run(
    `CREATE OR REPLACE TEMP TABLE life_pool AS
     WITH told AS (
       SELECT f.n, f.starts AS t, f.machine, f.protocol, f.address, f.port, coalesce(f.greeted, f.url) AS host,
         hash(lower(p.file), f.account) AS who,
         -- What is no Windows does not say how a connection ended.
         unnest(CASE WHEN m.system = 'windows' THEN [f.open] ELSE [true, false] END) AS carried
       FROM life_fact f JOIN life_machine m ON m.number = f.machine JOIN life_program p ON p.number = f.program
       WHERE f.told
     )
     SELECT n, t, ${key.join(', ')}, host, ${one('before')} AS sole, ${one('there')} AS soleThere
     FROM (FROM told e SEMI JOIN life_left f ON ${agree})
     WINDOW before AS ${window(key.join(', '))}, there AS ${window([...key, 'host'].join(', '))}`,
  );
  const near = (there: boolean) =>
    `SELECT f.n AS flow, e.n AS event, ${there ? 'e.soleThere' : 'e.sole'} AS sole
     FROM life_next f ASOF JOIN (
       FROM life_pool QUALIFY row_number() OVER (PARTITION BY ${key.join(', ')}, t${there ? ', host' : ''} ORDER BY n) = 1) e
       ON ${agree} ${there ? 'AND f.host = e.host' : ''} AND e.t <= f.starts
     WHERE f.starts - e.t <= ${hour} ${there ? '' : 'AND coalesce(f.host = e.host, true)'}`;
  await engine.run('CREATE OR REPLACE TEMP TABLE life_next AS FROM life_left');
  await engine.run(`CREATE OR REPLACE TEMP TABLE life_there AS ${near(true)}`);
  await engine.run(
    'CREATE OR REPLACE TEMP TABLE life_next AS FROM life_left WHERE n NOT IN (SELECT flow FROM life_there)',
  );
  await engine.run(
    `CREATE OR REPLACE TABLE life_standing AS
     SELECT flow, event, 'repeated-host' AS rule FROM life_there WHERE sole
     UNION ALL SELECT flow, event, 'repeated' FROM (${near(false)}) WHERE sole`,
  );
  for (const spent of ['left', 'pool', 'next', 'there']) await engine.run(`DROP TABLE life_${spent}`);
}

const programColumns = {
  number: 'INTEGER',
  file: 'VARCHAR',
  folder: 'VARCHAR',
  original: 'VARCHAR',
  company: 'VARCHAR',
  product: 'VARCHAR',
  description: 'VARCHAR',
  version: 'VARCHAR',
  size: 'BIGINT',
  sha1: 'VARCHAR',
  sha256: 'VARCHAR',
  md5: 'VARCHAR',
  parent: 'VARCHAR',
  command: 'VARCHAR',
} as const;

function programRow(program: Program, number: number): Record<keyof typeof programColumns, unknown> {
  const { file, original, company, product, description, version, size, sha1, sha256, md5, parent } = program;
  return {
    ...{ number, file, original, company, product, description, version, size, sha1, sha256, md5, parent },
    // `{user}` stays, and is filled where the account is known.
    folder: fullPath(program, '{user}').toLowerCase(),
    command: program.commandLine,
  };
}

/** SQL over `e` (a fact), `m` (its machine) and `p` (its program): what an endpoint tells of the process and its account. */
export const processFacts: Readonly<Record<string, string>> = {
  InitiatingProcessSHA1: 'p.sha1',
  InitiatingProcessSHA256: 'p.sha256',
  InitiatingProcessMD5: 'p.md5',
  // Endpoints spell a name now and then otherwise, and a parent by its device's path.
  InitiatingProcessFileName: 'CASE WHEN hash(e.id, 75) % 20 = 0 THEN lower(p.file) ELSE p.file END',
  InitiatingProcessFileSize: 'p.size',
  InitiatingProcessVersionInfoCompanyName: 'p.company',
  InitiatingProcessVersionInfoProductName: 'p.product',
  InitiatingProcessVersionInfoProductVersion: 'p.version',
  InitiatingProcessVersionInfoInternalFileName: 'p.file',
  InitiatingProcessVersionInfoOriginalFileName: 'p.original',
  InitiatingProcessVersionInfoFileDescription: 'p.description',
  InitiatingProcessId: 'e.pid',
  InitiatingProcessCommandLine: `replace(coalesce(e.command, p.command), '{user}', m.user_name)`,
  InitiatingProcessFolderPath: `replace(p.folder, '{user}', CASE WHEN e.account = 'system' THEN 'system' ELSE m.user_name END)`,
  InitiatingProcessParentFileName: String.raw`CASE WHEN m.system = 'windows' AND hash(e.id, 76) % 33 = 0 THEN '\Device\HarddiskVolume3\Windows\' || p.parent ELSE p.parent END`,
  InitiatingProcessAccountDomain: `CASE WHEN e.account = 'system' THEN 'nt authority' WHEN contains(e.account, '|') THEN split_part(e.account, '|', 1) ELSE m.user_domain END`,
  InitiatingProcessAccountName: `CASE WHEN e.account = 'system' THEN 'system' WHEN contains(e.account, '|') THEN split_part(e.account, '|', 2) ELSE m.user_name END`,
  InitiatingProcessAccountSid: `CASE WHEN e.account = 'system' THEN 'S-1-5-18' ELSE m.user_sid END`,
  InitiatingProcessAccountUpn: `CASE WHEN e.account IN ('user', 'service') THEN m.user_upn ELSE '' END`,
  InitiatingProcessAccountObjectId: `CASE WHEN e.account IN ('user', 'service') THEN m.user_object ELSE '' END`,
};

/** SQL: what the endpoint itself called it. */
export const endpointAction = `CASE WHEN m.system <> 'windows' THEN 'ConnectionRequest' WHEN e.open THEN 'ConnectionSuccess' ELSE 'ConnectionFailed' END`;

/** SQL: the sensor's own id of a flow (`f`). */
export const flowUid = `'C' || substr(f.id, 1, 17)`;
