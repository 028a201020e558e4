import { Link } from '@tanstack/react-router';
import type { EntityShare, PagedKind } from '../api/entities.ts';
import { knownFor, plural, sent } from '../words/figures.ts';

/** What an entity deals with, by how much left, with for how much of it that is known. */
export function Shares({
  title,
  kind,
  shares,
}: {
  readonly title: string;
  readonly kind: PagedKind;
  readonly shares: readonly EntityShare[];
}) {
  if (shares.length === 0) return null;
  const id = `top-${kind}`;
  return (
    <section className="panel" aria-labelledby={id}>
      <header>
        <h2 id={id}>{title}</h2>
        <span className="soft">by bytes sent</span>
      </header>
      <ul className="shares">
        {shares.map((share) => (
          <li key={`${share.isService} ${share.name}`}>
            <span className="share-name">
              {share.name === '' ? (
                <span className="soft">not known</span>
              ) : kind === 'service' && !share.isService ? (
                <>
                  {share.name} <span className="soft">no service of the catalogue</span>
                </>
              ) : (
                <Link to="/entities/$kind/$name" params={{ kind, name: share.name }}>
                  {share.name}
                </Link>
              )}
            </span>
            <span className={share.bytesSent === null ? 'unknown' : ''}>{sent(share)}</span>
            <span className="soft">
              {knownFor(share)}, on {plural(share.days, 'day')}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
