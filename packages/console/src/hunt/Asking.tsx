import { useState } from 'react';
import { isRange, momentsOf, ranges } from './search.ts';

interface Props {
  readonly range: string;
  readonly rowsMost: number;
  /** What the service gives at most. */
  readonly most: number;
  readonly isRunning: boolean;
  readonly onRange: (range: string) => void;
  readonly onRows: (rows: number) => void;
  readonly onRun: () => void;
  readonly onCancel: () => void;
}

/** Run and cancel, over which time, and how many rows at most. */
export function Asking({ range, rowsMost, most, isRunning, onRange, onRows, onRun, onCancel }: Props) {
  const moments = momentsOf(range);
  const [own, setOwn] = useState(moments !== undefined);
  const limits = [...new Set([1_000, 10_000, 100_000].map((each) => Math.min(each, most)))];
  return (
    <div className="asking-row">
      <button type="button" className="primary" onClick={onRun} disabled={isRunning}>
        Run <kbd>Ctrl Enter</kbd>
      </button>
      <button type="button" onClick={onCancel} disabled={!isRunning}>
        Cancel
      </button>
      <label className="select">
        Time{' '}
        <select
          value={own ? 'own' : range}
          onChange={({ target }) => {
            setOwn(target.value === 'own');
            onRange(target.value === 'own' ? '' : target.value);
          }}
        >
          {ranges.map(({ value, name }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
          <option value="own">From and until…</option>
        </select>
      </label>
      {own && <Moments range={range} onRange={onRange} />}
      <label className="select">
        At most{' '}
        <select value={rowsMost} onChange={({ target }) => onRows(Number(target.value))}>
          {limits.map((each) => (
            <option key={each} value={each}>
              {each.toLocaleString('en')} rows
            </option>
          ))}
        </select>
      </label>
      <span className="soft hints" id="editor-keys">
        <kbd>Ctrl Space</kbd> completes, <kbd>Tab</kbd> leaves the editor
      </span>
    </div>
  );
}

function Moments({ range, onRange }: Pick<Props, 'range' | 'onRange'>) {
  const given = momentsOf(range);
  const [from, setFrom] = useState(given?.from.slice(0, 16) ?? '');
  const [until, setUntil] = useState(given?.until.slice(0, 16) ?? '');
  const set = (nextFrom: string, nextUntil: string) => {
    setFrom(nextFrom);
    setUntil(nextUntil);
    const both = `${nextFrom}Z/${nextUntil}Z`;
    onRange(isRange(both) ? both : '');
  };
  const isOpen = !isRange(`${from}Z/${until}Z`);
  return (
    <span className="moments">
      <label>
        From <input type="datetime-local" value={from} onChange={({ target }) => set(target.value, until)} />
      </label>
      <label>
        until <input type="datetime-local" value={until} onChange={({ target }) => set(from, target.value)} />
      </label>{' '}
      <span className="soft">UTC{isOpen && ': both are needed'}</span>
    </span>
  );
}
