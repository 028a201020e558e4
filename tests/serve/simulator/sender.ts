import { Readable } from 'node:stream';
import type { httpDoors } from '../../../packages/weir/src/doors/http.ts';
import type { Draws } from './draws.ts';
import type { Life } from './life.ts';
import type { Written } from './records.ts';

const second = 10_000_000n;

/** A body that somebody sends until it is acknowledged, or once. */
export interface Delivery {
  readonly source: string;
  readonly records: readonly Written[];
  readonly body: Buffer;
  /** Sent once only: where no answer comes it may be there or not. */
  readonly once: boolean;
  sent: boolean;
  acknowledged: boolean;
  underway: boolean;
  /** Ticks: not before. */
  at: bigint;
}

/** Bodies of a few records each, in an order of their own: what is late comes last. */
export function deliveriesOf(records: readonly Written[], draws: Draws): Delivery[] {
  const most = 1 + draws.whole(4);
  const deliveries: Delivery[] = [];
  const bySource = Map.groupBy(draws.shuffled(records), ({ source }) => source);
  for (const [source, of] of bySource)
    for (let from = 0; from < of.length; ) {
      const some = of.slice(from, from + 1 + draws.whole(most));
      from += some.length;
      const body = Buffer.from(some.map(({ line }) => `${line}\n`).join(''));
      const standing = { sent: false, acknowledged: false, underway: false, at: 0n };
      deliveries.push({ source, records: some, body, once: draws.chance(0.1), ...standing });
    }
  return draws.shuffled(deliveries);
}

export function isOpen({ acknowledged, underway, once, sent }: Delivery): boolean {
  return !acknowledged && !underway && !(once && sent);
}

/** Sends a body to the service's own door, and takes its answer where it comes. */
export async function send(app: ReturnType<typeof httpDoors>, delivery: Delivery, life: Life): Promise<void> {
  const { turns, draws, likely } = life;
  delivery.sent = true;
  delivery.underway = true;
  const { source, body } = delivery;
  const incoming = Object.assign(Readable.from([body]), {
    headers: { 'content-length': `${body.length}`, 'content-type': 'application/x-ndjson' },
    socket: { destroy: () => undefined },
  });
  const request = new Request(`http://weir.example/ingest/${source}`, {
    method: 'POST',
    headers: { authorization: 'Bearer simulated' },
  });
  const answer = await app.fetch(request, { incoming });
  if (turns.isDead) return;
  delivery.underway = false;
  if (answer.status === 202 && draws.chance(likely.lost)) life.tried('answer lost');
  else if (answer.status === 202) delivery.acknowledged = true;
  else if (answer.status === 503) life.tried('held off');
  else throw new Error(`the door answers ${answer.status}: ${await answer.text()}`);
  delivery.at = turns.now() + second;
}
