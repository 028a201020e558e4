import { expect, test } from 'vitest';
import { networkFlows } from '../../packages/weir/src/tables/index.ts';
import { withFiles } from './intake.ts';

const record = (uid: string, length: number): string => {
  const { ts, ...rest } = {
    ...{ ts: 1764000000, uid, 'id.orig_h': '10.0.0.5', 'id.orig_p': 40000, 'id.resp_h': '149.154.167.99' },
    ...{ 'id.resp_p': 443, proto: 'tcp', conn_state: 'SF', orig_bytes: 100, resp_bytes: 5 },
  };
  return JSON.stringify({ ts, note: 'x'.repeat(length), ...rest });
};

/** Lengths all over what a line may have, so that the engine cuts the file inside records of many lengths. */
const lengths = Array.from({ length: 400 }, (_, at) =>
  at % 40 === 39 ? 1_899_000 - at * 2_000 : at % 7 === 0 ? (at * 7_919) % 60_000 : (at * 31) % 900,
);
const uids = lengths.map((_, at) => `C${String(at).padStart(4, '0')}`);
const many = `${lengths.map((length, at) => record(uids[at] ?? '', length)).join('\n')}\n`;

/** Reads a file; gives what came of it and how often it was gone through from its beginning. */
async function taken(text: string) {
  let [passes, last] = [0, Number.POSITIVE_INFINITY];
  const onProgress = ({ bytesRead }: { readonly bytesRead: number }) => {
    if (bytesRead < last) passes += 1;
    last = bytesRead;
  };
  return withFiles(
    { 'conn.json': text },
    async ({ rows, rejects }) => {
      const reasons = rejects.map(({ line, reason }) => `${line}: ${reason}`);
      return { ids: await rows(networkFlows, '"FlowId"'), rejects: reasons, passes };
    },
    { onProgress },
  );
}

test('records of any length are rows once, wherever the engine cuts the file, and it is read in place', async () => {
  expect(many.length).toBeGreaterThan(14_000_000);
  expect(await taken(many)).toEqual({ ids: uids, rejects: [], passes: 1 });
});

test('one beyond what the engine takes has the file read with care, and one beyond what Weir takes is a reject', async () => {
  const first = `${many}${record('long', 2_500_000)}\n`;
  expect(await taken(first)).toEqual({ ids: [...uids, 'long'], rejects: [], passes: 2 });
  const second = `${record('a', 0)}\n${record('beyond', 17_000_000)}\n${record('b', 3_000_000)}\n`;
  const { ids, rejects } = await taken(second);
  expect({ ids, rejects }).toEqual({ ids: ['a', 'b'], rejects: ['2: the record is too long (over 16 MB)'] });
});
