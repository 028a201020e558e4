import type { ComponentProps } from 'react';

/** A part of the page that scrolls by itself: it can be reached by the keyboard, and says what it is. */
export function Scrolls({ label, ...rest }: ComponentProps<'div'> & { readonly label: string }) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by the keyboard
  return <div tabIndex={0} role="region" aria-label={label} {...rest} />;
}

/** A text as it is written, as a query or a value of many lines. */
export function Written({ text, isKql = false }: { readonly text: string; readonly isKql?: boolean }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls can be reached by the keyboard
    <pre className={isKql ? 'kql' : ''} tabIndex={0}>
      {text}
    </pre>
  );
}
