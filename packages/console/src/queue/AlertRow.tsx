import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { Alert } from '../api/types.ts';
import { Severity, Sureness } from '../parts/Severity.tsx';
import { knownFor, sent } from '../words/figures.ts';
import { shortDevice, stateName, verdictName } from '../words/names.ts';
import { unusual } from '../words/reasons.ts';
import { ago, lasting, second, shortMoment } from '../words/time.ts';

interface Props {
  readonly alert: Alert;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly index: number;
  readonly top: number;
  readonly isFocused: boolean;
  readonly isChosen: boolean;
  readonly onFocus: (id: number) => void;
  readonly onOpen: (id: number) => void;
  readonly onToggle: (id: number) => void;
}

/** What a decision needs, on one line. */
export const AlertRow = memo(function AlertRow(props: Props) {
  const { alert, now, index, top, isFocused, isChosen, onFocus, onOpen, onToggle } = props;
  const { id, finding, state, verdict, assignee } = alert;
  const { device, account, process, destination } = finding.entities;
  const why = unusual(finding.reasons);
  const isOver = state === 'closed' || state === 'withdrawn' || state === 'merged';
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter does the same, by the list's own keys
    <div
      className={`row ${finding.severity}${isFocused ? ' focused' : ''}${isChosen ? ' chosen' : ''}${isOver ? ' over' : ''}`}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={isChosen}
      data-id={id}
      tabIndex={isFocused ? 0 : -1}
      style={{ transform: `translateY(${top}px)` }}
      onFocus={() => onFocus(id)}
      onClick={(event) => {
        if (event.target instanceof Element && event.target.closest('a, label, input')) return;
        if (String(getSelection() ?? '') === '') onOpen(id);
      }}
    >
      <div role="gridcell" className="c-check">
        <label>
          <input
            type="checkbox"
            tabIndex={-1}
            checked={isChosen}
            onChange={() => onToggle(id)}
            aria-label={`Choose alert ${id}`}
          />
        </label>
      </div>
      <div role="gridcell" className="c-severity">
        <Severity {...finding} />
      </div>
      <div role="gridcell" className="c-what">
        <Link to="/alerts/$id" params={{ id: String(id) }} className="row-link" tabIndex={-1} title={finding.title}>
          {process || 'A program that is not known'} <span className="arrow">→</span>{' '}
          {finding.service || destination || 'an unknown place'}
        </Link>
        <span className="second" title={why.join('\n')}>
          {why.slice(0, 3).join(' · ') || finding.rule.name}
        </span>
      </div>
      <div role="gridcell" className="c-who" title={`${device}\n${account}`}>
        {device === '' ? (
          <span className="first">device not known</span>
        ) : (
          <Link to="/entities/$kind/$name" params={{ kind: 'device', name: device }} className="first" tabIndex={-1}>
            {shortDevice(device)}
          </Link>
        )}
        <span className="second">{account || 'account not known'}</span>
      </div>
      <div role="gridcell" className="c-sent">
        <span className={finding.bytesSent === null ? 'first unknown' : 'first'}>{sent(finding)}</span>
        <span className="second">{knownFor(finding)}</span>
      </div>
      <div
        role="gridcell"
        className="c-since"
        title={`${second(finding.firstSeen)} to ${second(finding.lastSeen)} UTC`}
      >
        <span className="first">{shortMoment(finding.firstSeen, now)}</span>
        <span className="second">
          {lasting(finding.firstSeen, finding.lastSeen)}, {ago(finding.lastSeen, now)}
        </span>
      </div>
      <div role="gridcell" className="c-sure">
        <Sureness {...finding} />
      </div>
      <div role="gridcell" className="c-state">
        <span className={`state ${state}`}>{verdict === null ? stateName(state) : verdictName(verdict)}</span>
        <span className="second">{assignee ?? 'nobody’s'}</span>
      </div>
    </div>
  );
});
