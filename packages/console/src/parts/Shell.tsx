import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Liveness } from '../api/live.ts';
import { Help } from '../keys/Help.tsx';
import { useKeys } from '../keys/useKeys.tsx';
import { useQueueMemory } from '../queue/memory.ts';
import { AccountMenu } from '../session/AccountMenu.tsx';
import { Pages } from './Pages.tsx';

const said: Readonly<Record<Liveness, string>> = {
  connecting: 'Connecting',
  live: 'Live',
  lost: 'No connection: trying again',
};

/** What stands around every page. */
export function Shell({ liveness }: { readonly liveness: Liveness }) {
  const [help, setHelp] = useState(false);
  const navigate = useNavigate();
  const memory = useQueueMemory();
  useKeys({
    '?': () => setHelp(true),
    'g a': () => void navigate({ to: '/alerts', search: memory.search }),
    'g h': () => void navigate({ to: '/hunt' }),
    'g s': () => void navigate({ to: '/sources' }),
    'g c': () => void navigate({ to: '/coverage' }),
    'g r': () => void navigate({ to: '/rules' }),
    'g e': () => void navigate({ to: '/exceptions' }),
  });
  return (
    <div className="shell">
      <header className="top">
        <Link to="/alerts" className="brand" aria-label="Weir: alerts">
          <img src="/weir.svg" alt="" width="22" height="22" /> Weir
        </Link>
        <Pages />
        <span className={`liveness ${liveness}`} role="status">
          <i aria-hidden="true" /> {said[liveness]}
        </span>
        <button type="button" className="quiet" onClick={() => setHelp(true)} aria-label="Keys">
          <kbd>?</kbd>
        </button>
        <AccountMenu />
      </header>
      <Outlet />
      {help && <Help onClose={() => setHelp(false)} />}
    </div>
  );
}
