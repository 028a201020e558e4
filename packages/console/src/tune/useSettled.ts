import { useEffect, useState } from 'react';

/** How long nobody types before what was typed is asked about, in milliseconds. */
const pause = 400;

/** A text that is being typed, as it was when the typing last paused. */
export function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), pause);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
