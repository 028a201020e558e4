import { Link } from '@tanstack/react-router';
import type { ExceptionPreview } from '../api/types.ts';
import { count, plural } from '../words/figures.ts';
import { stateName, verdictName } from '../words/names.ts';
import { second } from '../words/time.ts';

/** What a condition would have hidden, and of which alerts that is told. Confirmed cases stand first. */
export function Hides({ preview, alert }: { readonly preview: ExceptionPreview; readonly alert: number }) {
  const { since, isCut, hides, confirmed } = preview;
  const hasThis = hides.some(({ id }) => id === alert);
  return (
    <>
      <p>
        {preview.count === 0 ? (
          <>
            <strong>It would have hidden nothing</strong>, not even this alert.
          </>
        ) : (
          <>
            <strong>It would have hidden {plural(preview.count, 'alert')}</strong>
            {!hasThis ? ', and not this one' : preview.count === 1 ? ': this one' : ', this one among them'}
            {confirmed.length > 0 && `; ${count(confirmed.length)} of them confirmed as true`}.
          </>
        )}{' '}
        <span className="soft">
          Looked at: alerts last seen since {second(since).slice(0, 10)}, all confirmed ones, and this one.
          {isCut && ' There are too many of them: the oldest are left out.'}
        </span>
      </p>
      {hides.length > 0 && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by the keyboard
        <div className="answer-rows" tabIndex={0} role="region" aria-label="Alerts that it would have hidden">
          <table>
            <thead>
              <tr>
                {['Alert', 'Severity', 'What', 'State', 'Last seen, UTC'].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {hides.map(({ id, title, severity, state, verdict, lastSeen }) => (
                <tr key={id} className={verdict === 'true-positive' ? 'confirmed' : ''}>
                  <td>
                    <Link to="/alerts/$id" params={{ id: String(id) }} target="_blank">
                      {id}
                    </Link>
                  </td>
                  <td>
                    <span className={`tag ${severity}`}>{severity}</span>
                  </td>
                  <td title={title}>{title}</td>
                  <td>{verdict === null ? stateName(state) : verdictName(verdict)}</td>
                  <td>{second(lastSeen).slice(0, 16)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {preview.count > hides.length && <p className="soft">and {plural(preview.count - hides.length, 'more alert')}</p>}
    </>
  );
}
