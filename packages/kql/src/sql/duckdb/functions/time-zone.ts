import { maxTicks } from '../../../types.ts';
import type { Arg, CallContext, ScalarFunction } from '../../emit.ts';
import { ticksOf, timestamp } from './ticks.ts';
import { at, once, text } from './values.ts';

/** Local time and UTC by the time zones of DuckDB's `icu`, which stops at a row with a name that is none. */
function zoneOf(zone: Arg, call: CallContext): (stamp: string) => string {
  if (zone.type !== 'string') return call.refuse(`${call.name} needs a time zone's name`);
  if (typeof zone.constant === 'string' && !isZone(zone.constant)) {
    return call.refuse(`there is no time zone \`${zone.constant}\``, 'write one of IANA, such as `Europe/Berlin`');
  }
  return (stamp) => `timezone(${text(zone)}, ${stamp})`;
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** A datetime through a TIMESTAMP, its seventh decimal kept; outside 0001 … 9999 it is null. */
function moved(ticks: string, move: (stamp: string) => string): string {
  return once(ticks, '_kql_t', (t) =>
    once(
      `${ticksOf(move(timestamp(t)))} + ${t} % 10`,
      '_kql_u',
      (u) => `CASE WHEN ${u} BETWEEN 0 AND ${maxTicks} THEN ${u} END`,
    ),
  );
}

/** `datetime_utc_to_local(datetime, zone)`. */
const toLocal: ScalarFunction = {
  emit(args, call) {
    const zone = zoneOf(at(args, 1), call);
    return moved(at(args, 0).sql, (stamp) => zone(`timezone('UTC', ${stamp})`));
  },
};

/** `datetime_local_to_utc(datetime, zone)`. A time that a clock put forward passes over counts by the later offset, as the
 *  documents show. Which of the two moments a clock put back means is not documented: there the query stops. */
const toUtc: ScalarFunction = {
  emit(args, call) {
    const zone = zoneOf(at(args, 1), call);
    return moved(at(args, 0).sql, (stamp) =>
      once(stamp, '_kql_l', (l) =>
        once(zone(l), '_kql_z', (z) => {
          const back = zone(z);
          const twice = [-120, -60, -30, 30, 60, 120]
            .map((minutes) => `${zone(`(${z} + to_minutes(${minutes}))`)} = ${l}`)
            .join(' OR ');
          return `CASE WHEN ${twice} THEN error('WK002: ${call.name}: this local time stands for two moments') ELSE timezone('UTC', ${z}) - (${back} - ${l}) END`;
        }),
      ),
    );
  },
};

export const timeZoneFunctions: Readonly<Record<string, ScalarFunction>> = {
  datetime_utc_to_local: toLocal,
  datetime_local_to_utc: toUtc,
};
