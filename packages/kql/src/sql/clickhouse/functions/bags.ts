import { objectOf } from './json.ts';
import { lambda, once } from './values.ts';

/** An object of a list of entries; of equal keys the first counts. */
export function mergedBags(entries: string): string {
  return once(entries, '_kql_l', (l) => {
    const first = lambda('_kql_n', (n) => `indexOf(${l}.1, ${l}[${n}].1) = ${n}`);
    return objectOf(`arrayMap(${lambda('_kql_n', (n) => `${l}[${n}]`)}, arrayFilter(${first}, arrayEnumerate(${l})))`);
  });
}
