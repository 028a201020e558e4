import { useEffect, useState } from 'react';
import type { Rendering } from './kql/asked.ts';
import type { Parser } from './kql/parser.ts';

/** How the query that was run says its result is to be drawn, whatever the text has become since; null: not at all.
 *  undefined: that is not known yet. */
export function useRendering(parser: Parser | undefined, kql: string): Rendering | null | undefined {
  const mayDraw = parser !== undefined && /\brender\b/.test(kql);
  const [found, setFound] = useState<{ readonly kql: string; readonly rendering: Rendering | null }>();
  useEffect(() => {
    if (!mayDraw) return;
    let isWanted = true;
    const take = (rendering: Rendering | null) => {
      if (isWanted) setFound({ kql, rendering });
    };
    parser.ask('check', { text: kql }).then(
      ({ rendering }) => take(rendering ?? null),
      () => take(null),
    );
    return () => {
      isWanted = false;
    };
  }, [parser, kql, mayDraw]);
  if (!mayDraw) return null;
  return found?.kql === kql ? found.rendering : undefined;
}
