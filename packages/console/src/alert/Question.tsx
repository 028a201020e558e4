import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { askQuestion } from '../api/guide.ts';
import type { Guide } from '../api/types.ts';
import { Failure } from '../parts/Failure.tsx';
import { Written } from '../parts/Scrolls.tsx';
import { Answer } from './Answer.tsx';

/** A question of the guide: asked by a click, with how its answer is to be read. */
export function Question({
  alert,
  question,
}: {
  readonly alert: number;
  readonly question: Guide['questions'][number];
}) {
  const { id, ask, kql, lacks, benign, malicious, next } = question;
  const [isAsked, setAsked] = useState(false);
  const answer = useQuery({
    queryKey: ['answer', alert, id],
    queryFn: ({ signal }) => askQuestion(alert, id, signal),
    enabled: isAsked,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const { data, error, isFetching, refetch } = answer;
  return (
    <li>
      <div className="question">
        <h3>{ask}</h3>
        {lacks.length > 0 ? (
          <span className="soft">not known: {lacks.join(', ')}</span>
        ) : (
          <button
            type="button"
            className="small"
            disabled={isFetching}
            onClick={() => {
              if (isAsked) void refetch();
              setAsked(true);
            }}
            aria-label={`${isAsked ? 'Ask again' : 'Ask'}: ${ask}`}
          >
            {isFetching ? 'Asking…' : isAsked ? 'Ask again' : 'Ask'}
          </button>
        )}
      </div>
      {isAsked && (
        <div className="answer" aria-live="polite" aria-busy={isFetching}>
          {error !== null && !isFetching && <Failure error={error} />}
          {data && <Answer result={data} label={ask} />}
          <dl className="reading">
            <div>
              <dt>Harmless</dt>
              <dd>{benign}</dd>
            </div>
            <div>
              <dt>Bad</dt>
              <dd>{malicious}</dd>
            </div>
            {next !== '' && (
              <div>
                <dt>Then</dt>
                <dd>{next}</dd>
              </div>
            )}
          </dl>
          <Link to="/hunt" search={{ q: kql }}>
            Hunt with this
          </Link>
          <details>
            <summary className="reveal">The query</summary>
            <Written text={kql} isKql />
          </details>
        </div>
      )}
    </li>
  );
}
