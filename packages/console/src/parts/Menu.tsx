import { type FocusEvent, type ReactNode, useRef } from 'react';

/** What opens below its name, and closes where the focus goes elsewhere. The children are given what closes it. */
export function Menu({
  name,
  label,
  side = 'right',
  children,
}: {
  readonly name: ReactNode;
  /** What it is, where its name does not say so. */
  readonly label?: string;
  /** The side of its name that it keeps to. */
  readonly side?: 'left' | 'right';
  readonly children: (close: () => void) => ReactNode;
}) {
  const menu = useRef<HTMLDetailsElement>(null);
  const close = () => {
    if (menu.current) menu.current.open = false;
  };
  return (
    <details className={side === 'left' ? 'menu of-left' : 'menu'} ref={menu} onBlur={closeBehind}>
      <summary aria-label={label}>{name}</summary>
      <div className="menu-card">{children(close)}</div>
    </details>
  );
}

function closeBehind({ currentTarget, relatedTarget }: FocusEvent<HTMLDetailsElement>): void {
  if (relatedTarget instanceof Node && !currentTarget.contains(relatedTarget)) currentTarget.open = false;
}
