import { dirname, posix } from 'node:path';
import { type Layer, layers } from './layers.ts';

export interface Violation {
  readonly file: string;
  readonly what: string;
}

/** Every module that a TypeScript text names: imports, re-exports, dynamic imports and requires. */
export function specifiers(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
  const patterns = [
    /\b(?:import|export)\b[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]/g,
    /\bimport\s*['"]([^'"]+)['"]/g,
    /\bimport\s*\(\s*['"]([^'"]+)['"]/g,
    /\brequire(?:\.resolve)?\s*\(\s*['"]([^'"]+)['"]/g,
  ];
  return patterns.flatMap((pattern) => [...code.matchAll(pattern)].map((match) => match[1] ?? ''));
}

/** The layer of a file: the longest name in the table that fits it. */
export function layerOf(file: string, table: Readonly<Record<string, Layer>> = layers): string | undefined {
  return Object.keys(table)
    .filter((name) => (name.endsWith('/') ? file.startsWith(name) : file === name))
    .sort((a, b) => b.length - a.length)[0];
}

/** Imports of one file that its layer does not allow. Paths are from the repository's root, with forward slashes. */
export function wrongImports(file: string, text: string, table: Readonly<Record<string, Layer>> = layers): Violation[] {
  const name = layerOf(file, table);
  const layer = name === undefined ? undefined : table[name];
  if (name === undefined || layer === undefined) return [{ file, what: 'stands in no layer of tools/tidy/layers.ts' }];
  return specifiers(text).flatMap((specifier) => {
    if (!specifier.startsWith('.')) {
      const allowed = layer.packages.some((allowed) =>
        allowed === 'node:'
          ? specifier.startsWith('node:')
          : specifier === allowed || specifier.startsWith(`${allowed}/`),
      );
      return allowed ? [] : [{ file, what: `${name} may not import the package ${specifier}` }];
    }
    const target = posix.normalize(posix.join(dirname(file), specifier));
    const targetLayer = layerOf(target, table);
    if (targetLayer === name || (targetLayer !== undefined && layer.may.includes(targetLayer))) return [];
    return [{ file, what: `${name} may not import ${target} (${targetLayer ?? 'no layer'})` }];
  });
}
