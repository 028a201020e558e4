import { useEffect, useRef } from 'react';
import { Copy } from '../parts/Copy.tsx';

/** What is told this once. */
export function Secret({
  title,
  text,
  label,
  children,
  onDone,
}: {
  readonly title: string;
  readonly text: string;
  readonly label: string;
  /** What to do with it, and how long it holds. */
  readonly children: React.ReactNode;
  readonly onDone: () => void;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section className="panel secret" aria-label={title}>
      <header>
        <h2 ref={heading} tabIndex={-1}>
          {title}
        </h2>
      </header>
      <p>{children}</p>
      <div className="secret-line">
        <code>{text}</code>
        <Copy text={text} label={label} />
      </div>
      <p className="hint">It is shown this once: Weir keeps no copy that could be shown again.</p>
      <footer className="dialog-foot">
        <button type="button" onClick={onDone}>
          Done
        </button>
      </footer>
    </section>
  );
}
