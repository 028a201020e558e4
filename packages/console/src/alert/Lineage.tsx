import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useMemo, useState } from 'react';
import { evidenceQuery } from '../api/alerts.ts';
import { runQuery } from '../api/hunt.ts';
import type { Alert } from '../api/types.ts';
import { Failure } from '../parts/Failure.tsx';
import { drawnId } from '../present.ts';
import { plural } from '../words/figures.ts';
import { type Ancestor, ancestorsMost, ancestorsOf } from './ancestors.ts';
import { type Chain, chainsOf } from './chain.ts';

const shownMost = 5;

/** The programs of an alert, each under what started it. */
export function Lineage({ alert: { id, finding } }: { readonly alert: Alert }) {
  const { data } = useQuery(evidenceQuery(id));
  const chains = useMemo(() => chainsOf(data?.rows ?? [], finding), [data, finding]);
  if (chains.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="lineage">
      <header>
        <h2 id="lineage">Who started what</h2>
        {data && data.rows.length < data.count && (
          <span className="soft">by the {data.rows.length} connections that are kept</span>
        )}
      </header>
      <ul className="lineage">
        {chains.slice(0, shownMost).map((chain) => (
          <li key={JSON.stringify({ ...chain, connections: 0 })}>
            <OneChain alert={id} chain={chain} />
          </li>
        ))}
      </ul>
      {chains.length > shownMost && <p className="soft">and {chains.length - shownMost} more</p>}
    </section>
  );
}

function OneChain({ alert, chain }: { readonly alert: number; readonly chain: Chain }) {
  const { parent, event } = chain;
  const [isAsked, setAsked] = useState(false);
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['ancestors', alert, event?.id],
    queryFn: ({ signal }) => ancestorsOf(chain, (kql) => firstRow(kql, signal)),
    enabled: isAsked,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const above: readonly Ancestor[] = data ?? [{ program: parent, commandLine: '', account: '' }];
  return (
    <>
      {event !== undefined && data === undefined && (
        <button type="button" className="small" disabled={isFetching} onClick={() => setAsked(true)}>
          {isFetching ? 'Looking…' : 'Look further up'}
        </button>
      )}
      {error !== null && !isFetching && <Failure error={error} again={() => void refetch()} />}
      {data !== undefined && data.length < ancestorsMost && (
        <p className="soft">What started the first of these is not in the logs that are kept.</p>
      )}
      <Nested from={above.toReversed()}>
        <p>
          <strong>{chain.program}</strong>{' '}
          <span className="soft">
            {chain.account === '' ? 'account not known' : `as ${chain.account}`},{' '}
            {plural(chain.connections, 'connection')}
          </span>
        </p>
        {chain.folder !== '' && <p className="mono soft">{chain.folder}</p>}
        {chain.commandLine === '' ? <p className="soft">command line not known</p> : <code>{chain.commandLine}</code>}
      </Nested>
    </>
  );
}

/** Each stands below what started it, and the children below all. */
function Nested({
  from: [top, ...rest],
  children,
}: {
  readonly from: readonly Ancestor[];
  readonly children: ReactNode;
}) {
  if (top === undefined) return children;
  const { program, commandLine, account } = top;
  return (
    <>
      <p className={program === '' ? 'soft' : ''}>
        {program || 'parent not known'} {account !== '' && <span className="soft">as {account}</span>}
      </p>
      {commandLine !== '' && <code>{commandLine}</code>}
      <div className="started">
        <Nested from={rest}>{children}</Nested>
      </div>
    </>
  );
}

async function firstRow(kql: string, signal: AbortSignal): Promise<Record<string, unknown> | undefined> {
  const { columns, rows } = await runQuery({ id: drawnId(), kql, rows: 1 }, signal);
  const [row] = rows;
  return row && Object.fromEntries(columns.map(({ name }, at) => [name, row[at]]));
}
