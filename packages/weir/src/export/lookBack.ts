import { compile, type Scalar, walk } from '@weir/kql';
import type { Rule } from '../rules/rule.ts';
import { written } from './written.ts';

/** The shortest time before `now()` that a rule's query names, in ticks: what is older it may not look at. Undefined where
 *  it names none, null where that cannot be told. */
export function shortestLookBack({ query }: Rule): bigint | null | undefined {
  const { plan } = compile(query, { schema: written, dialect: 'duckdb' });
  if (plan === undefined) return /\b(?:now|ago)\s*\(/.test(query) ? null : undefined;
  let shortest: bigint | undefined;
  let moments = 0;
  let told = 0;
  walk(plan.relation, (node) => {
    if (!('span' in node)) return;
    if (node.kind === 'now') moments += 1;
    if (endsNow(node)) told += 1;
    const distance = distanceOf(node);
    if (distance === undefined) return;
    told += 1;
    if (shortest === undefined || distance < shortest) shortest = distance;
  });
  return told < moments ? null : shortest;
}

/** `Timestamp <= now()`, `between (… .. now())`: where the look-back ends, and not how far it goes. */
function endsNow(node: Scalar): boolean {
  if (node.kind !== 'call') return false;
  const [first] = node.args;
  const last = node.args.at(-1);
  if (node.name === '<' || node.name === '<=' || node.name === 'between') return last?.kind === 'now';
  return (node.name === '>' || node.name === '>=') && first?.kind === 'now' && last?.kind !== 'now';
}

/** Of `now() - 1h`, as `ago(1h)` is one too. */
function distanceOf(node: Scalar): bigint | undefined {
  if (node.kind !== 'call' || node.name !== '-') return undefined;
  const [from, by] = node.args;
  return from?.kind === 'now' && by?.kind === 'constant' && typeof by.value === 'bigint' ? by.value : undefined;
}
