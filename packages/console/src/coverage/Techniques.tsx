import { Link } from '@tanstack/react-router';
import type { Coverage, Rule } from '../api/types.ts';
import { plural } from '../words/figures.ts';

/** Each technique with the rules against it. */
export function Techniques({
  techniques,
  rules = [],
}: {
  readonly techniques: Coverage['techniques'];
  readonly rules: readonly Rule[] | undefined;
}) {
  const byId = new Map(rules.map((rule) => [rule.id, rule]));
  return (
    <section className="panel" aria-labelledby="techniques">
      <header>
        <h2 id="techniques">Techniques</h2>
        <span className="soft">of ATT&amp;CK, with the rules against each</span>
      </header>
      <ul className="techniques">
        {techniques.map(({ technique, name, rules: against }) => (
          <li key={technique}>
            <h3>
              <span className="mono">{technique}</span> {name}
            </h3>
            {against.length === 0 ? (
              <p className="health failed">
                <i aria-hidden="true" /> No rule
              </p>
            ) : (
              <ul>
                {against.map(({ id, name: called, tests }) => {
                  const state = stateOf(byId.get(id));
                  return (
                    <li key={id} className={`health ${state.dot}`}>
                      <i aria-hidden="true" />
                      <span>
                        <Link to="/rules/$id" params={{ id }}>
                          {called}
                        </Link>{' '}
                        <span className="soft">
                          {tests === 0 ? 'no test' : plural(tests, 'test')}
                          {state.said}
                        </span>
                      </span>
                    </li>
                  );
                })}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function stateOf(rule: Rule | undefined): { dot: Rule['health']['state']; said: string } {
  if (rule === undefined) return { dot: 'ok', said: '' };
  if (rule.stopped !== null) return { dot: 'degraded', said: ', stopped' };
  const { state } = rule.health;
  return { dot: state, said: state === 'ok' ? '' : `, ${state}` };
}
