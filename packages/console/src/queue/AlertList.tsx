import { useVirtualizer } from '@tanstack/react-virtual';
import { type Ref, useEffect, useImperativeHandle, useLayoutEffect, useRef } from 'react';
import type { Alert } from '../api/types.ts';
import { useMedia } from '../parts/useMedia.ts';
import { useNow } from '../parts/useNow.ts';
import { AlertRow } from './AlertRow.tsx';
import { useQueueMemory } from './memory.ts';

export interface AlertListHandle {
  /** Brings a row into view and gives it the keyboard's focus. */
  readonly show: (at: number) => void;
  readonly focus: () => void;
}

interface Props {
  readonly ref: Ref<AlertListHandle>;
  readonly rows: readonly Alert[];
  /** How many there are, loaded or not. */
  readonly total: number;
  readonly focus: number | undefined;
  readonly chosen: ReadonlySet<number>;
  /** Loads more; undefined: there is nothing more, or it comes. */
  readonly more: (() => void) | undefined;
  readonly onFocus: (id: number) => void;
  readonly onOpen: (id: number) => void;
  readonly onToggle: (id: number) => void;
}

/** Row heights in pixels, as queue.css has them. */
const wide = 58;
const narrow = 86;

/** Only the rows in view are on the page: ten thousand scroll as ten do. */
export function AlertList({ ref, rows, total, focus, chosen, more, onFocus, onOpen, onToggle }: Props) {
  const memory = useQueueMemory();
  const scroller = useRef<HTMLDivElement>(null);
  const height = useMedia('(max-width: 899px)') ? narrow : wide;
  const now = useNow();
  const wanted = useRef<number>(undefined);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 10,
    initialOffset: memory.scroll,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: heights are measured anew where they change
  useEffect(() => virtual.measure(), [height]);

  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= rows.length - 40) more?.();
  }, [last, rows.length, more]);

  useImperativeHandle(ref, () => ({
    show: (at) => {
      wanted.current = rows[at]?.id;
      virtual.scrollToIndex(at);
    },
    focus: () => {
      wanted.current = focus;
      giveFocus();
    },
  }));
  const giveFocus = () => {
    const row = wanted.current === undefined ? null : scroller.current?.querySelector(`[data-id="${wanted.current}"]`);
    if (!(row instanceof HTMLElement)) return;
    row.focus({ preventScroll: true });
    wanted.current = undefined;
  };
  // A row that was scrolled to is on the page only after it was drawn.
  useLayoutEffect(giveFocus);

  return (
    <div className="list" role="grid" aria-label="Alerts" aria-rowcount={total + 1} aria-multiselectable="true">
      <div className="row head" role="row" aria-rowindex={1}>
        {['', 'Severity', 'What', 'Who', 'Sent', 'Since', 'Sure', 'State'].map((name) => (
          <div role="columnheader" key={name} className={`c-${name.toLowerCase() || 'check'}`}>
            {name === 'Since' ? 'Since (UTC)' : name || <span className="unseen">Chosen</span>}
          </div>
        ))}
      </div>
      <div
        className="rows"
        role="rowgroup"
        ref={scroller}
        onScroll={({ currentTarget }) => {
          memory.scroll = currentTarget.scrollTop;
        }}
      >
        <div role="presentation" className="rows-all" style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, start }) => {
            const alert = rows[index];
            return (
              alert && (
                <AlertRow
                  key={alert.id}
                  alert={alert}
                  now={now}
                  index={index}
                  top={start}
                  isFocused={alert.id === focus}
                  isChosen={chosen.has(alert.id)}
                  onFocus={onFocus}
                  onOpen={onOpen}
                  onToggle={onToggle}
                />
              )
            );
          })}
        </div>
      </div>
    </div>
  );
}
