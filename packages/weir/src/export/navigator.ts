import type { Rule } from '../rules/rule.ts';

/** ATT&CK Navigator's format of layers, 4.5. */
const versions = { attack: '17', navigator: '5.1.0', layer: '4.5' };

/** What a set of rules watches, as a layer: each technique with the number of rules that name it, and their names. A rule
 *  that names a sub-technique counts for that one, and its technique is unfolded. */
export function navigatorLayer(rules: readonly Rule[]) {
  const named = rules.flatMap((rule) => [...new Set(rule.techniques)].map((technique) => ({ technique, rule })));
  const byTechnique = Map.groupBy(named, ({ technique }) => technique);
  const parents = new Set([...byTechnique.keys()].filter((id) => id.includes('.')).map((id) => id.slice(0, 5)));
  const ids = [...new Set([...byTechnique.keys(), ...parents])].sort();
  const most = Math.max(1, ...[...byTechnique.values()].map(({ length }) => length));
  return {
    name: 'Weir',
    versions,
    domain: 'enterprise-attack',
    description: `Techniques that ${rules.length === 1 ? 'one rule watches' : `${rules.length} rules watch`}.`,
    sorting: 3,
    hideDisabled: false,
    techniques: ids.map((id) => {
      const watching = (byTechnique.get(id) ?? []).map(({ rule }) => rule);
      return {
        techniqueID: id,
        score: watching.length,
        comment: watching.map(({ name }) => name).join('\n'),
        enabled: true,
        showSubtechniques: parents.has(id),
        metadata: watching.map(({ id: rule, name, severity }) => ({
          name: 'rule',
          value: `${name} (${severity}, ${rule})`,
        })),
      };
    }),
    gradient: { colors: ['#ffffff', '#2f6f9f'], minValue: 0, maxValue: most },
    legendItems: [],
    showTacticRowBackground: false,
    selectTechniquesAcrossTactics: true,
    selectSubtechniquesWithParent: false,
  };
}
