import type { Coverage, Rule } from '../api/types.ts';
import { Share } from '../parts/Share.tsx';
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
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by the keyboard */}
      <div className="answer-rows tall" tabIndex={0} role="region" aria-label="Table of what rules see">
        <table>
          <thead>
            <tr>
              <th scope="col">Rule</th>
              <th scope="col">Needs</th>
              <th scope="col">Sees</th>
              <th scope="col" className="number">
                Blind to
              </th>
              <th scope="col" className="number">
                Open gaps
              </th>
            </tr>
          </thead>
          <tbody>
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
          </tbody>
        </table>
      </div>
    </section>
  );
}
