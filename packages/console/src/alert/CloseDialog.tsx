import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import type { AlertChange, Verdict } from '../api/types.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { plural } from '../words/figures.ts';
import { verdictName, verdicts } from '../words/names.ts';

/** Asks for the verdict with which alerts are closed, and for what the next person should know. */
export function CloseDialog({
  count,
  onClose,
  onDone,
}: {
  readonly count: number;
  readonly onClose: () => void;
  readonly onDone: (change: AlertChange) => void;
}) {
  const [verdict, setVerdict] = useState<Verdict>();
  const [comment, setComment] = useState('');
  const first = useRef<HTMLInputElement>(null);
  const why = useRef<HTMLTextAreaElement>(null);
  useEffect(() => first.current?.focus(), []);
  const done = () => {
    if (verdict === undefined) return;
    onDone({ state: 'closed', verdict, ...(comment.trim() === '' ? {} : { comment: comment.trim() }) });
  };
  const byKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) done();
    // What is typed next is the reason: a digit of it changes no verdict.
    const nth = event.target instanceof HTMLInputElement ? verdicts[Number(event.key) - 1] : undefined;
    if (nth === undefined) return;
    event.preventDefault();
    setVerdict(nth.value);
    why.current?.focus();
  };
  return (
    <Dialog title={count === 1 ? 'Close this alert' : `Close ${plural(count, 'alert')}`} onClose={onClose}>
      <form
        onKeyDown={byKey}
        onSubmit={(event) => {
          event.preventDefault();
          done();
        }}
      >
        <fieldset className="verdicts">
          <legend>What was it?</legend>
          {verdicts.map(({ value, means }, index) => (
            <label key={value} className={verdict === value ? 'verdict chosen' : 'verdict'}>
              <input
                ref={index === 0 ? first : undefined}
                type="radio"
                name="verdict"
                value={value}
                checked={verdict === value}
                onChange={() => setVerdict(value)}
              />
              <span>
                <strong>{verdictName(value)}</strong> <kbd>{index + 1}</kbd>
                <br />
                {means}
              </span>
            </label>
          ))}
        </fieldset>
        <label className="field">
          Why? For who meets the like of it next.
          <textarea
            ref={why}
            rows={3}
            value={comment}
            onChange={(event) => setComment(event.target.value)}
            maxLength={10_000}
          />
        </label>
        <footer className="dialog-foot">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={verdict === undefined}>
            Close with this verdict <kbd>Ctrl Enter</kbd>
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
