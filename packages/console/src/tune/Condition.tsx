import { useId, useRef } from 'react';
import { capital } from '../words/names.ts';
import { type Mistake, offsetOf } from './place.ts';

/** The condition as KQL, with what is wrong in it shown where it is. */
export function Condition({
  when,
  mistake,
  onChange,
}: {
  readonly when: string;
  readonly mistake: Mistake | undefined;
  readonly onChange: (when: string) => void;
}) {
  const id = useId();
  const box = useRef<HTMLTextAreaElement>(null);
  const go = (to: Mistake) => {
    const at = offsetOf(when, to);
    box.current?.focus();
    box.current?.setSelectionRange(at, at);
  };
  return (
    <div className="field">
      <label htmlFor={id}>Condition</label>
      <textarea
        id={id}
        ref={box}
        className="mono"
        rows={Math.min(14, Math.max(4, when.split('\n').length + 1))}
        value={when}
        maxLength={10_000}
        spellCheck={false}
        required
        aria-invalid={mistake !== undefined}
        aria-describedby={`${id}-hint`}
        onChange={({ target }) => onChange(target.value)}
      />
      <span className="hint" id={`${id}-hint`}>
        KQL over what an alert knows: DeviceName, AccountName, Process, FolderPath, ParentProcess, Service, RemoteHost,
        BytesSent and more.
      </span>
      {mistake !== undefined && (
        <div className="failure mistake" role="alert">
          <button type="button" className="link" onClick={() => go(mistake)}>
            Line {mistake.line}, column {mistake.column}
          </button>
          <span>
            {capital(mistake.message)}. {mistake.advice}
          </span>
          <pre aria-hidden="true">
            {`${mistake.text}\n${mistake.text.slice(0, mistake.column - 1).replace(/[^\t]/g, ' ')}^`}
          </pre>
        </div>
      )}
    </div>
  );
}
