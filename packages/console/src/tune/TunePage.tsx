import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { alertQuery } from '../api/alerts.ts';
import { proposalsQuery } from '../api/exceptions.ts';
import { useKeys } from '../keys/useKeys.tsx';
import { Failure } from '../parts/Failure.tsx';
import { useMayWrite } from '../session/session.ts';
import { ExceptionForm, type MadeOne } from './ExceptionForm.tsx';
import { Made } from './Made.tsx';
import '../style/tune.css';

/** An alert that is normal here: what not to be told of any more, seen before it is decided. */
export function TunePage() {
  const { id = '' } = useParams({ strict: false });
  const number = /^[1-9]\d{0,15}$/.test(id) ? Number(id) : 0;
  const may = useMayWrite();
  const alert = useQuery(alertQuery(number));
  const proposals = useQuery({ ...proposalsQuery(number), enabled: may, staleTime: Number.POSITIVE_INFINITY });
  const navigate = useNavigate();
  const [made, setMade] = useState<MadeOne>();
  const back = () => void navigate({ to: '/alerts/$id', params: { id } });
  useKeys({ u: back, Escape: back });
  // What cannot be asked anew stands as it was, and so does what is written.
  const isThere = alert.data !== undefined && proposals.data !== undefined;
  const failed = isThere ? null : (alert.error ?? proposals.error);
  return (
    <main className="page tune" aria-label="This is normal here">
      <nav className="alert-nav" aria-label="Back">
        <Link to="/alerts/$id" params={{ id }}>
          ← Alert {id} <kbd>u</kbd>
        </Link>
      </nav>
      <h1>This is normal here</h1>
      {alert.data && <p className="said">{alert.data.finding.title}</p>}
      {!may ? (
        <p className="note">
          An exception hides alerts from everybody, so an analyst or an administrator makes it. You look here as a
          viewer: tell one of them why this is normal. What is hidden already stands under{' '}
          <Link to="/exceptions">exceptions</Link>.
        </p>
      ) : made !== undefined ? (
        <Made {...made} />
      ) : failed !== null ? (
        <Failure error={failed} again={() => void Promise.all([alert.refetch(), proposals.refetch()])} />
      ) : !isThere ? (
        <p className="waiting" aria-busy="true">
          Looking at what exceptions would have hidden…
        </p>
      ) : (
        <>
          {alert.data.hiddenBy.length > 0 && (
            <p className="note">It is hidden already, by {alert.data.hiddenBy.join(', ')}.</p>
          )}
          {proposals.data.none !== '' && (
            <p className="note">
              Nothing is proposed. {proposals.data.none} A condition can still be written below, and is held to the
              same.
            </p>
          )}
          <ExceptionForm
            about={{ rules: [alert.data.finding.rule.id], alert: number }}
            called={`${alert.data.finding.entities.process || 'a program'} is normal here`}
            proposals={proposals.data.proposals}
            said={<span className="soft">of the rule {alert.data.finding.rule.name}</span>}
            cancel={
              <Link to="/alerts/$id" params={{ id }} className="button">
                Cancel
              </Link>
            }
            onMade={setMade}
          />
        </>
      )}
    </main>
  );
}
