import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ClickHouseProcess, chdbSeenFrom } from './clickhouse.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-chdb-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function install(text: string): string {
  const at = join(folder, 'node_modules', 'chdb');
  mkdirSync(at, { recursive: true });
  writeFileSync(join(at, 'index.js'), text);
  return at;
}

it('finds chdb in a folder or above it, in the first of several', () => {
  const at = install('');
  const below = join(folder, 'rules', 'uploads');
  mkdirSync(below, { recursive: true });
  expect(chdbSeenFrom([tmpdir(), below], '--engine')).toBe(at);
});

it('says where it looked and how to have it', () => {
  expect(() => chdbSeenFrom([folder], '--engine')).toThrow(
    expect.objectContaining({
      code: 'ENGINE_MISSING',
      place: '--engine',
      message: expect.stringContaining(`node_modules of ${folder}`),
      advice: expect.stringContaining('npm install chdb'),
    }),
  );
});

it.each([
  ['throws', "throw new Error('no library for this system')", 'no library for this system'],
  ['ends its process', 'process.exit(7)', 'the engine crashed'],
])('tells of an engine that %s once and with a way out', async (_, text, said) => {
  const engine = new ClickHouseProcess(install(text));
  await expect(engine.ready('--engine')).rejects.toMatchObject({
    code: 'ENGINE_MISSING',
    message: expect.stringContaining(said),
  });
  engine.close();
});

it('begins anew after an engine that ended between two questions', async () => {
  const engine = new ClickHouseProcess(
    install(`exports.Session = class {
      query() {
        setTimeout(() => process.exit(1), 20);
        return '["pid"]\\n["Int64"]\\n[' + process.pid + ']\\n';
      }
    };`),
  );
  const first = await engine.ask('SELECT 1');
  const [[pid] = []] = first.rows;
  await expect.poll(() => isRunning(Number(pid))).toBe(false);
  // Whoever asks before that is noticed is told of a crash; after it there is another process.
  const second = await engine.ask('SELECT 1').catch(() => engine.ask('SELECT 1'));
  expect(second.rows).not.toEqual(first.rows);
  engine.close();
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
