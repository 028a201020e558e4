import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { layerOf, specifiers, type Violation, wrongImports } from './imports.ts';
import { type Layer, layers, parserHomes } from './layers.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((file) => file !== '' && existsSync(`${root}/${file}`));
const sources = tracked.filter((file) => /^(packages\/[^/]+\/src|samples)\/.*\.tsx?$/.test(file));
const product = sources.filter((file) => !/\.(test|fixture)\.tsx?$/.test(file));
const read = (file: string) => readFileSync(`${root}/${file}`, 'utf8');

describe('the house', () => {
  it('reads every source file', () => {
    expect(product.length).toBeGreaterThan(30);
  });

  it('imports only in the directions of the table', () => {
    const wrong: Violation[] = product.flatMap((file) => wrongImports(file, read(file)));
    expect(wrong.map(({ file, what }) => `${file}: ${what}`)).toEqual([]);
  });

  it('has a file in every layer', () => {
    const used = new Set(product.map((file) => layerOf(file)));
    expect(Object.keys(layers).filter((name) => !used.has(name))).toEqual([]);
  });

  it("touches Microsoft's parser in one file of each place only", () => {
    const touching = product.filter((file) => specifiers(read(file)).some((name) => name.startsWith('@kusto/')));
    expect(touching.toSorted()).toEqual(parserHomes);
  });

  it('keeps files small enough to hold in mind', () => {
    const long = product.filter((file) => read(file).split('\n').length > 600);
    expect(long).toEqual([]);
  });

  it('reads no clock, environment or randomness in a stage', () => {
    const stages = product.filter((file) => !/\/src\/(cli\/|start\/|weir\.ts|present\.ts)/.test(file));
    const impure = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.env\b|\brandomUUID\(/;
    expect(stages.filter((file) => impure.test(read(file).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')))).toEqual([]);
  });

  it('names no machine path, no registry host and no leftover', () => {
    const texts = tracked.filter((file) => /\.(ts|tsx|md|json|ya?ml|kqlt|sh|html)$|^\.ci\/run$/.test(file));
    expect(texts.length).toBeGreaterThan(60);
    const words = new RegExp(
      ['/wo' + 'rk/', '/tmp/we' + 'ir', 'registry\\.npm' + 'js', 'TO' + 'DO', 'FIX' + 'ME'].join('|'),
    );
    expect(texts.filter((file) => file !== 'package-lock.json' && words.test(read(file)))).toEqual([]);
  });

  it('runs no test alone and skips none for good', () => {
    const tests = tracked.filter((file) => /\.test\.tsx?$/.test(file) && !file.startsWith('tools/tidy/'));
    expect(
      tests.filter((file) => /\b(it|test|describe)\.(only|todo)\(|\b(it|test|describe)\.skip\(/.test(read(file))),
    ).toEqual([]);
  });
});

describe('the check itself', () => {
  const table: Record<string, Layer> = {
    'a/': { may: ['b/'], packages: ['node:'] },
    'b/': { may: [], packages: ['zod'] },
    'b/x.ts': { may: ['b/'], packages: [] },
  };
  const wrong = (file: string, text: string) => wrongImports(file, text, table).map(({ what }) => what);

  it.each([
    ['a value import', "import { a } from '../a/y.ts';"],
    ['a type import', "import type { A } from '../a/y.ts';"],
    ['a re-export', "export { a } from '../a/y.ts';"],
    ['a star re-export', "export * from '../a/y.ts';"],
    ['a dynamic import', "const a = await import('../a/y.ts');"],
    ['a bare import', "import '../a/y.ts';"],
    ['an import over several lines', "import {\n  a,\n  b,\n} from '../a/y.ts';"],
    ['a detour through the folder above', "import { a } from '../b/../a/y.ts';"],
  ])('catches %s', (_, text) => {
    expect(wrong('b/z.ts', text)).toEqual(['b/ may not import a/y.ts (a/)']);
  });

  it('catches a package that the layer does not have', () => {
    expect(wrong('b/z.ts', "import fs from 'node:fs';")).toEqual(['b/ may not import the package node:fs']);
    expect(wrong('a/z.ts', "const r = require('zod');")).toEqual(['a/ may not import the package zod']);
    expect(wrong('b/z.ts', "import z from 'zodiac';")).toEqual(['b/ may not import the package zodiac']);
  });

  it('catches a file without a layer', () => {
    expect(wrong('c/z.ts', '')).toEqual(['stands in no layer of tools/tidy/layers.ts']);
  });

  it('lets allowed imports and comments pass', () => {
    expect(
      wrong('a/z.ts', "import { b } from '../b/y.ts';\nimport 'node:fs';\n// import { c } from '../c/y.ts';"),
    ).toEqual([]);
    expect(wrong('b/x.ts', "import { b } from './y.ts';")).toEqual([]);
  });

  it('takes the longest name as the layer', () => {
    expect(layerOf('b/x.ts', table)).toBe('b/x.ts');
    expect(layerOf('b/y.ts', table)).toBe('b/');
  });
});
