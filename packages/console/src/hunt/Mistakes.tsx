import type { Diagnostic } from './kql/asked.ts';

/** What is wrong with the text, each at its place and with the way out. */
export function Mistakes({
  diagnostics,
  onGo,
}: {
  readonly diagnostics: readonly Diagnostic[];
  readonly onGo: (at: { readonly start: number; readonly end: number }) => void;
}) {
  if (diagnostics.length === 0) return null;
  return (
    <ul className="mistakes" aria-label="What is wrong with the query" aria-live="polite">
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
