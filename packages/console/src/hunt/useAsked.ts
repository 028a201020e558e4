import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';
import { huntsQuery } from '../api/hunt.ts';
import { useSay } from '../parts/notice.tsx';
import type { EditorHandle } from './editor/Editor.tsx';
import { huntOfSearch, type Opened, rangeOfHunt, searchOfHunt } from './opened.ts';
import { addressOf, type HuntSearch } from './search.ts';

/** What is asked and over which time, the hunt that it was opened from, and the address that leads back to it. `first` is what
 *  stands there at first, where the address says nothing. */
export function useAsked({
  search,
  first,
  editor,
}: {
  readonly search: HuntSearch;
  readonly first: () => string;
  readonly editor: RefObject<EditorHandle | null>;
}) {
  const navigate = useNavigate();
  const say = useSay();
  const [text, setText] = useState(() => search.q ?? first());
  const [range, setRange] = useState(search.range ?? '');
  const [hunt, setHunt] = useState<Opened>();
  const [puts, setPuts] = useState(0);
  // What of the address stands in the editor already.
  const shown = useRef<HuntSearch>(search.q === undefined ? {} : { q: search.q });

  const put = useCallback(
    (next: string, nextRange: string) => {
      setText(next);
      setRange(nextRange);
      setPuts((before) => before + 1);
      editor.current?.replace(next);
    },
    [editor],
  );
  // A dialog that closes gives the focus back first.
  const isWritten = useRef(false);
  useEffect(() => {
    if (puts > 0 && isWritten.current) editor.current?.focus();
    isWritten.current = false;
  }, [puts, editor]);
  const { data: hunts } = useQuery(huntsQuery);
  useEffect(() => {
    const { current } = shown;
    if (search.q !== undefined) {
      if (search.q !== current.q) put(search.q, search.range ?? '');
      shown.current = { q: search.q };
      return;
    }
    if (hunts === undefined || (search.hunt === undefined && search.saved === undefined)) return;
    if (search.hunt === current.hunt && search.saved === current.saved) return;
    shown.current = search;
    const wanted = huntOfSearch(search, hunts);
    setHunt(wanted);
    if (wanted === undefined) say({ text: 'The hunt of this link is not there any more.', isTrouble: true });
    else put(wanted.hunt.query, rangeOfHunt(wanted));
  }, [search, hunts, put, say]);

  const isHunt = hunt !== undefined && text === hunt.hunt.query && range === rangeOfHunt(hunt);
  return {
    ...{ text, setText, range, setRange, hunt, isHunt },
    /** Changes each time that a text is put in. */
    puts,
    /** Puts another text in the place of what is there. */
    put: (next: string, nextRange: string) => {
      setHunt(undefined);
      isWritten.current = true;
      put(next, nextRange);
    },
    show: (next: Opened) => {
      setHunt(next);
      isWritten.current = true;
      put(next.hunt.query, rangeOfHunt(next));
      shown.current = searchOfHunt(next);
      void navigate({ to: '/hunt', search: shown.current });
    },
    putAway: () => setHunt(undefined),
    /** Undefined where it is too long for one. */
    address: isHunt ? searchOfHunt(hunt) : addressOf(text, range),
    /** Says in the address what is asked. */
    tell: (written: string) => {
      shown.current = (isHunt ? searchOfHunt(hunt) : addressOf(written, range)) ?? {};
      void navigate({ to: '/hunt', search: shown.current, replace: true });
    },
  };
}
