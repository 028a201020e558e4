import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { exceptionsQuery } from '../api/exceptions.ts';
import { rulesQuery } from '../api/rules.ts';
import type { Exception } from '../api/types.ts';
import { Failure } from '../parts/Failure.tsx';
import { useNow } from '../parts/useNow.ts';
import { useMayWrite } from '../session/session.ts';
import { plural } from '../words/figures.ts';
import { EndDialog } from './EndDialog.tsx';
import { ExceptionCard } from './ExceptionCard.tsx';
import { RenewDialog } from './RenewDialog.tsx';
import { type Standing, standingOf } from './standing.ts';
import '../style/tune.css';

const order: readonly Standing[] = ['soon', 'holds', 'expired', 'ended'];

/** What nobody is told of, why, until when, and what that hid. What ends soon stands first, what is over last. */
export function Exceptions() {
  const { data, error, refetch } = useQuery(exceptionsQuery);
  const { data: rules } = useQuery(rulesQuery);
  const now = useNow();
  const may = useMayWrite();
  const [ending, setEnding] = useState<Exception>();
  const [renewing, setRenewing] = useState<Exception>();
  const rank = (each: Exception) => order.indexOf(standingOf(each, now));
  const sorted = (data ?? []).toSorted((a, b) => rank(a) - rank(b) || (a.expires < b.expires ? -1 : 1));
  const inForce = sorted.filter((each) => rank(each) <= 1).length;
  return (
    <main className="page exceptions" aria-label="Exceptions">
      <header className="exceptions-head">
        <h1>Exceptions</h1>
        {may && (
          <Link to="/exceptions/new" className="button">
            New exception…
          </Link>
        )}
      </header>
      <p className="soft">
        What nobody is told of, because somebody answers for it. Alerts that are hidden are kept, counted and listed.
        {data !== undefined && data.length > 0 && ` ${plural(inForce, 'exception')} of ${data.length} in force.`}
      </p>
      {error !== null && data === undefined && <Failure error={error} again={() => void refetch()} />}
      {data?.length === 0 && (
        <section className="panel">
          <h2>There are none</h2>
          <p>
            Open an <Link to="/alerts">alert</Link> that is normal here and press <kbd>n</kbd>: Weir proposes
            exceptions, and shows what each would have hidden before it is made. Those of a file stand under{' '}
            <code>exceptions:</code> in <code>weir.yaml</code>.
          </p>
        </section>
      )}
      {sorted.map((exception) => (
        <ExceptionCard
          key={`${exception.kept} ${exception.id}`}
          exception={exception}
          rules={rules}
          now={now}
          onEnd={() => setEnding(exception)}
          onRenew={() => setRenewing(exception)}
        />
      ))}
      {renewing && <RenewDialog exception={renewing} onClose={() => setRenewing(undefined)} />}
      {ending && <EndDialog exception={ending} onClose={() => setEnding(undefined)} />}
    </main>
  );
}
