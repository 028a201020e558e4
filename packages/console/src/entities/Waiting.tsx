import { useEffect, useState } from 'react';

const longAfter = 6_000;

/** That a month of connections is being summed up, and after a while that it may take long. */
export function Waiting() {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), longAfter);
    return () => clearTimeout(timer);
  }, []);
  return (
    <p className="soft" aria-busy="true" role="status">
      Summing up a month of connections…
      {isLong && ' This takes long: other queries run before it, or there are many connections. It ends by itself.'}
    </p>
  );
}
