import { type ComponentProps, useEffect, useId, useRef } from 'react';

interface Props extends ComponentProps<'input'> {
  readonly label: string;
  readonly hint?: string;
}

/** A line to write into, with its name above and help below. */
export function Field({ label, hint, autoFocus, ...input }: Props) {
  const id = useId();
  const ref = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (autoFocus) ref.current?.focus();
  }, [autoFocus]);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} ref={ref} required aria-describedby={hint && `${id}-hint`} {...input} />
      {hint && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
    </div>
  );
}
