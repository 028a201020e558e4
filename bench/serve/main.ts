import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { command, type Running, start } from '../../tests/serve/running.ts';
import { histogram, quantile } from './figures.ts';
import { eachMinute, type Observed, observe } from './observe.ts';
import { receiver } from './receiver.ts';
import { countOf, runaway } from './runaway.ts';
import type { Beginning, Sent, Stretch, Upload } from './sender.ts';

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
    /** As long again, while a person's query runs that would run for ever, and is put again when it is killed. */
    runaway: { type: 'boolean', default: false },
  },
});
const [seconds, rate, size, senders] = [values.seconds, values.rate, values.batch, values.senders].map(Number) as [
  number,
  number,
  number,
  number,
];
const { paired } = values;

/** The bench's own rules, near real time: over what comes in, and over what fusion makes of it. */
const ruleNames = {
  flows: 'A large upload, as a sensor tells it',
  connections: 'A large upload, as a connection',
  joined: 'A large upload, with the program that sent it',
} as const;
const own: readonly string[] = [ruleNames.flows, paired ? ruleNames.joined : ruleNames.connections];

/** Uploads a second of the full load; a longer one has no more than some hundreds: a storm of alerts is not what it asks about. */
const uploadsASecond = Math.min(4, 720 / seconds);
/** Before the load, a body a second. */
const lightSeconds = 20;

/** Nothing is told of a near-real-time rule so long after all is in the lake: it will not be. Milliseconds. */
const patience = 15_000;

const home = mkdtempSync(join(tmpdir(), 'weir-load-'));
const told = await receiver();
const print = (line: string): void => void process.stdout.write(`${line}\n`);
try {
  writeFileSync(join(home, 'weir.yaml'), config());
  const token = (await command('token', 'add', 'load', '--scope', 'ingest', '--home', home)).trim();
  const asking = (await command('token', 'add', 'asking', '--scope', 'read', '--home', home)).trim();
  const running = await start(home);
  const sender = fork(fileURLToPath(new URL('./sender.ts', import.meta.url)));
  const bare = fork(fileURLToPath(new URL('./bare.ts', import.meta.url)), [join(home, 'bare')]);
  const tell = async (what: Beginning | Stretch): Promise<unknown> => {
    sender.send(what);
    const [answer] = await once(sender, 'message');
    return answer;
  };
  try {
    const uploadEvery = Math.max(1, Math.round(rate / (paired ? 2 : 1) / uploadsASecond));
    const [port] = await once(bare, 'message');
    const floors = { floor: join(home, 'floor'), bare: `http://127.0.0.1:${port}/` };
    await tell({ url: running.url, token, senders, size, paired, uploadEvery, ...floors });
    await load(running, asking, (stretch) => tell(stretch) as Promise<Sent>);
  } finally {
    sender.kill();
    bare.kill();
    print(`it ended with ${await running.stop()}`);
  }
} finally {
  await told.close();
  rmSync(home, { recursive: true, force: true });
}

async function load(running: Running, token: string, send: (stretch: Stretch) => Promise<Sent>): Promise<void> {
  const end = eachMinute(running, print);
  const planted: Upload[] = [];
  let flows = 0;
  const stretch = async (name: string, what: Stretch) => {
    const observed = await observe(running, token);
    const sent = await send(what);
    const took = await observed.took();
    planted.push(...sent.uploads);
    flows += paired ? sent.records / 2 : sent.records;
    const caught = await caughtUp(running.url, token, flows);
    const spent = observed.processorSeconds();
    await allTold(sent.uploads);
    tellStretch(name, { sent, took, caught, spent });
  };
  await stretch('light load', { seconds: lightSeconds, rate: size });
  await stretch('full load', { seconds, rate });
  if (values.runaway) {
    const stop = new AbortController();
    const endless = runaway(running.url, token, stop.signal);
    await stretch('full load, and a query without end', { seconds, rate });
    stop.abort();
    const answers = [...(await endless)].map(([answer, times]) => `${answer} ${times} times`);
    print(`  the query: ${answers.join(', ') || 'no answer in this time'}`);
  }
  end();
  const others = Map.groupBy(told.heard(), ({ rule }) => rule);
  for (const rule of own) others.delete(rule);
  for (const rule of others.keys()) print(delaysOf(rule, planted));
}

