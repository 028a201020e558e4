import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { cacheFolder } from './folder.ts';

const id = process.getuid?.() ?? 0;
let home: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'weir-home-'));
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

const folderOf = (platform: NodeJS.Platform, named?: string, user = id) =>
  cacheFolder({ environment: { XDG_CACHE_HOME: named }, platform, home: () => home, id: user });

it("is below the system's usual folder, or the one that the environment names", () => {
  expect(folderOf('linux')).toBe(join(home, '.cache', 'weir'));
  expect(folderOf('darwin')).toBe(join(home, 'Library', 'Caches', 'weir'));
  expect(folderOf('linux', join(home, 'x'))).toBe(join(home, 'x', 'weir'));
  expect(folderOf('linux', 'not/absolute')).toBe(join(home, '.cache', 'weir'));
});

it('can be entered by the user alone', () => {
  expect(statSync(folderOf('linux') ?? '').mode & 0o777).toBe(0o700);
});

it('is none in a home of somebody else, where it leaves nothing', () => {
  expect(folderOf('linux', undefined, id + 1)).toBeUndefined();
  expect(existsSync(join(home, '.cache'))).toBe(false);
});

it('is none where others can write', () => {
  mkdirSync(join(home, '.cache', 'weir'), { recursive: true });
  chmodSync(join(home, '.cache', 'weir'), 0o770);
  expect(folderOf('linux')).toBeUndefined();
});

it('is none where the system knows no home', () => {
  const homeless = () => {
    throw new Error('ENOENT');
  };
  expect(cacheFolder({ environment: {}, platform: 'linux', home: homeless, id })).toBeUndefined();
});

it('is none where no folder can be made', () => {
  expect(folderOf('linux', '/dev/null')).toBeUndefined();
});
