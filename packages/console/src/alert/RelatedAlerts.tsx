import { useQuery } from '@tanstack/react-query';
import { relatedQuery } from '../api/alerts.ts';
import { Failure } from '../parts/Failure.tsx';
import { useNow } from '../parts/useNow.ts';
import { plural } from '../words/figures.ts';
import { AlertLine } from './AlertLine.tsx';

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
        {data.slice(0, shownAtFirst).map(({ alert, shared }) => (
          <AlertLine key={alert.id} alert={alert} now={now}>
            <span className="soft">
              same {shared.map(({ kind }) => (kind === 'process' ? 'program' : kind)).join(', ')}
            </span>
          </AlertLine>
        ))}
      </ul>
      {data.length > shownAtFirst && <p className="soft">and {data.length - shownAtFirst} more</p>}
    </section>
  );
}
