import { useMemo, useState } from 'react';
import { Copy } from '../parts/Copy.tsx';
import { count, plural } from '../words/figures.ts';
import { Chart } from './chart/Chart.tsx';
import { chartOf } from './chart/chart.ts';
import { asCsv, asJson, asTabs, download } from './export.ts';
import { Grid } from './Grid.tsx';
import type { Parser } from './kql/parser.ts';
import { useRendering } from './useRendering.ts';
import type { Answered } from './useRun.ts';

/** What a query gave: drawn where it says `render`, and always as rows. */
export function Results({
  answered: { result, took, rowsMost },
  kql,
  parser,
}: {
  readonly answered: Answered;
  /** What was asked. */
  readonly kql: string;
  readonly parser: Parser | undefined;
}) {
  const { columns, rows, truncated, warnings } = result;
  const rendering = useRendering(parser, kql);
  const [hidden, setHidden] = useState<ReadonlySet<number>>(new Set());
  const chart = useMemo(
    () => (rendering == null ? undefined : chartOf(rendering, columns, rows)),
    [rendering, columns, rows],
  );
  const [asRows, setAsRows] = useState(false);
  const isDrawn = chart !== undefined && 'series' in chart;
  const shown = columns.map((_, at) => at).filter((at) => !hidden.has(at));
  const kept = shown.flatMap((at) => columns[at] ?? []);
  const cut = () => rows.map((row) => shown.map((at) => row[at]));
  const rowsText = truncated ? `first ${count(rows.length)} rows` : plural(rows.length, 'row');
  return (
    <section className="panel results" aria-labelledby="results">
      <header>
        <h2 id="results">Result</h2>
        <span className="soft" role="status">
          {rowsText}, {(took / 1_000).toFixed(took < 10_000 ? 2 : 1)} s
        </span>
        <span className="push" />
        {isDrawn && (
          <div className="either" role="group" aria-label="How it is shown">
            <button type="button" aria-pressed={!asRows} onClick={() => setAsRows(false)}>
              Chart
            </button>
            <button type="button" aria-pressed={asRows} onClick={() => setAsRows(true)}>
              Table
            </button>
          </div>
        )}
        <details className="menu">
          <summary>Columns</summary>
          <div className="menu-card columns">
            {columns.map(({ name, type }, at) => (
              <label key={name} className="check">
                <input
                  type="checkbox"
                  checked={!hidden.has(at)}
                  onChange={({ target }) => {
                    const next = new Set(hidden);
                    if (target.checked) next.delete(at);
                    else next.add(at);
                    setHidden(next);
                  }}
                />{' '}
                {name} <span className="soft">{type}</span>
              </label>
            ))}
          </div>
        </details>
        <Copy text={() => asTabs(kept, cut())} label={plural(rows.length, 'row')}>
          Copy rows
        </Copy>
        <button
          type="button"
          className="small"
          onClick={() => download('hunt.csv', 'text/csv;charset=utf-8', asCsv(kept, cut()))}
        >
          CSV
        </button>
        <button
          type="button"
          className="small"
          onClick={() => download('hunt.json', 'application/json', asJson(kept, cut()))}
        >
          JSON
        </button>
      </header>
      {truncated && (
        <p className="note">
          {rows.length < rowsMost
            ? `These are the first ${count(rows.length)} rows: more would be too much for one answer.`
            : `These are the first ${count(rowsMost)} rows, and there are more.`}{' '}
          Say <code>take</code> for so many on purpose, or <code>summarize</code> to see all of them added up. Sorting
          here orders these rows alone.
        </p>
      )}
      {warnings.map(({ place, message, advice }) => (
        <p key={`${place} ${message}`} className="note">
          {message} {advice}
        </p>
      ))}
      {chart !== undefined && !('series' in chart) && <p className="note">Shown as a table: {chart.why}</p>}
      {rows.length === 0 ? (
        <NoRows />
      ) : rendering === undefined ? (
        <p className="waiting">Drawing…</p>
      ) : isDrawn && !asRows ? (
        <Chart chart={chart} />
      ) : (
        <Grid columns={columns} rows={rows} shown={shown} />
      )}
    </section>
  );
}

function NoRows() {
  return (
    <p>
      <strong>No rows.</strong> That says little where the logs lack what the query asks for:{' '}
      <a href="/sources">the sources</a> tell what comes in. Widen the time, or take a condition away.
    </p>
  );
}
