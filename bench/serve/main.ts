import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { batch, endpointBatch } from '../../tests/serve/records.ts';
import { ask, command, type Running, start } from '../../tests/serve/running.ts';
import { receiver } from './receiver.ts';

// Puts a real service under load and prints what it bore: `npm run bench:serve -- --seconds 60 --rate 20000 --paired`.
const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '20' },
    /** Records a second, all senders together. */
    rate: { type: 'string', default: '20000' },
    /** Records a body. */
    batch: { type: 'string', default: '1000' },
    senders: { type: 'string', default: '4' },
    /** Half of the records are Defender's, of the same connections: fusion has partners to find. */
    paired: { type: 'boolean', default: false },
    /** A query that would run for ever, put all the while. */
    runaway: { type: 'boolean', default: false },
  },
});
const [seconds, rate, size, senders] = [values.seconds, values.rate, values.batch, values.senders].map(Number) as [
  number,
  number,
  number,
  number,
];

const home = mkdtempSync(join(tmpdir(), 'weir-load-'));
const told = await receiver();
try {
  told.configure(home);
  const token = (await command('token', 'add', 'load', '--scope', 'ingest', '--home', home)).trim();
  const running = await start(home);
  await load(running, token);
} finally {
  await told.close();
  rmSync(home, { recursive: true, force: true });
}

async function load(running: Running, token: string): Promise<void> {
  const acknowledged: number[] = [];
  const uploads = new Map<string, number>();
  let [sent, heldOff, next, bytes] = [0, 0, 1, 0];
  const begun = performance.now();
  const until = begun + seconds * 1000;
  const memory: number[] = [];
  const watch = setInterval(() => memory.push(residentMb(running)), 1000);

  const post = async (source: string, body: string): Promise<boolean> => {
    const before = performance.now();
    const answer = await fetch(`${running.url}/ingest/${source}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/x-ndjson' },
      body,
    });
    await answer.arrayBuffer();
    if (answer.ok) acknowledged.push(performance.now() - before);
    return answer.ok;
  };
  const sender = async () => {
    while (performance.now() < until) {
      // So many are due by now: whoever is behind does not wait.
      const due = ((performance.now() - begun) / 1000) * rate;
      if (sent >= due) {
        await pause(Math.min(50, ((sent - due) / rate) * 1000 + 1));
        continue;
      }
      const from = next;
      const count = values.paired ? size / 2 : size;
      next += count;
      sent += size;
      const at = { start: Date.now() / 1000 - 60 - from / 200, uploadEvery: 200_000 };
      const flows = batch('l', from, count, at);
      const bodies: [string, string][] = [['zeek', flows.body]];
      if (values.paired) bodies.push(['defender', endpointBatch(from, count, at)]);
      for (const host of flows.uploadsFrom) uploads.set(host, performance.now());
      for (const [source, body] of bodies) {
        bytes += body.length;
        while (!(await post(source, body))) {
          heldOff += 1;
          await pause(200);
        }
      }
    }
  };
  await Promise.all(Array.from({ length: senders }, sender));
  const lasted = (performance.now() - begun) / 1000;
  const caught = await caughtUp(next - 1);
  await pause(3_000);
  clearInterval(watch);
  const delays = [...uploads].flatMap(([host, at]) => {
    const heard = told.heardOf(host);
    return heard === undefined ? [] : [heard - at];
  });
  const floor = await writtenAndSynced(batch('f', 1, size, { start: 1 }).body, 200);
  const code = await running.stop();
  const median = quantile(acknowledged, 0.5);
  const lines = [
    `${(sent / lasted).toFixed(0)} records/s for ${lasted.toFixed(0)} s (${(bytes / lasted / 1e6).toFixed(1)} MB/s), ${heldOff} bodies held off; all in the lake ${caught.toFixed(1)} s later`,
    `${(median / floor).toFixed(2)} x (target 1.5)  acknowledged after ${median.toFixed(1)} ms (p99 ${quantile(acknowledged, 0.99).toFixed(1)} ms), floor ${floor.toFixed(1)} ms  a body of ${size} records / written and synced`,
    `line to webhook: ${delays.length} of ${uploads.size} uploads, median ${(quantile(delays, 0.5) / 1000).toFixed(1)} s, p99 ${(quantile(delays, 0.99) / 1000).toFixed(1)} s`,
    `memory: ${memory.slice(0, 5).join(' ')} … ${memory.slice(-5).join(' ')} MB, at most ${Math.max(...memory)} MB; it ended with ${code}`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** Seconds until the lake holds as many flows as were sent, at most two minutes. */
async function caughtUp(flows: number): Promise<number> {
  const before = performance.now();
  for (let waited = 0; waited < 120; waited++) {
    const [[rows] = []] = await ask(home, 'NetworkFlows | count');
    if (Number(rows) >= flows) break;
    await pause(500);
  }
  return (performance.now() - before) / 1000;
}

/** Median milliseconds of writing a body at the end of a file and syncing it: what any acknowledgement must wait for. */
async function writtenAndSynced(body: string, times: number): Promise<number> {
  const file = await open(join(home, 'floor'), 'a');
  const took: number[] = [];
  for (let time = 0; time < times; time++) {
    const before = performance.now();
    await file.write(body);
    await file.datasync();
    took.push(performance.now() - before);
  }
  await file.close();
  return quantile(took, 0.5);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function residentMb({ process: { pid } }: Running): number {
  const [, kb] = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kb) / 1024);
}
