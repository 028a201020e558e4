import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { evidenceQuery } from '../api/alerts.ts';
import type { Alert } from '../api/types.ts';
import { plural } from '../words/figures.ts';
import { chainsOf } from './chain.ts';

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
          <li key={JSON.stringify(chain)}>
            <span className={chain.parent === '' ? 'soft' : ''}>{chain.parent || 'parent not known'}</span>
            <div className="started">
              <p>
                <span aria-hidden="true">└ </span>
                <strong>{chain.program}</strong>{' '}
                <span className="soft">
                  {chain.account === '' ? 'account not known' : `as ${chain.account}`},{' '}
                  {plural(chain.connections, 'connection')}
                </span>
              </p>
              {chain.folder !== '' && <p className="mono soft">{chain.folder}</p>}
              {chain.commandLine === '' ? (
                <p className="soft">command line not known</p>
              ) : (
                <code>{chain.commandLine}</code>
              )}
            </div>
          </li>
        ))}
      </ul>
      {chains.length > shownMost && <p className="soft">and {chains.length - shownMost} more</p>}
    </section>
  );
}
