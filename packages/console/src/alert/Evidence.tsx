import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import { evidenceQuery } from '../api/alerts.ts';
import type { Alert } from '../api/types.ts';
import { aboutAlert } from '../hunt/aboutAlert.ts';
import { Copy } from '../parts/Copy.tsx';
import { Failure } from '../parts/Failure.tsx';
import { Scrolls } from '../parts/Scrolls.tsx';
import { count, plural } from '../words/figures.ts';
import { asTable, cellText, columnsOf, columnWidth, isNumber, shownFirst } from './columns.ts';

const rowHeight = 28;

/** The rows that bear an alert out, as they were kept with it: a table of which only what is in view is on the page. */
export function Evidence({ alert }: { readonly alert: Alert }) {
  const { id } = alert;
  const { data, error, refetch } = useQuery(evidenceQuery(id));
  const rows = useMemo(
    () => (data?.rows ?? []).toSorted((a, b) => String(a.Timestamp ?? '').localeCompare(String(b.Timestamp ?? ''))),
    [data],
  );
  const all = useMemo(() => columnsOf(rows), [rows]);
  const [wanted, setWanted] = useState<readonly string[]>();
  const shown = wanted ?? shownFirst(all);
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  const template = shown.map((name) => `minmax(${columnWidth(name)}px, ${columnWidth(name)}fr)`).join(' ');
  const least = shown.reduce((sum, name) => sum + columnWidth(name), 0);
  return (
    <section className="panel" aria-labelledby="evidence">
      <header>
        <h2 id="evidence">Evidence</h2>
        {data && (
          <span className="soft">
            {rows.length < data.count
              ? `${count(rows.length)} rows kept of ${count(data.count)}`
              : plural(rows.length, 'row')}
          </span>
        )}
        <span className="push" />
        <details className="menu">
          <summary>Columns</summary>
          <div className="menu-card columns">
            {all.map((name) => (
              <label key={name} className="check">
                <input
                  type="checkbox"
                  checked={shown.includes(name)}
                  onChange={({ target }) =>
                    setWanted(all.filter((each) => (each === name ? target.checked : shown.includes(each))))
                  }
                />{' '}
                {name}
              </label>
            ))}
          </div>
        </details>
        <Copy text={asTable(shown, rows)} label={`${plural(rows.length, 'row')} of evidence`}>
          Copy rows
        </Copy>
        <Link className="button" to="/hunt" search={{ q: aboutAlert(alert) }}>
          Hunt with this
        </Link>
        <a className="button" href={`/api/alerts/${id}/export`} download>
          Export case
        </a>
      </header>
      {error !== null && data === undefined && <Failure error={error} again={() => void refetch()} />}
      {rows.length > 0 && (
        <Scrolls className="sheet" ref={scroller} label="Rows of evidence">
          <div role="table" aria-rowcount={rows.length + 1} style={{ minWidth: least }}>
            <div role="rowgroup" className="sheet-head">
              <div role="row" aria-rowindex={1} className="sheet-row" style={{ gridTemplateColumns: template }}>
                {shown.map((name) => (
                  <span key={name} role="columnheader" className={isNumber(name) ? 'number' : ''} title={name}>
                    {name}
                  </span>
                ))}
              </div>
            </div>
            <div role="rowgroup" className="rows-all" style={{ height: virtual.getTotalSize() }}>
              {virtual.getVirtualItems().map(({ index, start, key }) => (
                <div
                  key={key}
                  role="row"
                  aria-rowindex={index + 2}
                  className="sheet-row"
                  style={{ gridTemplateColumns: template, transform: `translateY(${start}px)` }}
                >
                  {shown.map((name) => {
                    const text = cellText(name, rows[index]?.[name]);
                    return (
                      <span key={name} role="cell" className={isNumber(name) ? 'number' : ''} title={text}>
                        {text}
                      </span>
                    );
                  })}
                </div>
              ))}
            </div>
          </div>
        </Scrolls>
      )}
    </section>
  );
}
