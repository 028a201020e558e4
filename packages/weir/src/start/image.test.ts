import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { finishedImage, makeImage, mayMake } from './image.ts';

const now = 1_800_000_000_000;
let folder: string;
let making: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-images-'));
  making = join(folder, 'making');
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function make(name: string, text: string): string {
  expect(mayMake(making, now)).toBe(true);
  makeImage(making, join(folder, name), (blob) => writeFileSync(blob, text));
  return join(folder, name);
}

it('is found whole once it is made, and leaves nothing else', () => {
  const image = make('v1', 'a heap');
  expect(readFileSync(finishedImage(image) ?? '', 'utf8')).toBe('a heap');
  expect(readdirSync(folder)).toEqual(['v1']);
});

it('is none where it is missing, cut short or changed', () => {
  expect(finishedImage(join(folder, 'v1'))).toBeUndefined();
  const image = make('v1', 'a heap');
  for (const damaged of ['a hea', 'a heaq']) {
    writeFileSync(join(image, 'parser.blob'), damaged);
    expect(finishedImage(image)).toBeUndefined();
  }
  make('v1', 'a new heap');
  expect(finishedImage(image)).toBeDefined();
});

it('is made by one of many, and one that fails keeps the next from trying for a day', () => {
  expect([1, 2, 3].map(() => mayMake(making, Date.now()))).toEqual([true, false, false]);
  expect(() =>
    makeImage(making, join(folder, 'v1'), () => {
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(existsSync(join(folder, 'v1'))).toBe(false);
  expect(mayMake(making, Date.now())).toBe(false);
  expect(mayMake(making, Date.now() + 86_401_000)).toBe(true);
});

it('is not made where its folder cannot be looked at', () => {
  expect(mayMake(join(folder, 'x'.repeat(300)), now)).toBe(false);
});

it('keeps the newest of other versions', () => {
  for (const [at, name] of ['v1', 'v2', 'v3'].entries()) utimesSync(make(name, name), 1000 + at, 1000 + at);
  make('v4', 'v4');
  expect(readdirSync(folder).sort()).toEqual(['v2', 'v3', 'v4']);
});
