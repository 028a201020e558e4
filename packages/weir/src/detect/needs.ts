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
  const columns = [...ruleQuery(rule, schema).decidesBy];
  return needs.flatMap((need) => {
    const declared = rule.weir.needs.includes(need);
    const part = sight.get(need);
    if (!declared && !columns.some((column) => columnsOf[need].test(column))) return [];
    return part === undefined || (part.connections > 0 && part.known === part.connections)
      ? []
      : [{ ...part, declared }];
  });
}