function tellStretch(
  name: string,
  {
    sent,
    took,
    caught,
    spent,
  }: { readonly sent: Sent; readonly took: Observed; readonly caught: number; readonly spent: number },
): void {
  const { records, bytes, heldOff, seconds: lasted, acknowledged, written, bare, uploads } = sent;
  const times = (floor: readonly number[]) => (quantile(acknowledged, 0.5) / quantile(floor, 0.5)).toFixed(2);
  const ms = (of: readonly number[]) => `${quantile(of, 0.5).toFixed(1)} ms (p99 ${quantile(of, 0.99).toFixed(1)} ms)`;
  print(
    `${name}: ${(records / lasted).toFixed(0)} records/s for ${lasted.toFixed(0)} s (${(bytes / lasted / 1e6).toFixed(1)} MB/s), ${heldOff} bodies held off; all in the lake ${caught.toFixed(1)} s later`,
  );
  print(
    `  ${times(written)} x (target 1.5)  acknowledged after ${ms(acknowledged)}, floor ${ms(written)}  a body of ${size} records / written and synced meanwhile`,
  );
  print(
    `  ${times(bare)} x of ${ms(bare)}  the same / sent over HTTP to a process that does nothing but write and sync it, meanwhile`,
  );
  print(
    `  ${took.processors.toFixed(2)} processors, ${((spent / records) * 1e6).toFixed(1)} processor seconds a million records until all are in the lake; its event loop was late by ${took.heldUp.p99.toFixed(0)} ms (p99), ${took.heldUp.most.toFixed(0)} ms at most`,
  );
  const busy = took.rounds.filter(({ times, seconds }) => times * seconds > 0.02 * lasted);
  const rounds = busy.map(({ part, times, seconds }) => `${part} ${times} of ${seconds.toFixed(2)} s`);
  print(`  what takes long: ${rounds.join(', ')}`);
  print(`  steps, mean: ${took.steps.map(({ part, seconds }) => `${part} ${seconds.toFixed(2)} s`).join(', ')}`);
  for (const rule of own) print(delaysOf(rule, uploads));
}

/** From the line of an upload to the webhook. */
function delaysOf(rule: string, uploads: readonly Upload[]): string {
  const heard = new Map(told.heard().flatMap((one) => (one.rule === rule ? [[one.host, one] as const] : [])));
  const ways = uploads.flatMap(({ host, first, last }) => {
    const one = heard.get(host);
    return one === undefined ? [] : [{ ...one, ...(rule === ruleNames.flows ? first : last) }];
  });
  const delays = ways.map(({ at, sent }) => at - sent);
  const step = (name: string, of: (way: (typeof ways)[number]) => number) =>
    `${name} ${(quantile(ways.map(of), 0.5) / 1000).toFixed(2)} s`;
  const steps = [
    step('acknowledged', ({ sent, taken }) => taken - sent),
    step('alert stored', ({ taken, stored }) => stored - taken),
    step('message made', ({ stored, made }) => made - stored),
    step('told', ({ made, at }) => at - made),
  ];
  return `  line to webhook, "${rule}": ${ways.length} of ${uploads.length} uploads, ${histogram(delays)}
    median steps: ${steps.join(', ')}`;
}

/** Seconds until the lake holds as many flows as were sent, at most two minutes. */
async function caughtUp(url: string, token: string, flows: number): Promise<number> {
  const before = performance.now();
  while (performance.now() - before < 120_000 && (await countOf(url, token, 'NetworkFlows')) < flows) await pause(200);
  return (performance.now() - before) / 1000;
}

async function allTold(uploads: readonly Upload[]): Promise<void> {
  const until = performance.now() + patience;
  const isTold = () => {
    const heard = new Set(told.heard().map(({ rule, host }) => JSON.stringify([rule, host])));
    return own.every((rule) => uploads.every(({ host }) => heard.has(JSON.stringify([rule, host]))));
  };
  while (performance.now() < until && !isTold()) await pause(200);
}

/** Weir's own rules, two of the bench's, and where to tell of what they find. */
function config(): string {
  const path = (name: string) => JSON.stringify(fileURLToPath(new URL(name, import.meta.url)));
  const files = paired ? ['flows', 'joined'] : ['flows', 'connections'];
  return `rules:
  - ${path('../../content/rules')}
${files.map((name) => `  - ${path(`./rules/${name}.yaml`)}`).join('\n')}
destinations:
  - name: receiver
    perMinute: 600
    webhook: { url: "${told.url}", allow: [127.0.0.1] }
`;
}
