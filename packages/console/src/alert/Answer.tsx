import { useState } from 'react';
import type { QueryResult } from '../api/types.ts';
import { Table } from '../parts/Table.tsx';
import { count, plural } from '../words/figures.ts';
import { cellText, isNumber } from './columns.ts';

const rowsAtFirst = 10;

/** The rows that answer a question; none of them is told from logs that could not know. */
export function Answer({
  result: { columns, rows, truncated, empty },
  label,
}: {
  readonly result: QueryResult;
  readonly label: string;
}) {
  const [all, setAll] = useState(false);
  if (rows.length === 0)
    return (
      <p>
        <strong>No rows.</strong>{' '}
        {empty.map(({ table, ofDevice }) => (
          <span key={table} className="unknown">
            The logs have no {table}
            {ofDevice ? ' of this device' : ''}, so this says nothing.{' '}
          </span>
        ))}
      </p>
    );
  const shown = all ? rows : rows.slice(0, rowsAtFirst);
  const numbers = columns
    .filter(({ name, type }) => isNumber(name) || ['long', 'int', 'real', 'decimal'].includes(type))
    .map(({ name }) => name);
  return (
    <>
      <Table label={`Answer: ${label}`} heads={columns.map(({ name }) => name)} numbers={numbers}>
        {shown.map((row, nth) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of an answer have no other name, and never move
          <tr key={nth}>
            {columns.map(({ name }, at) => {
              const text = cellText(name, row[at]);
              return (
                <td key={name} className={numbers.includes(name) ? 'number' : ''} title={text}>
                  {text}
                </td>
              );
            })}
          </tr>
        ))}
      </Table>
      <p className="soft">
        {plural(rows.length, 'row')}
        {truncated && ', and there are more'}
        {rows.length > shown.length && (
          <>
            , {count(shown.length)} shown.{' '}
            <button type="button" className="link" onClick={() => setAll(true)}>
              Show all
            </button>
          </>
        )}
      </p>
    </>
  );
}
