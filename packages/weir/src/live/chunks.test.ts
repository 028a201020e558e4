import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { writeChunks } from './chunks.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'weir-chunks-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true });
});

test('bodies are whole in their files, also where the disk takes a part of them at a time', async () => {
  const handle = await open(join(folder, 'x'), 'w');
  const files = Object.getPrototypeOf(handle) as typeof handle;
  await handle.close();
  vi.spyOn(files, 'writev').mockImplementation(async function (this: typeof handle, parts) {
    const [first] = parts as readonly Uint8Array[];
    const { bytesWritten } = await this.write(first?.subarray(0, 7) ?? new Uint8Array());
    return { bytesWritten, buffers: [...parts] };
  });
  const bodies = ['{"a":1}\n{"a":2}', '{"a":3}\n{"a":4}\n'];
  const entries = bodies.map((body) => ({
    ...{ door: 'http', source: 'x.ndjson', receivedAt: 1n },
    body: Buffer.from(body),
  }));
  const chunks = await writeChunks(entries, folder);
  const written = await Promise.all(chunks.map(({ path }) => readFile(path, 'utf8')));
  expect(written).toEqual(bodies);
});

test('bodies of one format share a file where their records stand in the same, with a header of syslog or without', async () => {
  const flow = '{"ts":1773130530.25,"uid":"C","id.orig_h":"10.0.0.5","id.resp_h":"203.0.113.9","conn_state":"SF"}\n';
  const [headed, plain] = [`Mar 10 08:15:30 relay zeek: ${flow}`, flow];
  const entries = [headed, plain, headed, plain].map((body) => ({
    ...{ door: 'file', source: '/var/log/conn', receivedAt: 1n },
    body: Buffer.from(body),
  }));
  const chunks = await writeChunks(entries, folder);
  const written = await Promise.all(chunks.map(({ path }) => readFile(path, 'utf8')));
  expect(written).toEqual([headed + headed, plain + plain]);
});
