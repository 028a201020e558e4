import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type Entity, entityQuery, type PagedKind } from '../api/entities.ts';
import { Failure } from '../parts/Failure.tsx';
import { useNow } from '../parts/useNow.ts';
import { kindName } from '../words/names.ts';
import { ago, second } from '../words/time.ts';
import { History } from './History.tsx';
import { ItsAlerts } from './ItsAlerts.tsx';
import { Shares } from './Shares.tsx';
import { comparedWords, firstSeenWords, usualWords } from './usual.ts';
import { Waiting } from './Waiting.tsx';
import './entities.css';

/** A device, account, program or service: its alerts, what left of it day by day against its usual, and with whom it deals. */
export function EntityPage({ kind, name }: { readonly kind: PagedKind; readonly name: string }) {
  const { data, error, refetch, isFetching } = useQuery(entityQuery(kind, name));
  useEffect(() => {
    document.title = `${name} · Weir`;
    return () => {
      document.title = 'Weir';
    };
  }, [name]);
  return (
    <main className="page entity" aria-label={`${kindName(kind)} ${name}`}>
      <header>
        <p className="soft">{kindName(kind)}</p>
        <h1>{name}</h1>
      </header>
      <section className="panel" aria-labelledby="history">
        <header>
          <h2 id="history">What left, day by day</h2>
        </header>
        {data === undefined && error === null && <Waiting />}
        {error !== null && !isFetching && <Failure error={error} again={() => void refetch()} />}
        {data && <Told entity={data} />}
      </section>
      <div className="entity-columns">
        <ItsAlerts kind={kind} name={name} />
        {data && (
          <>
            <Shares title="Services" kind="service" shares={data.services} />
            <Shares title="Devices" kind="device" shares={data.devices} />
            <Shares title="Programs" kind="process" shares={data.processes} />
            <Shares title="Accounts" kind="account" shares={data.accounts} />
          </>
        )}
      </div>
    </main>
  );
}

function Told({ entity }: { readonly entity: Entity }) {
  const now = useNow();
  const { firstSeen, lastSeen, days, usual } = entity;
  if (days.length === 0)
    return (
      <p>
        <strong>No connection of it left in the last 30 days.</strong> Either it sent nothing, or no log told of it:
        which, Coverage says.
      </p>
    );
  return (
    <>
      <p className="said">
        {usualWords(usual)} {comparedWords(entity)}
      </p>
      <History entity={entity} />
      <dl className="facts wide">
        <div>
          <dt>First seen</dt>
          <dd title={firstSeen === null ? '' : `${second(firstSeen)} UTC`}>{firstSeenWords(entity)}</dd>
        </div>
        {lastSeen !== null && (
          <div>
            <dt>Last seen</dt>
            <dd>
              {second(lastSeen)} UTC, {ago(lastSeen, now)}
            </dd>
          </div>
        )}
      </dl>
    </>
  );
}
