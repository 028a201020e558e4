import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { relatedQuery } from '../api/alerts.ts';
import { Failure } from '../parts/Failure.tsx';
import { Severity } from '../parts/Severity.tsx';
import { useNow } from '../parts/useNow.ts';
import { plural } from '../words/figures.ts';
import { shortDevice, stateName, verdictName } from '../words/names.ts';
import { ago } from '../words/time.ts';

const shownAtFirst = 8;

/** Other alerts of the same device, account, program, service or destination. */
export function RelatedAlerts({ id }: { readonly id: number }) {
  const { data = [], error, refetch, isSuccess } = useQuery(relatedQuery(id));
  const now = useNow();
  return (
    <section className="panel" aria-labelledby="related">
      <header>
        <h2 id="related">Related</h2>
        {isSuccess && <span className="soft">{data.length === 0 ? 'none' : plural(data.length, 'alert')}</span>}
      </header>
      {error !== null && <Failure error={error} again={() => void refetch()} />}
      <ul className="related">
        {data.slice(0, shownAtFirst).map(({ alert: { id: other, finding, state, verdict }, shared }) => (
          <li key={other}>
            <Severity {...finding} />
            <span className="related-said">
              <Link to="/alerts/$id" params={{ id: String(other) }} title={finding.title}>
                {finding.entities.process || 'A program that is not known'} →{' '}
                {finding.service || finding.entities.destination}
              </Link>
              <span className="soft">
                {shortDevice(finding.entities.device)}, {ago(finding.lastSeen, now)},{' '}
                {(verdict === null ? stateName(state) : verdictName(verdict)).toLowerCase()}
              </span>
              <span className="soft">
                same {shared.map(({ kind }) => (kind === 'process' ? 'program' : kind)).join(', ')}
              </span>
            </span>
          </li>
        ))}
      </ul>
      {data.length > shownAtFirst && <p className="soft">and {data.length - shownAtFirst} more</p>}
    </section>
  );
}
