import { parentPort, workerData } from 'node:worker_threads';
import { batch, endpointBatch } from '../../tests/serve/records.ts';

/** What a sender asks for, of one thread that makes nothing else. */
export interface Making {
  /** Records of a turn. */
  readonly size: number;
  readonly paired: boolean;
  readonly uploadEvery: number;
}

/** What is sent one after the other: a body, or one of each of two sensors. */
export interface Turn {
  readonly records: number;
  readonly bodies: readonly { readonly source: string; readonly bytes: Uint8Array }[];
  /** Addresses of hosts that upload in it. */
  readonly uploadsFrom: readonly string[];
}

/** Makes bodies before they are due, in a thread beside what sends and measures: each message asks for one turn. */
const { size, paired, uploadEvery } = workerData as Making;
const records = paired ? size / 2 : size;
let next = 1;
parentPort?.on('message', () => {
  const from = next;
  next += records;
  // All of it is over: what ends in the future is seen by a later tick.
  const at = { start: Date.now() / 1000 - 60 - (from + records) / 200, uploadEvery };
  const flows = batch('l', from, records, at);
  const bodies = [{ source: 'zeek', bytes: Buffer.from(flows.body) }];
  if (paired) bodies.push({ source: 'defender', bytes: Buffer.from(endpointBatch(from, records, at)) });
  parentPort?.postMessage({ records: size, bodies, uploadsFrom: flows.uploadsFrom } satisfies Turn);
});
