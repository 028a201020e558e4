import { useQuery } from '@tanstack/react-query';
import { entityQuery } from '../api/entities.ts';
import type { Alert } from '../api/types.ts';
import { ByteBars, Uncounted } from '../parts/ByteBars.tsx';
import { bytes, count, plural } from '../words/figures.ts';
import { spanName } from '../words/time.ts';
import type { Timeline as Of } from './timeline.ts';
import { passedAt, rateOf } from './usualRate.ts';
import '../entities/entities.css';

/** When it left: bars from zero, with their unit; connections that nobody counted stand below the line. What is usual of its
 *  device is told of days, and stands here spread evenly over one, where it is known. */
export function Timeline({ timeline, alert }: { readonly timeline: Of; readonly alert: Alert }) {
  const { bins, from, until, width: span } = timeline;
  const { device } = alert.finding.entities;
  // Asked by what tells of the days, below.
  const { data: entity } = useQuery({ ...entityQuery('device', device, alert.finding.firstSeen), enabled: false });
  const rate = entity && rateOf(entity.usual, span);
  const passed = entity && passedAt(timeline, entity.usual);
  const most = Math.max(...bins.map(({ sent }) => sent), rate?.p90 ?? 0);
  const uncounted = bins.reduce((sum, { unknown }) => sum + unknown, 0);
  const label = (at: number) =>
    new Date(at)
      .toISOString()
      .slice(span < 60_000 ? 11 : 5, span < 60_000 ? 19 : 16)
      .replace('T', ' ');
  const largest = Math.round(Math.max(...bins.map(({ sent }) => sent), 0));
  const usualSaid =
    rate &&
    `A usual day of its device, spread evenly: ${bytes(Math.round(rate.median))} in ${spanName(span)}, nine days in ten up to ${bytes(Math.round(rate.p90))}.`;
  const said = `Bytes sent for each ${spanName(span)} from ${label(from)} to ${label(until)} UTC: at most ${bytes(largest)}${
    uncounted > 0 ? `; ${plural(uncounted, 'connection')} without a count` : ''
  }.${usualSaid ? ` ${usualSaid}` : ''}`;
  return (
    <ByteBars
      said={said}
      most={most}
      usual={rate}
      ends={[label(from), `${label(until)} UTC`]}
      height={140}
      bars={bins.map(({ from: at, sent, unknown }) => ({
        ...{ key: at, sent, uncounted: unknown },
        title: `${label(at)} UTC: ${bytes(Math.round(sent))}${unknown > 0 ? `, ${count(unknown)} not counted` : ''}`,
      }))}
    >
      Bytes sent, each bar {spanName(span)}. A connection’s bytes are spread over its time.
      {uncounted > 0 && <Uncounted>{plural(uncounted, 'connection')}</Uncounted>}
      {usualSaid && (
        <>
          {' '}
          <i className="usual-key" aria-hidden="true" /> {usualSaid}
        </>
      )}
      {entity && !rate && ' What is usual of its device is not known.'}
      {passed !== undefined && (
        <>
          {' '}
          <strong>By {label(passed)} UTC it had sent more than its device does in all on nine days in ten.</strong>
        </>
      )}
    </ByteBars>
  );
}
