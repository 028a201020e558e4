import { Link, useLocation } from '@tanstack/react-router';
import { Menu } from './Menu.tsx';
import { useMedia } from './useMedia.ts';

const pages = [
  ['/alerts', 'Alerts'],
  ['/hunt', 'Hunt'],
  ['/rules', 'Rules'],
  ['/exceptions', 'Exceptions'],
  ['/coverage', 'Coverage'],
  ['/sources', 'Sources'],
] as const;

/** The ways to the pages, side by side; where there is no room for them, below the name of the page that is shown. */
export function Pages() {
  const { pathname } = useLocation();
  const isNarrow = useMedia('(max-width: 700px)');
  const links = (close?: () => void) =>
    pages.map(([to, name]) => (
      <Link
        key={to}
        to={to}
        activeOptions={{ includeSearch: false }}
        {...(close && { onClick: close, className: 'menu-page' })}
      >
        {name}
      </Link>
    ));
  const here = pages.find(([to]) => pathname === to || pathname.startsWith(`${to}/`))?.[1];
  return (
    <nav aria-label="Pages">
      {isNarrow ? (
        <Menu name={here ?? 'Pages'} side="left">
          {(close) => links(close)}
        </Menu>
      ) : (
        links()
      )}
    </nav>
  );
}
