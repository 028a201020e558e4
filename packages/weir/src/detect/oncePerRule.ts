import type { Rule } from '../rules/rule.ts';

/** Makes something of a rule at its first use and keeps it as long as the rule: compiling takes longer than most runs. */
export function oncePerRule<Made>(make: (rule: Rule) => Made): (rule: Rule) => Made {
  const made = new WeakMap<Rule, { readonly value: Made }>();
  return (rule) => {
    const known = made.get(rule) ?? { value: make(rule) };
    made.set(rule, known);
    return known.value;
  };
}
