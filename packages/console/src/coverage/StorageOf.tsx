import type { Storage } from '../api/types.ts';
import { Share } from '../parts/Share.tsx';
import { Table } from '../parts/Table.tsx';
import { useNow } from '../parts/useNow.ts';
import { bytes, count, longOf, plural } from '../words/figures.ts';
import { ago, second, spanName } from '../words/time.ts';

/** How long logs are kept, how much they take, and how much room is left. */
export function StorageOf({ storage: { keep, most, oldest, journal, tables, disk } }: { readonly storage: Storage }) {
  const now = useNow();
  const taken = tables.reduce((sum, each) => sum + each.bytes, 0);
  const filled = tables.filter(({ rows }) => rows > 0);
  return (
    <section className="panel" aria-labelledby="storage">
      <header>
        <h2 id="storage">Storage</h2>
        <span className="soft">
          {bytes(BigInt(taken))} in {plural(filled.length, 'table')}
        </span>
      </header>
      <dl className="facts wide">
        <div>
          <dt>Kept for</dt>
          <dd>
            {spanName(keep * 1_000)}
            {most !== null && `, and at most ${bytes(longOf(most))}: then the oldest days go first`}
          </dd>
        </div>
        <div>
          <dt>Reaches back</dt>
          <dd>{oldest === null ? 'there is no connection yet' : `to ${second(oldest)} UTC, ${ago(oldest, now)}`}</dd>
        </div>
        <div>
          <dt>Disk</dt>
          <dd>
            <Share part={disk.size - disk.free} whole={disk.size} /> of {bytes(BigInt(disk.size))} used,{' '}
            {bytes(BigInt(disk.free))} free
          </dd>
        </div>
        <div>
          <dt>Not yet rows</dt>
          <dd>{bytes(BigInt(journal))} in the journal</dd>
        </div>
      </dl>
      {filled.length > 0 && (
        <Table
          label="Table of what is kept"
          heads={['Table', 'Rows', 'Size', 'Files']}
          numbers={['Rows', 'Size', 'Files']}
        >
          {filled.map(({ table, rows, bytes: size, segments }) => (
            <tr key={table}>
              <td>{table}</td>
              <td className="number">{count(rows)}</td>
              <td className="number">{bytes(BigInt(size))}</td>
              <td className="number">{count(segments)}</td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}
