import { Link } from '@tanstack/react-router';
import type { ExceptionPreview } from '../api/types.ts';
import { Table } from '../parts/Table.tsx';
import { count, plural } from '../words/figures.ts';
import { stateName, verdictName } from '../words/names.ts';
import { second } from '../words/time.ts';

/** What a condition would have hidden, and of which alerts that is told. Confirmed cases stand first. */
export function Hides({ preview, alert }: { readonly preview: ExceptionPreview; readonly alert?: number | undefined }) {
  const { since, isCut, hides, confirmed } = preview;
  const hasThis = hides.some(({ id }) => id === alert);
  return (
    <>
      <p>
        {preview.count === 0 ? (
          <>
            <strong>It would have hidden nothing</strong>
            {alert !== undefined && ', not even this alert'}.
          </>
        ) : (
          <>
            <strong>It would have hidden {plural(preview.count, 'alert')}</strong>
            {alert === undefined
              ? ''
              : !hasThis
                ? ', and not this one'
                : preview.count === 1
                  ? ': this one'
                  : ', this one among them'}
            {confirmed.length > 0 && `; ${count(confirmed.length)} of them confirmed as true`}.
          </>
        )}{' '}
        <span className="soft">
          Looked at: alerts last seen since {second(since).slice(0, 10)}
          {alert === undefined ? ', and all confirmed ones.' : ', all confirmed ones, and this one.'}
          {isCut && ' There are too many of them: the oldest are left out.'}
        </span>
      </p>
      {hides.length > 0 && (
        <Table
          label="Alerts that it would have hidden"
          heads={['Alert', 'Severity', 'What', 'State', 'Last seen, UTC']}
        >
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
        </Table>
      )}
      {preview.count > hides.length && <p className="soft">and {plural(preview.count - hides.length, 'more alert')}</p>}
    </>
  );
}
