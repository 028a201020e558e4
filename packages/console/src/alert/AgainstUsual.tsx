import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { entityQuery } from '../api/entities.ts';
import type { Alert } from '../api/types.ts';
import { History } from '../entities/History.tsx';
import { comparedWords, usualWords } from '../entities/usual.ts';
import { Waiting } from '../entities/Waiting.tsx';
import { Failure } from '../parts/Failure.tsx';
import { sent } from '../words/figures.ts';

/** Who steps through alerts sets off no query for each: it costs the service seconds. */
const stayed = 1_500;

/** What the alert's device sends in all, day by day, against its usual. */
export function AgainstUsual({ alert: { finding } }: { readonly alert: Alert }) {
  const { device } = finding.entities;
  const [hasStayed, setStayed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setStayed(true), stayed);
    return () => clearTimeout(timer);
  }, []);
  const { data, error, refetch, isFetching } = useQuery({
    ...entityQuery('device', device, finding.firstSeen),
    enabled: hasStayed && device !== '',
  });
  if (device === '') return null;
  return (
    <section className="panel" aria-labelledby="usual">
      <header>
        <h2 id="usual">Against what is usual of its device</h2>
        <span className="push" />
        <Link to="/entities/$kind/$name" params={{ kind: 'device', name: device }}>
          Its page
        </Link>
      </header>
      {data === undefined && error === null && <Waiting />}
      {error !== null && !isFetching && <Failure error={error} again={() => void refetch()} />}
      {data?.days.length === 0 && <p>No log of the days around it told of a connection of this device.</p>}
      {data && data.days.length > 0 && (
        <>
          <p className="said">
            {comparedWords(data)}{' '}
            {finding.bytesSent === null
              ? 'How much this alert sent is not known.'
              : `This alert is about ${sent(finding)}.`}{' '}
            {usualWords(data.usual)}
          </p>
          <History entity={data} marked={{ from: finding.firstSeen, until: finding.lastSeen }} />
        </>
      )}
    </section>
  );
}
