import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react';

export interface Said {
  readonly text: string;
  /** Whether something did not go as wanted: it stays until it is put away. */
  readonly isTrouble?: boolean;
}

const NoticeContext = createContext<(said: Said) => void>(() => undefined);

/** Says what came of something that a person did. */
export function useSay(): (said: Said) => void {
  return useContext(NoticeContext);
}

const shownFor = 6_000;

export function Notices({ children }: { readonly children: ReactNode }) {
  const [said, setSaid] = useState<Said & { readonly key: number }>();
  const say = useCallback((next: Said) => setSaid((before) => ({ ...next, key: (before?.key ?? 0) + 1 })), []);
  useEffect(() => {
    if (said === undefined || said.isTrouble) return;
    const timer = setTimeout(() => setSaid(undefined), shownFor);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <NoticeContext value={say}>
      {children}
      <div className="notices" role="status" aria-live="polite">
        {said !== undefined && (
          <div className={said.isTrouble ? 'notice trouble' : 'notice'} key={said.key}>
            <span>{said.text}</span>
            <button type="button" className="quiet" onClick={() => setSaid(undefined)} aria-label="Put this away">
              ✕
            </button>
          </div>
        )}
      </div>
    </NoticeContext>
  );
}
