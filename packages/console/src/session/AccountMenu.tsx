import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { call } from '../api/client.ts';
import { forgetHunts } from '../hunt/history.ts';
import { Menu } from '../parts/Menu.tsx';
import { useSay } from '../parts/notice.tsx';
import { chooseTheme, chosenTheme, type Theme } from '../parts/theme.ts';
import { meQuery, useMe } from './session.ts';

/** Who is logged in, the theme, and the way out. */
export function AccountMenu() {
  const { name, role, scopes } = useMe();
  const client = useQueryClient();
  const say = useSay();
  const [theme, setTheme] = useState(chosenTheme);
  const leave = async () => {
    try {
      await call('/api/session', { method: 'DELETE' });
    } catch (error) {
      say({ text: `You are still signed in: ${(error as Error).message}.`, isTrouble: true });
      return;
    }
    // Nothing of it stays for who comes next.
    client.clear();
    forgetHunts();
    client.setQueryData(meQuery.queryKey, null);
  };
  return (
    <Menu
      name={
        <>
          {name} <span className="role">{role}</span>
        </>
      }
    >
      {(close) => (
        <>
          <label className="field">
            Appearance
            <select
              value={theme}
              onChange={({ target }) => {
                setTheme(target.value as Theme);
                chooseTheme(target.value as Theme);
              }}
            >
              <option value="system">As the system</option>
              <option value="light">Light</option>
              <option value="dark">Dark</option>
            </select>
          </label>
          <div>
            <Link to="/password" className="menu-page" onClick={close}>
              Your password
            </Link>
            <Link to="/tokens" className="menu-page" onClick={close}>
              Tokens of programs
            </Link>
            {scopes.includes('admin') && (
              <Link to="/people" className="menu-page" onClick={close}>
                People
              </Link>
            )}
          </div>
          <button type="button" onClick={() => void leave()}>
            Sign out
          </button>
        </>
      )}
    </Menu>
  );
}
