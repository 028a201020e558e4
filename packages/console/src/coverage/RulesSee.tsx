import type { Coverage, Rule } from '../api/types.ts';
import { Share } from '../parts/Share.tsx';
import { Table } from '../parts/Table.tsx';
import { count } from '../words/figures.ts';
import { needName } from '../words/names.ts';

/** Rules by how much they see: the blindest first. */
export function RulesSee({
  coverage: { sight, techniques },
  rules = [],
}: {
  readonly coverage: Coverage;
  readonly rules: readonly Rule[] | undefined;
}) {
  const covered = new Map(techniques.flatMap((each) => each.rules).map((rule) => [rule.id, rule]));
  const gaps = new Map(rules.map(({ id, health }) => [id, health.gaps]));
  return (
    <section className="panel" aria-labelledby="blind">
      <header>
        <h2 id="blind">Where each rule is blind</h2>
        <span className="soft">of {count(sight.connections)} connections that left yesterday and today</span>
      </header>
      <Table
        label="Table of what rules see"
        heads={['Rule', 'Needs', 'Sees', 'Blind to', 'Open gaps']}
        numbers={['Blind to', 'Open gaps']}
        isTall
      >
        {[...covered.values()]
          .toSorted((a, b) => a.sees - b.sees || a.name.localeCompare(b.name))
          .map(({ id, name, needs, sees }) => (
            <tr key={id}>
              <td title={name}>{name}</td>
              <td>
                {needs.length === 0 && <span className="soft">nothing</span>}
                {needs.map(({ what, present }) => (
                  <span key={what} className={present ? 'need' : 'need lacking'}>
                    {needName(what)}
                    {!present && ': never known'}
                  </span>
                ))}
              </td>
              <td>
                <Share part={sees} whole={sight.connections} />
              </td>
              <td className="number">{count(sight.connections - sees)}</td>
              <td className="number">{count(gaps.get(id) ?? 0)}</td>
            </tr>
          ))}
      </Table>
    </section>
  );
}
