import { useQuery } from '@tanstack/react-query';
import { healthQuery, rejectsQuery, sourcesQuery } from '../api/health.ts';
import { Failure } from '../parts/Failure.tsx';
import { Table } from '../parts/Table.tsx';
import { useNow } from '../parts/useNow.ts';
import { bytes, count, longOf, plural } from '../words/figures.ts';
import { capital } from '../words/names.ts';
import { ago, second } from '../words/time.ts';

/** What comes in, what could not be read, and how the service does. Trouble stands first. */
export function Sources() {
  const { data: sources, error, refetch } = useQuery(sourcesQuery);
  const now = useNow();
  const sorted = (sources ?? []).toSorted((a, b) => Number(a.state === 'ok') - Number(b.state === 'ok'));
  return (
    <main className="page" aria-label="Sources and health">
      <h1>Sources and health</h1>
      <Parts />
      <section className="panel" aria-labelledby="sources">
        <header>
          <h2 id="sources">Sources</h2>
          {sources && <span className="soft">{plural(sources.length, 'source')}</span>}
        </header>
        {error !== null && sources === undefined && <Failure error={error} again={() => void refetch()} />}
        {sources?.length === 0 && <p>No logs have come in yet.</p>}
        {sorted.length > 0 && (
          <Table
            label="Table of sources"
            heads={['State', 'Source', 'Format', 'Last', ...numbers]}
            numbers={numbers}
            isTall
          >
            {sorted.map((source) => (
              <tr key={`${source.door} ${source.source} ${source.format}`}>
                <td>
                  <span className={`health ${source.state}`} title={source.reason}>
                    <i aria-hidden="true" /> {source.state}
                  </span>
                </td>
                <td className="path" title={`${source.source}\n${source.reason}`}>
                  {source.source} <span className="soft">{source.door}</span>
                </td>
                <td>{source.format || 'not known'}</td>
                <td title={`${second(source.lastReceived)} UTC`}>{ago(source.lastReceived, now)}</td>
                <td className="number">{count(longOf(source.records))}</td>
                <td className="number">{count(longOf(source.rows))}</td>
                <td className={longOf(source.rejects) > 0n ? 'number unknown' : 'number'}>
                  {count(longOf(source.rejects))}
                </td>
                <td className="number">{count(longOf(source.ignored))}</td>
                <td className="number">{bytes(longOf(source.bytes))}</td>
              </tr>
            ))}
          </Table>
        )}
      </section>
      <Rejects />
    </main>
  );
}

const numbers = ['Records', 'Rows', 'Rejects', 'Ignored', 'Received'];

function Parts() {
  const { data, error, refetch } = useQuery(healthQuery);
  const parts = (data?.parts ?? []).toSorted((a, b) => Number(a.state === 'ok') - Number(b.state === 'ok'));
  return (
    <section className="panel" aria-labelledby="health">
      <header>
        <h2 id="health">Health</h2>
        {data && (
          <span className={`health ${data.state}`}>
            <i aria-hidden="true" /> {data.state}
          </span>
        )}
      </header>
      {error !== null && data === undefined && <Failure error={error} again={() => void refetch()} />}
      <ul className="parts">
        {parts.map(({ part, state, reason }) => (
          <li key={part} className={`health ${state}`} title={reason}>
            <i aria-hidden="true" />
            <span>
              {capital(part)}
              {state !== 'ok' && `: ${state}`}
              {reason !== '' && state !== 'ok' && <span className="soft"> {reason}</span>}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Rejects() {
  const { data } = useQuery(rejectsQuery);
  if (data === undefined || data.length === 0) return null;
  return (
    <section className="panel" aria-labelledby="rejects">
      <header>
        <h2 id="rejects">Latest records that could not be read</h2>
      </header>
      <ul className="rejects">
        {data.map(({ at, source, line, reason, text }) => (
          <li key={`${at} ${source} ${line} ${text}`}>
            <span>
              {reason}{' '}
              <span className="soft">
                {source}, line {line}, {second(at)} UTC
              </span>
            </span>
            <code>{text}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}
