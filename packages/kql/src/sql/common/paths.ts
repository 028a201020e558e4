import type { CallContext } from '../emit.ts';

/** The names in a JSONPath of names only (`$.a['b']`), or the one name that a text without `$` is. Indexes and the bare
 *  root are not for the functions of bags. */
export function namesIn(path: string, call: CallContext): readonly string[] {
  if (!path.startsWith('$')) return [path];
  const steps = [...path.matchAll(/\.([A-Za-z_]\w*)|\['([^'\\]*)'\]|\["([^"\\]*)"\]/g)];
  if (steps.length === 0 || `$${steps.map(([step]) => step).join('')}` !== path) {
    return call.refuse(`${call.name} does not take the path ${path}`, 'name the members one by one: $.a.b');
  }
  return steps.map(([, plain, single, double]) => plain ?? single ?? double ?? '');
}
