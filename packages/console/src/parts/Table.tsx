import type { ReactNode } from 'react';
import { Scrolls } from './Scrolls.tsx';

/** A table that scrolls by itself, with its columns' names above; its rows are the children. */
export function Table({
  label,
  heads,
  numbers = [],
  isTall = false,
  children,
}: {
  readonly label: string;
  readonly heads: readonly string[];
  /** Those of the columns that stand right, as numbers do. */
  readonly numbers?: readonly string[];
  readonly isTall?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <Scrolls className={isTall ? 'answer-rows tall' : 'answer-rows'} label={label}>
      <table>
        <thead>
          <tr>
            {heads.map((name) => (
              <th key={name} scope="col" className={numbers.includes(name) ? 'number' : ''}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </Scrolls>
  );
}
