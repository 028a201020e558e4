import { useEffect, useState } from 'react';
import { present } from '../present.ts';

/** How often what is told as `4 min ago` is told anew, in milliseconds. */
const every = 30_000;

/** The present in milliseconds since 1970, in steps. */
export function useNow(): number {
  const [now, setNow] = useState(present);
  useEffect(() => {
    const timer = setInterval(() => setNow(present()), every);
    return () => clearInterval(timer);
  }, []);
  return now;
}
