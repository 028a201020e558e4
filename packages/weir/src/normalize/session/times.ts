import { unixEpochTicks } from '@weir/kql/types';
import { sqlText } from '../../engine/sql.ts';
import { isOfYear9000, isoTicks, portalTicks } from '../sql/time.ts';

const epoch = unixEpochTicks.toString();

/** Ticks of a time in any of the forms that firewalls and their collectors write; null where the text is no time, where
 *  it has no year, and where its zone is one that Weir does not know.
 *
 *  - a number since 1970, in seconds, milliseconds, microseconds or nanoseconds by its size
 *  - ISO 8601, also with `/` for `-`
 *  - `Mar 10 2026 08:15:30`, with fractions or without, and `Tue Mar 10 08:15:30 2026`
 *  - `3/10/2026, 8:15:30 AM` and `10/3/2026, 8:15:30 am`, as portals export it
 *
 *  A zone may follow: `UTC`, `+0200`, `GMT+02:00`, `CET`. What has none is in `zone` (SQL of such a text), else UTC.
 *
 *  As steps, columns each over those before: `times` has the name of each column of ticks, and the column of its text. */
export function spelledTicks(times: Readonly<Record<string, string>>, zone = `''`): Record<string, string>[] {
  const step = (columns: (name: string, text: string) => Record<string, string>): Record<string, string> =>
    Object.assign({}, ...Object.entries(times).map(([name, text]) => columns(name, text)));
  return [
    step((name, text) => ({ [`${name}_zoned`]: `regexp_extract(${text}, '${trailingZone}', 1)` })),
    step((name, text) => ({
      [`${name}_bare`]: `CASE WHEN ${name}_zoned <> '' THEN regexp_replace(${text}, '${trailingZone}', '') ELSE ${text} END`,
      [`${name}_zone`]: `CASE WHEN ${name}_zoned <> '' THEN ${name}_zoned ELSE ${zone} END`,
    })),
    step((name, text) => ({
      [name]: ticksOf(text, zone, `${wordTicks(`${name}_bare`)} - ${zoneTicks(`${name}_zone`)}`),
    })),
  ];
}

/** What is not there is asked first: it would be tried in every form. */
function ticksOf(text: string, zone: string, inWords: string): string {
  return `CASE WHEN ${text} IS NULL THEN NULL WHEN regexp_full_match(${text}, '[0-9]{9,19}([.][0-9]+)?') THEN ${numberTicks(text)}
    WHEN regexp_matches(${text}, '^[0-9]{4}[-/]') THEN ${isoTicksIn(text, zone)}
    WHEN contains(${text}, '/') THEN ${portalTicks(text)}
    ELSE ${inWords} END`;
}

/** Ticks of an ISO text in its own zone, or else in `zone`; no time where that is neither UTC nor an offset. */
function isoTicksIn(text: string, zone: string): string {
  const isZoned = `regexp_matches(${text}, ':.*([+-][0-9]{2}(:?[0-9]{2})?|Z|UTC|GMT)$')`;
  return `(${isoTicks(`replace(${text}, '/', '-')`)} - CASE WHEN ${isZoned} THEN 0 ELSE ${offsetTicks(zone)} END)`;
}

const trailingZone = ' ?(?:GMT|UTC)?([A-Za-z]{1,5}|[+-][0-9]{2}:?[0-9]{2})$';
const dayForms = ['%a %b %d %H:%M:%S %Y', '%a %b %d %Y %H:%M:%S'];

/** Only the forms that a text may have are tried: one that fails takes the engine four times as long as one that fits. */
function wordTicks(text: string): string {
  const parsed = (...forms: string[]): string => `try_strptime(${text}, [${forms.map(sqlText).join(', ')}])`;
  const words = `CASE WHEN contains(${text}, '.') THEN ${parsed('%b %d %Y %H:%M:%S.%f')}
    WHEN regexp_matches(${text}, '^[A-Za-z]+ +[A-Za-z]') THEN ${parsed(...dayForms)} ELSE ${parsed('%b %d %Y %H:%M:%S')} END`;
  return `CASE WHEN ${isOfYear9000(text)} THEN NULL ELSE epoch_us(${words}) * 10 + ${epoch} END`;
}

/** Ticks of a number since 1970 whose unit its size tells: eleven digits of seconds reach the year 5138. */
function numberTicks(text: string): string {
  const digits = `instr(${text} || '.', '.') - 1`;
  const microseconds = (each: number): string => `round(TRY_CAST(${text} AS DOUBLE) * ${each})::BIGINT * 10 + ${epoch}`;
  return `CASE WHEN ${digits} <= 11 THEN ${microseconds(1_000_000)} WHEN ${digits} <= 14 THEN ${microseconds(1000)}
    WHEN ${digits} <= 17 THEN TRY_CAST(${text} AS BIGINT) * 10 + ${epoch} ELSE TRY_CAST(${text} AS BIGINT) // 100 + ${epoch} END`;
}

/** Zones that mean one thing wherever they are written: CST is Chicago's time and China's. */
const zoneHours = { EST: -5, EDT: -4, CDT: -5, MST: -7, MDT: -6, PST: -8, PDT: -7, WET: 0, WEST: 1 } as const;
const moreZoneHours = { CET: 1, CEST: 2, EET: 2, EEST: 3, MSK: 3, JST: 9, KST: 9, AEST: 10, AEDT: 11 } as const;

/** How far a zone's clock is ahead of UTC, for `UTC` and for offsets, as `+0530`, `+5:30` and `-05`; null for others. */
function offsetTicks(zone: string): string {
  const parts = `regexp_extract(${zone}, '^([+-])([0-9]{1,2})(?::?([0-9]{2}))?$', ['sign', 'hours', 'minutes'])`;
  const number = (part: string): string => `TRY_CAST((${parts}).${part} AS BIGINT)`;
  const minutes = `(${number('hours')} * 60 + coalesce(${number('minutes')}, 0)) * CASE (${parts}).sign WHEN '-' THEN -1 ELSE 1 END`;
  return `(CASE WHEN upper(${zone}) IN ('', 'UTC', 'GMT', 'Z') THEN 0 WHEN regexp_matches(${zone}, '^[+-]') THEN ${minutes} END * 600000000)`;
}

/** The same, also for zones by their names. */
function zoneTicks(zone: string): string {
  const named = Object.entries({ ...zoneHours, ...moreZoneHours }).map(
    ([name, hours]) => `WHEN '${name}' THEN ${hours * 60}`,
  );
  return `coalesce(${offsetTicks(zone)}, CASE ${zone} ${named.join(' ')} END::BIGINT * 600000000)`;
}
