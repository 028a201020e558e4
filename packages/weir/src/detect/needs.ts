import type { Schema } from '@weir/kql/types';
import { type Blindness, type Need, needs } from '../model/finding.ts';
import type { Rule } from '../rules/rule.ts';
import { ruleQuery } from './ruleQuery.ts';
import type { Sight } from './sight.ts';

/** Columns of DeviceNetworkEvents that are empty where something is not known. */
const columnsOf: Readonly<Record<Need, RegExp>> = {
  bytes: /^Bytes(Sent|Received)$/,
  process: /^InitiatingProcess/,
  name: /^(RemoteHost|RemoteUrl|RegistrableDomain|Service|ServiceCategory|ServiceCategories|SubTechnique)$/,
};

/** What a rule cannot fire without, as its file says, or decides by, as its query shows, and that is not known of every
 *  connection that left. */
export function blindnessOf(rule: Rule, schema: Schema, sight: Sight): Blindness[] {
  const columns = [...(ruleQuery(rule, schema).decidesBy.get('DeviceNetworkEvents') ?? [])];
  return needs.flatMap((need) => {
    const declared = rule.weir.needs.some((needed) =>
      // Of several one is enough: without it, it cannot fire where the others are not known at all either.
      Array.isArray(needed)
        ? needed.includes(need) && needed.every((one) => sight.get(one)?.known === 0)
        : needed === need,
    );
    const part = sight.get(need);
    if (!declared && !columns.some((column) => columnsOf[need].test(column))) return [];
    return part === undefined || (part.connections > 0 && part.known === part.connections)
      ? []
      : [{ ...part, declared }];
  });
}
