import { Link } from '@tanstack/react-router';
import type { Alert } from '../api/types.ts';
import { Severity, Sureness } from '../parts/Severity.tsx';
import { useNow } from '../parts/useNow.ts';
import { stateName, verdictName } from '../words/names.ts';
import { ago, lasting, second } from '../words/time.ts';

/** The story in one sentence, and where the alert stands. */
export function Head({ alert }: { readonly alert: Alert }) {
  const { id, finding, state, verdict, assignee, retro, canary, hiddenBy, gone, follows, followedBy, mergedInto } =
    alert;
  const { rule, techniques, firstSeen, lastSeen } = finding;
  const now = useNow();
  return (
    <header className="alert-head">
      <div className="alert-line">
        <Severity {...finding} />
        <span className="soft">Alert {id}</span>
        <span className={`state ${state}`}>
          {stateName(state)}
          {verdict !== null && `: ${verdictName(verdict).toLowerCase()}`}
        </span>
        <span className="soft">{assignee === null ? 'nobody’s' : `${assignee}’s`}</span>
        <Sureness {...finding} />
      </div>
      <h1>{finding.title}</h1>
      <p className="alert-line soft">
        <Link to="/alerts" search={{ state: 'all', rule: rule.id }} title="All alerts of this rule">
          {rule.name}
        </Link>
        {techniques.map((technique) => (
          <span key={technique} className="tag">
            {technique}
          </span>
        ))}
        <span>
          {second(firstSeen)} to {second(lastSeen)} UTC ({lasting(firstSeen, lastSeen)}, {ago(lastSeen, now)})
        </span>
      </p>
      {retro && <Note>Found in hindsight: its logs came late, or the rule or the catalogue changed.</Note>}
      {canary && <Note>A drill: the service tests itself with it, and tells nobody.</Note>}
      {hiddenBy.length > 0 && (
        <Note>
          Hidden by an exception:{' '}
          {hiddenBy.map((each, index) => (
            <span key={each}>
              {index > 0 && ', '}
              <Link to="/exceptions" hash={each}>
                {each}
              </Link>
            </span>
          ))}
          .
        </Note>
      )}
      {gone !== null && (
        <Note>
          No longer found since {second(gone.at)} UTC: {gone.because}.
        </Note>
      )}
      {follows !== null && <Other id={follows}>It goes on from an alert that was closed:</Other>}
      {followedBy !== null && <Other id={followedBy}>Its story goes on in</Other>}
      {mergedInto !== null && <Other id={mergedInto}>It turned out to be part of</Other>}
    </header>
  );
}

function Note({ children }: { readonly children: React.ReactNode }) {
  return <p className="note">{children}</p>;
}

function Other({ id, children }: { readonly id: number; readonly children: React.ReactNode }) {
  return (
    <Note>
      {children}{' '}
      <Link to="/alerts/$id" params={{ id: String(id) }}>
        alert {id}
      </Link>
    </Note>
  );
}
