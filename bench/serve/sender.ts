import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Making, Turn } from './bodies.ts';

/** What the process is told at first. */
export interface Beginning extends Making {
  readonly url: string;
  readonly token: string;
  readonly senders: number;
  /** A file on the service's disk: what acknowledging cannot do without is measured there. */
  readonly floor: string;
  /** Where the least that takes a body over HTTP listens (bare.ts). */
  readonly bare: string;
}

/** A stretch of sending. */
export interface Stretch {
  readonly seconds: number;
  /** Records a second, all senders together. */
  readonly rate: number;
}

export interface Sent {
  readonly records: number;
  readonly bytes: number;
  readonly heldOff: number;
  readonly seconds: number;
  /** Milliseconds until a body was acknowledged; for writing one at the end of a file and syncing it; and until the least that
   *  does so over HTTP acknowledged it. */
  readonly acknowledged: readonly number[];
  readonly written: readonly number[];
  readonly bare: readonly number[];
  readonly uploads: readonly Upload[];
}

/** When the lines of an upload were sent and acknowledged, with the first and with the last body that tell of it; milliseconds
 *  since 1970. */
export interface Upload {
  readonly host: string;
  readonly first: Posted;
  readonly last: Posted;
}

export interface Posted {
  readonly sent: number;
  readonly taken: number;
}

/** How often the floors are measured, ms. */
const floorEvery = 1_000;

/** Sends to a service, in a process of its own: nothing else holds up what it measures. */
process.once('message', async (beginning: Beginning) => {
  const turns = turnsOf(beginning);
  const floor = await open(beginning.floor, 'w');
  const agent = new Agent({ keepAlive: true });
  process.on('message', async (stretch: Stretch) => {
    process.send?.(await send(beginning, stretch, { turns, floor, agent }));
  });
  process.once('disconnect', () => process.exit());
  process.send?.('ready');
});

interface Means {
  readonly turns: () => Promise<Turn>;
  readonly floor: Awaited<ReturnType<typeof open>>;
  readonly agent: Agent;
}

async function send(
  { url, token, senders, size, bare: bareUrl }: Beginning,
  { seconds, rate }: Stretch,
  { turns, floor, agent }: Means,
): Promise<Sent> {
  const acknowledged: number[] = [];
  const written: number[] = [];
  const bare: number[] = [];
  const uploads: Upload[] = [];
  let [records, bytes, heldOff, floorDue] = [0, 0, 0, 0];
  const begun = performance.now();
  const until = begun + seconds * 1000;
  const post = async (source: string, body: Uint8Array): Promise<boolean> => {
    const before = performance.now();
    const status = await posted(agent, `${url}/ingest/${source}`, token, body);
    if (status === 202) acknowledged.push(performance.now() - before);
    return status === 202;
  };
  const writeAndSync = async (body: Uint8Array) => {
    floorDue = performance.now() + floorEvery;
    const before = performance.now();
    await floor.write(body);
    await floor.datasync();
    written.push(performance.now() - before);
    const again = performance.now();
    await posted(agent, bareUrl, token, body);
    bare.push(performance.now() - again);
  };
  const sender = async () => {
    while (performance.now() < until) {
      // So many are due by now: whoever is behind does not wait.
      const due = ((performance.now() - begun) / 1000) * rate;
      if (records > due) {
        await pause(Math.min(50, ((records - due) / rate) * 1000 + 1));
        continue;
      }
      records += size;
      const { bodies, uploadsFrom } = await turns();
      const times: Posted[] = [];
      for (const { source, bytes: body } of bodies) {
        bytes += body.length;
        const sent = present();
        while (!(await post(source, body))) {
          heldOff += 1;
          await pause(200);
        }
        times.push({ sent, taken: present() });
        if (performance.now() >= floorDue) await writeAndSync(body);
      }
      const [first, last = first] = times;
      if (first === undefined || last === undefined) throw new Error('a turn without a body');
      for (const host of uploadsFrom) uploads.push({ host, first, last });
    }
  };
  await Promise.all(Array.from({ length: senders }, sender));
  await floor.truncate(0);
  const lasted = (performance.now() - begun) / 1000;
  return { records, bytes, heldOff, seconds: lasted, acknowledged, written, bare, uploads };
}

function present(): number {
  return performance.timeOrigin + performance.now();
}

/** The status that a body was answered with. */
async function posted(agent: Agent, url: string, token: string, body: Uint8Array): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'content-length': body.length };
  const asked = request(url, { agent, method: 'POST', headers });
  asked.end(body);
  const [answer] = await once(asked, 'response');
  answer.resume();
  await once(answer, 'end');
  return answer.statusCode;
}

/** Turns in their order, each made before it is asked for. */
function turnsOf({ size, paired, uploadEvery, senders }: Beginning): () => Promise<Turn> {
  const making: Making = { size, paired, uploadEvery };
  const maker = new Worker(new URL('./bodies.ts', import.meta.url), { workerData: making });
  const made: Turn[] = [];
  const waiting: ((turn: Turn) => void)[] = [];
  maker.on('message', (turn: Turn) => {
    const next = waiting.shift();
    if (next) next(turn);
    else made.push(turn);
  });
  for (let ahead = 0; ahead < senders * 2; ahead += 1) maker.postMessage('one');
  return () => {
    maker.postMessage('one');
    const turn = made.shift();
    return turn ? Promise.resolve(turn) : new Promise((resolve) => waiting.push(resolve));
  };
}
