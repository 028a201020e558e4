import { useInfiniteQuery } from '@tanstack/react-query';
import { gapsQuery } from '../api/coverage.ts';
import type { Rule } from '../api/types.ts';
import { Failure } from '../parts/Failure.tsx';
import { Table } from '../parts/Table.tsx';
import { lasting, second } from '../words/time.ts';

const reasons: Readonly<Record<string, string>> = {
  failed: 'The rule failed',
  time: 'It took too long',
  memory: 'It needed too much memory',
  behind: 'No run has come to it yet',
  fusion: 'Rows were no connections yet',
  flood: 'It found more than is told',
  skipped: 'Its runs failed again and again',
  retention: 'Its logs are no longer kept',
};

/** Time that a rule should have looked at and did not, with the reason; of one rule where it is named. */
export function Gaps({ rules = [], of }: { readonly rules?: readonly Rule[] | undefined; readonly of?: string }) {
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery(
    gapsQuery(of === undefined ? {} : { rule: of }),
  );
  const gaps = data?.pages.flatMap((page) => page.gaps) ?? [];
  const names = new Map(rules.map(({ id, name }) => [id, name]));
  return (
    <section className="panel" aria-labelledby="gaps">
      <header>
        <h2 id="gaps">Gaps</h2>
        <span className="soft">time that was not looked at when it should have been</span>
      </header>
      {error !== null && data === undefined && <Failure error={error} again={() => void refetch()} />}
      {data && gaps.length === 0 && <p>None: all time was looked at.</p>}
      {gaps.length > 0 && (
        <Table
          label="Table of gaps"
          heads={['State', ...(of === undefined ? ['Rule'] : []), 'From (UTC)', 'Until', 'For', 'Why']}
        >
          {gaps.map(({ id, rule, first, last, reason, detail, closed }) => (
            <tr key={id}>
              <td>
                {closed !== null ? (
                  <span title={`Looked at after all: ${second(closed)} UTC`}>closed</span>
                ) : (
                  <strong className="unknown">{reason === 'retention' ? 'for good' : 'open'}</strong>
                )}
              </td>
              {of === undefined && <td>{names.get(rule) ?? rule}</td>}
              <td>{second(first)}</td>
              <td>{second(last)}</td>
              <td>{lasting(first, last)}</td>
              <td title={detail}>
                {reasons[reason] ?? reason}: {detail}
              </td>
            </tr>
          ))}
        </Table>
      )}
      {hasNextPage && (
        <button type="button" className="link" onClick={() => void fetchNextPage()}>
          Show older ones
        </button>
      )}
    </section>
  );
}
