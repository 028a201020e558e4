import { Link } from '@tanstack/react-router';
import type { Exception, ExceptionPreview } from '../api/types.ts';
import { plural } from '../words/figures.ts';

/** What was made, what it hides, and where to look at that. */
export function Made({
  exception: { id, name, expires },
  preview,
}: {
  readonly exception: Exception;
  readonly preview: ExceptionPreview;
}) {
  return (
    <section className="panel made" aria-labelledby="made" role="status">
      <header>
        <h2 id="made">Made: {name}</h2>
        <span className="soft">{id}</span>
      </header>
      <p>
        It hides {plural(preview.count, 'alert')} that there {preview.count === 1 ? 'is' : 'are'}, and others like{' '}
        {preview.count === 1 ? 'it' : 'them'} until {expires.slice(0, 10)}. They leave the list when their rule is asked
        again, mostly within a minute. Nothing is lost: what is hidden is kept, counted and listed.
      </p>
      <ul className="made-ways">
        <li>
          <Link to="/alerts" search={{ state: 'all', hidden: 'with', exception: id }}>
            The alerts that it hides
          </Link>
        </li>
        <li>
          <Link to="/exceptions" hash={id}>
            All exceptions, where it can be ended
          </Link>
        </li>
        <li>
          <Link to="/alerts">Back to the alerts</Link>
        </li>
      </ul>
    </section>
  );
}
