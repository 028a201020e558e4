import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Prints what each thread of a process that has opened an engine is called, and its priority; its first is the event loop's. */
const told = (path: string) => `
  import { readdirSync, readFileSync } from 'node:fs';
  import { getPriority } from 'node:os';
  import { letAnswersComeFirst } from ${JSON.stringify(path)};
  import { Engine } from ${JSON.stringify(fileURLToPath(new URL('../engine/engine.ts', import.meta.url)))};
  await letAnswersComeFirst();
  const before = readdirSync('/proc/self/task').length;
  const engine = await Engine.open({ memoryMb: 100, threads: 3, spillDirectory: '/nowhere' });
  const threads = readdirSync('/proc/self/task').map((id) => [
    readFileSync('/proc/self/task/' + id + '/comm', 'utf8').trim(),
    getPriority(Number(id)),
  ]);
  engine.close();
  console.log(JSON.stringify({ own: getPriority(), engines: threads.length - before, threads }));
`;

test.runIf(process.platform === 'linux')('engines give way to the event loop', async () => {
  const path = fileURLToPath(new URL('./priority.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', told(path)]);
  const { own, engines, threads } = JSON.parse(stdout) as Record<'own' | 'engines', number> & {
    threads: [string, number][];
  };
  expect(threads[0]?.[1]).toBe(own);
  const working = threads.filter(([name]) => name === 'libuv-worker').map(([, priority]) => priority);
  expect(engines).toBeGreaterThan(0);
  expect(working.length).toBeGreaterThan(engines);
  expect(new Set(working)).toEqual(new Set([Math.min(own + 5, 19)]));
});
