import { useQuery } from '@tanstack/react-query';
import { ApiProblem } from '../api/client.ts';
import { guideQuery } from '../api/guide.ts';
import { Failure } from '../parts/Failure.tsx';
import { capital } from '../words/names.ts';
import { Playbook } from './Playbook.tsx';
import { Question } from './Question.tsx';

/** What to ask about an alert, each question one click from its answer, and then what to do. */
export function Guide({ id }: { readonly id: number }) {
  const { data, error, refetch } = useQuery(guideQuery(id));
  if (data === undefined)
    return error === null ? null : (
      <section className="panel" aria-labelledby="guide">
        <header>
          <h2 id="guide">What to ask</h2>
        </header>
        {error instanceof ApiProblem && error.status === 404 ? (
          <p>
            {capital(error.message)}. {error.advice}
          </p>
        ) : (
          <Failure error={error} again={() => void refetch()} />
        )}
      </section>
    );
  const { means, blind, questions, playbook } = data;
  return (
    <>
      <section className="panel" aria-labelledby="guide">
        <header>
          <h2 id="guide">What to ask</h2>
          <span className="soft">the most telling first</span>
        </header>
        <p className="said">{means}</p>
        <ol className="questions">
          {questions.map((question) => (
            <Question key={question.id} alert={id} question={question} />
          ))}
        </ol>
        {blind.length > 0 && (
          <details className="blind">
            <summary className="reveal">What this rule cannot see</summary>
            <ul>
              {blind.map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ul>
          </details>
        )}
      </section>
      <Playbook id={id} playbook={playbook} />
    </>
  );
}
