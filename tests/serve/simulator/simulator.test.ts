import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const simulator = join(import.meta.dirname, 'main.ts');

async function simulated(...flags: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [simulator, ...flags], {
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}

test('a world from a seed does the same each time', async () => {
  const flags = ['--from', '3', '--seeds', '2', '--only', 'intake', '--trace'];
  const told = (await simulated(...flags)).split('\n').filter((line) => !line.includes('s of CPU'));
  expect(told.filter((line) => /^seed \d+: trace /.test(line))).toHaveLength(2);
  const again = (await simulated(...flags)).split('\n').filter((line) => !line.includes('s of CPU'));
  expect(again).toEqual(told);
}, 300_000);
