import type { Diagnostic } from './kql/asked.ts';

export type Told = Pick<Diagnostic, 'code' | 'line' | 'column' | 'start' | 'length' | 'message' | 'advice'> & {
  readonly severity: Diagnostic['severity'] | 'information';
};

/** What is wrong with the text, each at its place and with the way out. */
export function Mistakes({
  of,
  diagnostics,
  onGo,
}: {
  /** What is written. */
  readonly of: 'query' | 'rule';
  readonly diagnostics: readonly Told[];
  readonly onGo: (at: { readonly start: number; readonly end: number }) => void;
}) {
  if (diagnostics.length === 0) return null;
  return (
    <ul className="mistakes" aria-label={`What is wrong with the ${of}`} aria-live="polite">
      {diagnostics.map(({ code, severity, line, column, start, length, message, advice }) => (
        <li key={`${code} ${start} ${message}`} className={severity}>
          <button
            type="button"
            className="link"
            onClick={() => onGo({ start, end: start + length })}
            aria-label={`${line}:${column}, go there`}
          >
            {line}:{column}
          </button>
          <span>
            {message} {advice !== undefined && <strong>{advice}</strong>} <span className="soft">{code}</span>
          </span>
        </li>
      ))}
    </ul>
  );
}
