import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { coverageQuery, gapsQuery, storageQuery } from '../api/coverage.ts';
import { sourcesQuery } from '../api/health.ts';
import { rulesQuery } from '../api/rules.ts';
import type { Gap } from '../api/types.ts';
import { Failure } from '../parts/Failure.tsx';
import { Gaps } from './Gaps.tsx';
import { missedOf } from './missed.ts';
import { RulesSee } from './RulesSee.tsx';
import { SeenOf } from './SeenOf.tsx';
import { StorageOf } from './StorageOf.tsx';
import { Techniques } from './Techniques.tsx';
import './coverage.css';

/** What would be missed, first in sentences, then by technique, rule, data, time and storage. */
export function Coverage() {
  const { data: coverage, error, refetch, isFetching } = useQuery(coverageQuery);
  const { data: rules } = useQuery(rulesQuery);
  const { data: sources } = useQuery(sourcesQuery);
  const { data: storage } = useQuery(storageQuery);
  const { data: open } = useInfiniteQuery(gapsQuery({ open: true }));
  const openGaps: Gap[] | undefined = open?.pages.flatMap(({ gaps }) => gaps);
  const missed = missedOf({ coverage, rules, openGaps, sources, storage });
  const isWhole = coverage && rules && sources && storage && openGaps;
  return (
    <main className="page coverage" aria-label="Coverage">
      <h1>Coverage</h1>
      <section className="panel" aria-labelledby="missed">
        <header>
          <h2 id="missed">What would we miss?</h2>
          {isFetching && <span className="soft">Looking at yesterday’s and today’s connections…</span>}
        </header>
        {error !== null && coverage === undefined && <Failure error={error} again={() => void refetch()} />}
        {isWhole && missed.length === 0 && (
          <p className="health ok">
            <i aria-hidden="true" />
            Nothing that is known of: each technique has a rule that runs, and each rule has its data.
          </p>
        )}
        <ul className="missed">
          {missed.map(({ weight, what, advice }) => (
            <li key={what} className={weight}>
              {what} {advice !== '' && <span className="soft">{advice}</span>}
            </li>
          ))}
        </ul>
      </section>
      {coverage && <Techniques techniques={coverage.techniques} rules={rules} />}
      {coverage && <RulesSee coverage={coverage} rules={rules} />}
      {coverage && <SeenOf sight={coverage.sight} />}
      <Gaps rules={rules} />
      {storage && <StorageOf storage={storage} />}
    </main>
  );
}
