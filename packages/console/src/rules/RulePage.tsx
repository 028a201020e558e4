import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ruleGuideQuery, ruleQuery } from '../api/rules.ts';
import { Gaps } from '../coverage/Gaps.tsx';
import { Copy } from '../parts/Copy.tsx';
import { Failure } from '../parts/Failure.tsx';
import { useMayWrite } from '../session/session.ts';
import { OwnCopy } from './OwnCopy.tsx';
import { RuleCard } from './RuleCard.tsx';
import { Versions } from './versions/Versions.tsx';
import { Weeks } from './Weeks.tsx';

/** A rule in full: what it looks for and how, how loud it is, what it did not look at, and what to ask of what it finds. */
export function RulePage({ id }: { readonly id: string }) {
  const { data: rule, error, refetch } = useQuery(ruleQuery(id));
  const may = useMayWrite();
  if (rule === undefined)
    return (
      <main className="page" aria-label="Rule">
        {error === null ? <p>Loading…</p> : <Failure error={error} again={() => void refetch()} />}
      </main>
    );
  return (
    <main className="page" aria-label="Rule">
      <Link to="/rules" className="back">
        ← Rules
      </Link>
      <div className="page-head">
        <h1>{rule.name}</h1>
        <span className="push" />
        {may && (
          <Link to="/rules/$id/edit" params={{ id: rule.id }} className="button">
            Edit…
          </Link>
        )}
      </div>
      <RuleCard rule={rule}>How it is</RuleCard>
      {rule.copy !== null && <OwnCopy rule={rule} copy={rule.copy} />}
      <Weeks weeks={rule.alerts.weeks} />
      {rule.falsePositives.length > 0 && (
        <section className="panel" aria-labelledby="harmless">
          <header>
            <h2 id="harmless">What it finds that is harmless</h2>
          </header>
          <ul className="said">
            {rule.falsePositives.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </section>
      )}
      <Gaps of={rule.id} />
      <section className="panel" aria-labelledby="query">
        <header>
          <h2 id="query">Its query</h2>
          <span className="push" />
          <Link to="/hunt" search={{ q: rule.query }}>
            Hunt with this
          </Link>
          <Copy text={rule.query} label="Query" />
        </header>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by the keyboard */}
        <pre className="kql" tabIndex={0}>
          {rule.query}
        </pre>
      </section>
      <Versions rule={rule.id} />
      <Asks id={id} />
    </main>
  );
}

/** The rule's guide, if it has one: an alert's page asks its questions. */
function Asks({ id }: { readonly id: string }) {
  const { data } = useQuery(ruleGuideQuery(id));
  if (data === undefined) return null;
  return (
    <section className="panel" aria-labelledby="asks">
      <header>
        <h2 id="asks">What to ask about what it finds</h2>
        <span className="soft">an alert’s page has the answers</span>
      </header>
      <p className="said">{data.means}</p>
      <ol className="said">
        {data.questions.map(({ id: key, ask }) => (
          <li key={key}>{ask}</li>
        ))}
      </ol>
      {data.blind.length > 0 && (
        <>
          <h3>What it cannot see</h3>
          <ul className="said">
            {data.blind.map((each) => (
              <li key={each}>{each}</li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
