import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import type { Exception, Rule } from '../api/types.ts';
import { useMayWrite } from '../session/session.ts';
import { plural } from '../words/figures.ts';
import { inWords } from './scope.ts';
import { standingOf, standingText } from './standing.ts';

const state = { holds: 'ok', soon: 'degraded', expired: 'degraded', ended: 'over' } as const;

/** One exception: what it hides, who answers for it, until when, and what it hid of late. */
export function ExceptionCard({
  exception,
  rules,
  now,
  onEnd,
  onRenew,
}: {
  readonly exception: Exception;
  readonly rules: readonly Rule[] | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly onEnd: () => void;
  readonly onRenew: () => void;
}) {
  const may = useMayWrite();
  const { id, name, when, owner, reason, created, by, kept, place, hid, confirmed, override, renewed } = exception;
  const standing = standingOf(exception, now);
  const isStopped = confirmed.length > 0 && override === null && standing !== 'ended';
  const words = inWords(when);
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    if (decodeURIComponent(location.hash.slice(1)) === id) ref.current?.scrollIntoView();
  }, [id]);
  return (
    <article className={`panel exception ${standing}`} id={id} ref={ref}>
      <header>
        <h2>{name}</h2>
        <span className="soft">{id}</span>
        <span className="push" />
        {hid > 0 ? (
          <Link to="/alerts" search={{ state: 'all', hidden: 'with', exception: id }}>
            hid {plural(hid, 'alert')} in 30 days
          </Link>
        ) : (
          <span className="soft">hid nothing in 30 days</span>
        )}
      </header>
      <p className={`health ${isStopped ? 'failed' : state[standing]}`}>
        <i aria-hidden="true" />
        <span>
          {isStopped ? `Refused: it would hold until ${exception.expires.slice(0, 10)}` : standingText(exception, now)}.
        </span>
      </p>
      {isStopped && (
        <p className="note">
          It is refused since a person has confirmed what it would hide, and hides nothing of that rule:{' '}
          {confirmed.map((each, index) => (
            <span key={each}>
              {index > 0 && ', '}
              <Link to="/alerts/$id" params={{ id: String(each) }}>
                alert {each}
              </Link>
            </span>
          ))}
          . {kept === 'file' ? 'Narrow it in its file.' : 'End it and make a narrower one.'}
        </p>
      )}
      <dl className="facts">
        <div>
          <dt>Hides</dt>
          <dd>
            {words ?? 'alerts for which the condition holds'}{' '}
            <span className="soft">({ruleNames(exception, rules)})</span>
            <details open={words === undefined}>
              <summary>The condition, as KQL</summary>
              <pre className="kql">{when}</pre>
            </details>
          </dd>
        </div>
        <div>
          <dt>Why</dt>
          <dd>{reason}</dd>
        </div>
        <div>
          <dt>Owner</dt>
          <dd>{owner}</dd>
        </div>
        <div>
          <dt>Made</dt>
          <dd>
            {created.slice(0, 10)}
            {by !== null && `, by ${by}`}
            {kept === 'file' && (
              <>
                , in the file <code>{place}</code>
              </>
            )}
          </dd>
        </div>
        {renewed !== null && (
          <div>
            <dt>Renewed</dt>
            <dd>
              {renewed.at.slice(0, 10)}, by {renewed.by}: {renewed.reason}
            </dd>
          </div>
        )}
        {override !== null && (
          <div>
            <dt>Override</dt>
            <dd>
              <b>It may hide confirmed cases</b>, says {override.by}: {override.reason}
            </dd>
          </div>
        )}
      </dl>
      {kept === 'file' ? (
        <p className="soft">It is changed, renewed and ended in its file; the service reads that again by itself.</p>
      ) : (
        standing !== 'ended' &&
        (may ? (
          <div className="deeds">
            <button type="button" onClick={onRenew}>
              Renew…
            </button>
            <button type="button" onClick={onEnd}>
              End now…
            </button>
          </div>
        ) : (
          <p className="soft">Viewers look. An analyst or an administrator renews and ends it.</p>
        ))
      )}
    </article>
  );
}

function ruleNames({ rules: ids }: Exception, rules: readonly Rule[] | undefined): string {
  if (ids === null) return 'of every rule';
  const names = ids.map((id) => rules?.find((rule) => rule.id === id)?.name ?? id);
  return `of ${names.length === 1 ? 'the rule' : 'the rules'} ${names.join('; ')}`;
}
