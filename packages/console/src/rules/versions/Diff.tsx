import { useMemo } from 'react';
import { Scrolls } from '../../parts/Scrolls.tsx';
import { plural } from '../../words/figures.ts';
import { harmless } from '../../words/harmless.ts';
import { diffOf } from './diff.ts';

const said = { same: 'unchanged', gone: 'gone', new: 'new' } as const;
const signs = { same: ' ', gone: '−', new: '+' } as const;

/** What differs between two texts, line by line. */
export function Diff({
  before,
  after,
  label,
}: {
  readonly before: string;
  readonly after: string;
  /** What is compared with what. */
  readonly label: string;
}) {
  const parts = useMemo(() => diffOf(before, after), [before, after]);
  if (parts === undefined) return <p>The two differ in nearly every line.</p>;
  if (parts.length === 0) return <p>Nothing differs.</p>;
  const lines = parts.flat();
  const count = (kind: 'gone' | 'new') => lines.filter((line) => line.kind === kind).length;
  return (
    <>
      <p className="soft">
        {plural(count('new'), 'line')} new, {plural(count('gone'), 'line')} gone.
      </p>
      <Scrolls className="diff" label={label}>
        <table>
          <thead className="unseen">
            <tr>
              {['Line before', 'Line after', 'Change', 'Text'].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          {parts.map((part) => (
            <tbody key={`${part[0]?.before} ${part[0]?.after}`}>
              {part.map(({ kind, before: left, after: right, text }) => (
                <tr key={`${left} ${right}`} className={kind}>
                  <td>{left}</td>
                  <td>{right}</td>
                  <td>
                    <span aria-hidden="true">{signs[kind]}</span>
                    <span className="unseen">{said[kind]}</span>
                  </td>
                  <td>{harmless(text.replaceAll('\t', '    '))}</td>
                </tr>
              ))}
            </tbody>
          ))}
        </table>
      </Scrolls>
    </>
  );
}
