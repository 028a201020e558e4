import type { Schema } from '@weir/kql/types';
import { ruleQuery } from '../detect/ruleQuery.ts';
import { scoreQuery } from '../detect/score.ts';
import { UserError } from '../model/userError.ts';
import type { Rule } from '../rules/rule.ts';

/** Why no run of a rule could begin; undefined where one could. */
export function whyNotRunnable(rule: Rule, schema: Schema): UserError | undefined {
  try {
    ruleQuery(rule, schema);
    scoreQuery(rule);
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}
