import { useSay } from './notice.tsx';

/** Puts a text onto the clipboard; a large one is made only then. */
export function Copy({
  text,
  label,
  children = 'Copy',
}: {
  readonly text: string | (() => string);
  readonly label: string;
  readonly children?: string;
}) {
  const say = useSay();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(typeof text === 'string' ? text : text());
      say({ text: `${label} copied.` });
    } catch {
      say({ text: 'The browser does not let this page copy: mark the text and copy it.', isTrouble: true });
    }
  };
  return (
    <button type="button" className="small" onClick={() => void copy()} aria-label={`${children}: ${label}`}>
      {children}
    </button>
  );
}
