import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ask, start } from '../serve/running.ts';
import type { Client } from './client.ts';
import { rsyslogElastic, rsyslogForward, syslogNgElastic, syslogNgForward, syslogNgHec } from './debianSenders.ts';
import { Doors } from './doors.ts';
import { debianClients } from './install.ts';
import { uidsIn } from './journal.ts';
import { elasticsearch, otlp, splunk } from './npmSenders.ts';

// Real clients send to the real doors, through an overload and a kill; then the service makes rows of what it has, and every
// record has to be there once. Most of it is waiting: so several send at a time, each set to doors and a home of its own.
const perPhase = 300;
/** Seconds since 1970: an hour ago, for what is older than retention is not kept. */
const begun = Math.floor(Date.now() / 1000) - 3_600;
const atOnce = 3;
const debian = debianClients();
const clients = [
  elasticsearch(),
  splunk(),
  otlp('http'),
  otlp('proto'),
  ...(debian
    ? [rsyslogElastic, rsyslogForward, syslogNgElastic, syslogNgHec, syslogNgForward].map((make) => make(debian))
    : []),
];
const only = process.argv[2];
let failed = 0;
const print = (text: string) => process.stdout.write(`${text}\n`);

if (!debian) print('rsyslog and syslog-ng are left out: there is no apt here.');
const chosen = clients
  .map((client, index) => ({ client, letter: String.fromCharCode(97 + index) }))
  .filter(({ client }) => only === undefined || client.name.includes(only));
const lanes = Array.from({ length: atOnce }, (_, lane) => chosen.filter((_, index) => index % atOnce === lane));
await Promise.all(lanes.map(lane));
process.exitCode = failed > 0 ? 1 : 0;

/** One client after the other, and then the rows of what they sent. */
async function lane(clients: typeof chosen, number: number): Promise<void> {
  if (clients.length === 0) return;
  const home = mkdtempSync(join(tmpdir(), 'weir-clients-'));
  const doors = new Doors(home, 21_000 + (process.pid % 20_000) + 10 * number);
  const sent: string[] = [];
  try {
    for (const { client, letter } of clients) sent.push(...(await drive(client, letter, doors)));
    await rows(home, sent);
  } finally {
    await doors.kill();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Gives the records that it had to send. */
async function drive(client: Client, letter: string, doors: Doors): Promise<string[]> {
  const lines = [client.name];
  const say = (text: string) => lines.push(text);
  const arrived = async (what: string) => say(await arrival(doors.home, own, what));
  const own: string[] = [];
  const records = (count: number): string[] =>
    Array.from({ length: count }, () => {
      const uid = `Cx${letter}${own.length + 1}`;
      own.push(uid);
      return JSON.stringify(connection(uid, own.length));
    });
  await doors.start();
  await client.start(doors);
  try {
    await client.send(records(perPhase));
    await arrived('sent');

    await doors.say('full');
    const through = client.send(records(perPhase));
    await pause(3_000);
    await doors.say('room');
    await through;
    await arrived('while the journal was full for 3 s');

    if (client.isAcknowledged) {
      const around = inPortions(client, records(perPhase));
      await pause(300);
      await doors.kill();
      await pause(1_000);
      await doors.start();
      await around;
      await arrived('while the service was killed and started again');
    }
  } finally {
    await client.stop();
    await doors.kill();
    print(lines.join('\n'));
  }
  return own;
}

async function inPortions(client: Client, records: readonly string[]): Promise<void> {
  for (let at = 0; at < records.length; at += 30) {
    await client.send(records.slice(at, at + 30));
    await pause(80);
  }
}

/** Waits until all is there, at most a minute, and then looks whether anything is there twice. */
async function arrival(home: string, uids: readonly string[], what: string): Promise<string> {
  const missing = (there: ReadonlyMap<string, number>) => uids.filter((uid) => !there.has(uid));
  let there = await uidsIn(home);
  for (let turn = 0; turn < 120 && missing(there).length > 0; turn += 1) {
    await pause(500);
    there = await uidsIn(home);
  }
  const doubled = uids.filter((uid) => (there.get(uid) ?? 0) > 1);
  return judged(`${perPhase} records ${what}`, missing(there), doubled);
}

function judged(what: string, missing: readonly string[], doubled: readonly string[]): string {
  const right = missing.length === 0 && doubled.length === 0;
  if (!right) failed += 1;
  const told = right
    ? ''
    : `: ${missing.length} missing, ${doubled.length} doubled (${[...missing, ...doubled].slice(0, 5)})`;
  return `${right ? 'ok    ' : 'FAILED'} ${what}${told}`;
}

/** The service over the same home: what the doors took becomes rows. */
async function rows(home: string, sent: readonly string[]): Promise<void> {
  const service = await start(home);
  let counts = new Map<string, number>();
  for (let turn = 0; turn < 60 && counts.size < sent.length; turn += 1) {
    await pause(1_000);
    const answer = await ask(home, 'NetworkFlows | summarize Times = count() by FlowId');
    counts = new Map(answer.map(([uid, times]) => [String(uid), Number(times)]));
  }
  await service.stop();
  const missing = sent.filter((uid) => !counts.has(uid));
  const doubled = [...counts].filter(([, times]) => times > 1).map(([uid]) => uid);
  print(judged(`${sent.length} connections are rows of weir serve`, missing, doubled));
}

function connection(uid: string, number: number) {
  return {
    ts: begun + number / 10,
    uid,
    'id.orig_h': `10.0.0.${number % 250}`,
    'id.orig_p': 20_000 + (number % 40_000),
    'id.resp_h': '198.51.100.7',
    'id.resp_p': 443,
    proto: 'tcp',
    duration: 0.5,
    orig_bytes: 900 + number,
    resp_bytes: 4_000,
    conn_state: 'SF',
  };
}
