import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ask, startDemo } from './running.ts';

const wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Asks until the answer holds; the test's own time limit ends it. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await wait(2000);
}

test('a demo has two days of the sample company, goes on as time does, and leaves nothing behind', async () => {
  const demo = await startDemo();
  const home = /, home (\S+)/.exec(demo.said())?.[1] ?? '';
  const rows = (kql: string) => ask(home, `DeviceNetworkEvents | ${kql}`);
  try {
    expect(existsSync(home)).toBe(true);
    // The planted story of last night, whole: 5.5 GiB by a renamed copy tool.
    await until(async () => {
      const [[sent] = []] = await rows(
        'where InitiatingProcessFileName == "svchostw.exe" and Timestamp between (ago(15h) .. ago(9h)) | summarize sum(BytesSent)',
      );
      return Number(sent) > 5e9;
    });
    // The one that is going on now: it grows.
    const parts = async () =>
      Number((await rows('where Service == "transfer.sh" and BytesSent > 0 | summarize count()'))[0]?.[0]);
    await until(async () => (await parts()) > 0);
    const before = await parts();
    await until(async () => (await parts()) > before);
    // Nothing is told before its time, but by the one device whose clock is an hour ahead.
    expect(await rows('where Timestamp > now() + 1m and DeviceName !startswith "lf-ws-003" | count')).toEqual([[0]]);
  } finally {
    await demo.stop();
  }
  expect(existsSync(home)).toBe(false);
}, 300_000);
