import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { batch } from './records.ts';
import { ask, command, type Running, start } from './running.ts';

// Kills the real process again and again while records come in, and then counts: what was acknowledged is there once.
const { values } = parseArgs({
  options: { kills: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' } },
});
const began = Date.now() / 1000 - 3_600;
const kills = Number(values.kills);
const draw = drawing(Number(values.seed));
const home = mkdtempSync(join(tmpdir(), 'weir-kills-'));
const acknowledged: string[] = [];
const unknown: string[] = [];
let next = 1;

try {
  const token = (await command('token', 'add', 'sender', '--scope', 'ingest', '--home', home)).trim();
  for (let kill = 0; kill < kills; kill++) {
    const running = await start(home);
    const sending = send(running, token);
    await pause(100 + draw() * 2_500);
    await running.kill();
    await sending;
    if (kill % 10 === 9) process.stdout.write(`${kill + 1} kills, ${acknowledged.length} records acknowledged\n`);
  }
  const last = await start(home);
  await settled();
  const code = await last.stop();
  await judge(code);
} finally {
  rmSync(home, { recursive: true, force: true });
}

/** Posts batch after batch, as two senders do, until the process is gone. */
async function send({ url }: Running, token: string): Promise<void> {
  const one = async () => {
    for (;;) {
      const { uids, body } = batch('k', next, 50, { start: began });
      next += uids.length;
      try {
        const answer = await fetch(`${url}/ingest/office`, {
          method: 'POST',
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
          body,
        });
        (answer.ok ? acknowledged : unknown).push(...uids);
        await answer.arrayBuffer();
      } catch {
        // Sent, perhaps taken, never acknowledged: it may be there once or not at all.
        unknown.push(...uids);
        return;
      }
    }
  };
  await Promise.all([one(), one()]);
}

/** Waits until all that was acknowledged is in the lake, at most a minute. */
async function settled(): Promise<void> {
  for (let waited = 0; waited < 60; waited++) {
    const [[rows] = []] = await ask(home, 'NetworkFlows | count');
    if (Number(rows) >= acknowledged.length) return;
    await pause(1_000);
  }
}

async function judge(code: number | null): Promise<void> {
  const counts = new Map<string, number>();
  for (const [id] of await ask(home, 'NetworkFlows | project EventId')) {
    const uid = String(id).replace(/^zeek:/, '');
    counts.set(uid, (counts.get(uid) ?? 0) + 1);
  }
  const lost = acknowledged.filter((uid) => !counts.has(uid));
  const doubled = [...counts].filter(([, times]) => times > 1);
  const sent = new Set([...acknowledged, ...unknown]);
  const invented = [...counts.keys()].filter((uid) => !sent.has(uid));
  const checked = await command('lake', 'check', '--home', home).catch((error: Error) => error);
  process.stdout.write(
    `${kills} kills: ${acknowledged.length} records acknowledged, ${lost.length} lost, ${doubled.length} doubled, ${invented.length} invented; ` +
      `of ${unknown.length} without an answer ${unknown.filter((uid) => counts.has(uid)).length} are there; it ended with ${code}\n`,
  );
  if (checked instanceof Error) process.stdout.write(`weir lake check: ${checked.message}\n`);
  if (acknowledged.length === 0 || lost.length > 0 || doubled.length > 0 || invented.length > 0) process.exitCode = 1;
  if (checked instanceof Error || code !== 0) process.exitCode = 1;
}

/** Numbers from 0 to 1 by a linear congruence: the same seed kills at the same moments. */
function drawing(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
