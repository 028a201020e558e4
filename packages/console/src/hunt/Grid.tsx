import { useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, useId, useMemo, useRef, useState } from 'react';
import { Copy } from '../parts/Copy.tsx';
import { useSay } from '../parts/notice.tsx';
import { Written } from '../parts/Scrolls.tsx';
import { type Column, cellText, columnWidth, exact, isNumeric, type Row, sortedRows } from './cells.ts';

const rowHeight = 28;

/** Rows of a result, of which only those in view are on the page. A cell is walked to by arrows; whole it stands below. */
export function Grid({
  columns,
  rows,
  shown,
}: {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Places of the columns that are shown. */
  readonly shown: readonly number[];
}) {
  const [sort, setSort] = useState<{ readonly at: number; readonly descending: boolean }>();
  const [cell, setCell] = useState<{ readonly row: number; readonly nth: number }>();
  const scroller = useRef<HTMLDivElement>(null);
  const id = useId();
  const say = useSay();
  const sorted = useMemo(() => {
    const column = sort === undefined ? undefined : columns[sort.at];
    return sort === undefined || column === undefined ? rows : sortedRows(rows, sort.at, column, sort.descending);
  }, [rows, columns, sort]);
  const widths = useMemo(() => columns.map((column, at) => columnWidth(column, at, rows)), [columns, rows]);
  const virtual = useVirtualizer({
    count: sorted.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    scrollPaddingStart: rowHeight,
  });
  const template = shown.map((at) => `minmax(${widths[at] ?? 100}px, ${widths[at] ?? 100}fr)`).join(' ');
  const least = shown.reduce((sum, at) => sum + (widths[at] ?? 100), 0);
  const nameOf = (row: number, nth: number) => `${id}-${row}-${nth}`;

  const walk = (event: KeyboardEvent) => {
    const { row, nth } = cell ?? { row: 0, nth: 0 };
    if ((event.ctrlKey || event.metaKey) && event.key === 'c' && cell !== undefined && getSelection()?.isCollapsed) {
      event.preventDefault();
      const at = shown[nth];
      if (at !== undefined)
        void navigator.clipboard.writeText(exact(sorted[row]?.[at])).then(
          () => say({ text: `${columns[at]?.name} copied.` }),
          () => say({ text: 'The browser does not let this page copy: mark the text and copy it.', isTrouble: true }),
        );
      return;
    }
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 2);
    const moves: Readonly<Record<string, readonly [number, number]>> = {
      ArrowDown: [row + 1, nth],
      ArrowUp: [row - 1, nth],
      ArrowLeft: [row, nth - 1],
      ArrowRight: [row, nth + 1],
      PageDown: [row + page, nth],
      PageUp: [row - page, nth],
      Home: [event.ctrlKey ? 0 : row, 0],
      End: [event.ctrlKey ? sorted.length - 1 : row, shown.length - 1],
    };
    const to = moves[event.key];
    if (to === undefined || event.target !== scroller.current) return;
    event.preventDefault();
    const next =
      cell === undefined
        ? { row: 0, nth: 0 }
        : {
            row: Math.min(Math.max(to[0], 0), sorted.length - 1),
            nth: Math.min(Math.max(to[1], 0), shown.length - 1),
          };
    setCell(next);
    virtual.scrollToIndex(next.row);
    requestAnimationFrame(() =>
      document.getElementById(nameOf(next.row, next.nth))?.scrollIntoView({ block: 'nearest', inline: 'nearest' }),
    );
  };

  const chosen = cell === undefined ? undefined : shown[cell.nth];
  const column = chosen === undefined ? undefined : columns[chosen];
  const value = cell === undefined || chosen === undefined ? undefined : sorted[cell.row]?.[chosen];
  return (
    <>
      <div
        className="sheet grid"
        ref={scroller}
        tabIndex={0}
        role="grid"
        aria-label="Rows of the result"
        aria-rowcount={sorted.length + 1}
        aria-colcount={shown.length}
        aria-activedescendant={cell === undefined ? undefined : nameOf(cell.row, cell.nth)}
        onKeyDown={walk}
      >
        <div role="rowgroup" className="sheet-head" style={{ minWidth: least }}>
          <div role="row" aria-rowindex={1} className="sheet-row" style={{ gridTemplateColumns: template }}>
            {shown.map((at) => {
              const { name = '', type = '' } = columns[at] ?? {};
              const isSorted = sort?.at === at;
              return (
                <span
                  key={name}
                  role="columnheader"
                  className={isNumeric({ name, type }) ? 'number' : ''}
                  aria-sort={isSorted ? (sort.descending ? 'descending' : 'ascending') : 'none'}
                >
                  <button
                    type="button"
                    className="sort"
                    title={`${name}: ${type}`}
                    onClick={() => {
                      setSort(
                        isSorted ? (sort.descending ? undefined : { at, descending: true }) : { at, descending: false },
                      );
                      setCell(undefined);
                    }}
                  >
                    {name}
                    <span aria-hidden="true">{isSorted ? (sort.descending ? ' ↓' : ' ↑') : ''}</span>
                  </button>
                </span>
              );
            })}
          </div>
        </div>
        <div role="rowgroup" className="rows-all" style={{ height: virtual.getTotalSize(), minWidth: least }}>
          {virtual.getVirtualItems().map(({ index, start, key }) => (
            <div
              key={key}
              role="row"
              aria-rowindex={index + 2}
              className="sheet-row"
              style={{ gridTemplateColumns: template, transform: `translateY(${start}px)` }}
            >
              {shown.map((at, nth) => {
                const of = columns[at] ?? { name: '', type: '' };
                const isActive = cell?.row === index && cell.nth === nth;
                const look = isNumeric(of) ? 'number' : '';
                return (
                  // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys
                  <span
                    key={of.name}
                    id={nameOf(index, nth)}
                    role="gridcell"
                    aria-selected={isActive}
                    className={isActive ? `${look} active` : look}
                    onClick={() => setCell({ row: index, nth })}
                  >
                    {cellText(of, sorted[index]?.[at])}
                  </span>
                );
              })}
            </div>
          ))}
        </div>
      </div>
      {column !== undefined && (
        <div className="whole">
          <strong>{column.name}</strong> <span className="soft">{column.type}</span>
          <Copy text={exact(value)} label={column.name}>
            Copy cell
          </Copy>
          <Written text={value === null || value === undefined ? 'unknown' : exact(value)} />
        </div>
      )}
    </>
  );
}
