import type { ExceptionPreview } from '../api/types.ts';
import { capital } from '../words/names.ts';

/** Why it is refused; where that is for confirmed cases, an administrator may say why it is made all the same. */
export function Override({
  preview: { refusal, confirmed },
  isAdmin,
  said,
  onSay,
}: {
  readonly preview: ExceptionPreview;
  readonly isAdmin: boolean;
  readonly said: string;
  readonly onSay: (said: string) => void;
}) {
  const why = confirmed.length > 0 ? 'It would hide what a person has confirmed as true.' : `${capital(refusal)}.`;
  return (
    <div className="refused">
      <div className="failure" role="alert">
        <strong>This exception is refused.</strong>
        <span>{why}</span>
        {confirmed.length > 0 && !isAdmin && (
          <span>Choose a narrower one, or ask an administrator, who can let it through with a reason.</span>
        )}
      </div>
      {confirmed.length > 0 && isAdmin && (
        <label className="field">
          <b>Why may it hide confirmed cases?</b>
          <textarea rows={2} maxLength={2_000} value={said} onChange={({ target }) => onSay(target.value)} />
          <span className="hint">
            You are an administrator: with a reason, which stands in the trail under your name, it is made all the same.
          </span>
        </label>
      )}
    </div>
  );
}
