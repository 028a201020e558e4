import type { Entity } from '../api/entities.ts';
import { ByteBars, Uncounted } from '../parts/ByteBars.tsx';
import { bytes, count, longOf, plural, sent } from '../words/figures.ts';
import { dayName } from '../words/time.ts';
import { chartOf } from './chart.ts';
import { usualWords } from './usual.ts';
import './entities.css';

/** What left each day, from zero, against the usual: a band up to nine days in ten, and a line at half of them. Days from
 *  `marked` on (ISO 8601), to `until`, stand out. */
export function History({
  entity,
  marked,
}: {
  readonly entity: Entity;
  readonly marked?: { readonly from: string; readonly until: string };
}) {
  const { usual, from, until } = entity;
  const { days, most } = chartOf(entity);
  const isKnown = usual.median !== null && usual.p90 !== null;
  const uncounted = days.reduce((sum, each) => sum + each.uncounted, 0);
  const last = dayName(days.at(-1)?.day ?? until);
  const isMarked = (day: string) =>
    marked !== undefined &&
    day.slice(0, 10) >= marked.from.slice(0, 10) &&
    day.slice(0, 10) <= marked.until.slice(0, 10);
  return (
    <ByteBars
      said={`Bytes sent each day from ${dayName(from)} to ${last}: at most ${bytes(Math.round(most))}. ${usualWords(usual)}`}
      most={most}
      usual={isKnown ? { median: Number(longOf(usual.median ?? 0)), p90: Number(longOf(usual.p90 ?? 0)) } : undefined}
      ends={[dayName(from), `${last} UTC`]}
      height={170}
      bars={days.map(({ day, sent: n, connections, uncounted: missing }) => {
        const told = { bytesSent: n === null ? null : Math.round(n), connections, bytesKnown: connections - missing };
        const what = connections === 0 ? 'no connection' : `${sent(told)}, ${plural(connections, 'connection')}`;
        return {
          ...{ key: day, sent: n, uncounted: missing, isMarked: isMarked(day) },
          title: `${dayName(day)}: ${what}${missing > 0 ? `, ${count(missing)} not counted` : ''}`,
        };
      })}
    >
      Bytes sent, each bar a day.
      {isKnown && (
        <>
          {' '}
          <i className="usual-key" aria-hidden="true" /> up to nine days in ten, its line at half of them.
        </>
      )}
      {marked !== undefined && (
        <>
          {' '}
          <i className="marked-key" aria-hidden="true" /> days of this alert.
        </>
      )}
      {uncounted > 0 && <Uncounted>{plural(uncounted, 'connection')}</Uncounted>}
    </ByteBars>
  );
}
