import type { Alert } from '../api/types.ts';
import { reasonsOf } from '../words/reasons.ts';

/** Why it is as grave as it is: what added to its score, and what did not. */
export function Reasons({ alert: { finding } }: { readonly alert: Alert }) {
  const reasons = reasonsOf(finding.reasons);
  const counted = reasons.filter(({ points }) => points !== undefined);
  const said = reasons.filter(({ points }) => points === undefined);
  const { description } = finding;
  return (
    <section className="panel of-reasons" aria-labelledby="reasons">
      <header>
        <h2 id="reasons">Why it stands out</h2>
        <span className="soft">score {finding.score} of 100</span>
      </header>
      {description !== undefined && <p className="said">{description}</p>}
      <ul className="reasons">
        {counted.map(({ text, points = 0 }) => (
          <li key={text}>
            <span className={points < 0 ? 'points less' : 'points'}>
              {points > 0 && !text.startsWith('base') ? '+' : ''}
              {points}
            </span>
            {text}
          </li>
        ))}
        {said.map(({ text }) => (
          <li key={text} className="soft">
            <span className="points" />
            {text}
          </li>
        ))}
      </ul>
    </section>
  );
}
