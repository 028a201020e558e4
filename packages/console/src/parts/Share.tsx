import { percent } from '../words/figures.ts';

/** A part of a whole as a bar with its figure. */
export function Share({ part, whole }: { readonly part: number; readonly whole: number }) {
  const width = whole === 0 ? 0 : (100 * Math.min(part, whole)) / whole;
  return (
    <span className="share">
      <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect width="100" height="8" className="share-whole" />
        <rect width={width} height="8" className="share-part" />
      </svg>
      {percent(part, whole)}
    </span>
  );
}
