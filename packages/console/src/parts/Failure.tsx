import { ApiProblem } from '../api/client.ts';

/** What went wrong, and the way out; said aloud to who cannot see it. `again` tries it once more. */
export function Failure({ error, again }: { readonly error: unknown; readonly again?: () => void }) {
  const message = error instanceof Error ? error.message : String(error);
  return (
    <div className="failure" role="alert">
      <strong>{sentence(message)}</strong>
      {error instanceof ApiProblem && <span> {sentence(error.advice)}</span>}
      {again && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…]$/.test(capital) || capital === '' ? capital : `${capital}.`;
}
