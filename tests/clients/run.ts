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
// record has to be there once.
const perPhase = 300;
/** Seconds since 1970: an hour ago, for what is older than retention is not kept. */
const begun = Math.floor(Date.now() / 1000) - 3_600;
const home = mkdtempSync(join(tmpdir(), 'weir-clients-'));
const doors = new Doors(home, 21_000 + (process.pid % 20_000));
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
const sent: string[] = [];
let failed = 0;
const say = (text: string) => process.stdout.write(`${text}\n`);

try {
  if (!debian) say('rsyslog and syslog-ng are left out: there is no apt here.');
  for (const [index, client] of clients.entries())
    if (only === undefined || client.name.includes(only)) await drive(client, String.fromCharCode(97 + index));
  await rows();
} finally {
  await doors.kill();
  rmSync(home, { recursive: true, force: true });
}
process.exitCode = failed > 0 ? 1 : 0;

async function drive(client: Client, letter: string): Promise<void> {
  say(client.name);
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
    await arrival(own, 'sent');

    await doors.say('full');
    const through = client.send(records(perPhase));
    await pause(3_000);
    await doors.say('room');
    await through;
    await arrival(own, 'while the journal was full for 3 s');

    if (client.isAcknowledged) {
      const around = inPortions(client, records(perPhase));
      await pause(300);
      await doors.kill();
      await pause(1_000);
      await doors.start();
      await around;
      await arrival(own, 'while the service was killed and started again');
    }
  } finally {
    await client.stop();
    await doors.kill();
    sent.push(...own);
  }
}

async function inPortions(client: Client, records: readonly string[]): Promise<void> {
  for (let at = 0; at < records.length; at += 30) {
    await client.send(records.slice(at, at + 30));
    await pause(80);
  }
}

/** Waits until all is there, at most a minute, and then looks whether anything is there twice. */
async function arrival(uids: readonly string[], what: string): Promise<void> {
  const missing = (there: ReadonlyMap<string, number>) => uids.filter((uid) => !there.has(uid));
  let there = await uidsIn(home);
  for (let turn = 0; turn < 120 && missing(there).length > 0; turn += 1) {
    await pause(500);
    there = await uidsIn(home);
  }
  const doubled = uids.filter((uid) => (there.get(uid) ?? 0) > 1);
  judge(`${perPhase} records ${what}`, missing(there), doubled);
}

function judge(what: string, missing: readonly string[], doubled: readonly string[]): void {
  const right = missing.length === 0 && doubled.length === 0;
  if (!right) failed += 1;
  const told = right
    ? ''
    : `: ${missing.length} missing, ${doubled.length} doubled (${[...missing, ...doubled].slice(0, 5)})`;
  say(`${right ? 'ok    ' : 'FAILED'} ${what}${told}`);
}

/** The service over the same home: what the doors took becomes rows. */
async function rows(): Promise<void> {
  say('weir serve makes rows of all that came');
  const service = await start(home);
  let counts = new Map<string, number>();
  for (let turn = 0; turn < 60 && counts.size < sent.length; turn += 1) {
    await pause(1_000);
    const answer = await ask(home, 'NetworkFlows | summarize Times = count() by FlowId');
    counts = new Map(answer.map(([uid, times]) => [String(uid), Number(times)]));
  }
  await service.stop();
  const missing = sent.filter((uid) => !counts.has(uid));
  judge(
    `${sent.length} connections`,
    missing,
    [...counts].filter(([, times]) => times > 1).map(([uid]) => uid),
  );
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
