import { unixEpochTicks } from '@weir/kql/types';

const epoch = unixEpochTicks.toString();

/** Times are of the years 2 to 8999: the first day and the last year of what .NET and KQL can say stand for `never` and `no end`
 *  in what writes logs, and the periods of rules and lengths of connections are added to what is within. Seconds since 1970. */
const [firstSecond, lastSecond] = [-62_104_060_800, 221_845_391_999];

/** Ticks of an ISO 8601 text: T or blank, 0 to 9 fraction digits (beyond the seventh cut), Z, an offset with or without
 *  colon, or nothing (UTC). Null where the text is no time of the years 2 to 8999. The engine's nanosecond type is exact but ends in 2262;
 *  what lies outside goes through microseconds with the seventh digit read from the text. */
export function isoTicks(text: string): string {
  const nanoseconds = `epoch_ns(TRY_CAST(${text} AS TIMESTAMP_NS)) // 100 + ${epoch}`;
  return `CASE WHEN ${text} >= '1970' AND ${text} < '2262' THEN ${nanoseconds} ELSE ${wideTicks(text)} END`;
}

function wideTicks(text: string): string {
  const microseconds = `epoch_us(TRY_CAST(${text} AS TIMESTAMPTZ))`;
  const seventh = `coalesce(TRY_CAST(regexp_extract(${text}, '[.][0-9]{6}([0-9])', 1) AS BIGINT), 0)`;
  const isTime = `${text} >= '0002' AND ${text} < '9' AND regexp_matches(${text}, '^[0-9]{4}-[0-9]{2}-[0-9]{2}[^(]*$')`;
  return `CASE WHEN ${isTime} THEN ${microseconds} * 10 + ${seventh} + ${epoch} END`;
}

/** Ticks of a portal's locale text, UTC, `10/26/2020, 9:43:12.000 PM` or `Oct 26, 2020 9:43:12 PM`, with the comma before the
 *  time or without: month first. Browsers write the day first where they write `pm` or 24 hours, in all locales but a few
 *  (en-AE, ta, te), and always a comma: `26/10/2020, 9:43:12.000 pm`, `26/10/2020, 21:43:12.000`. They put a narrow no-break space
 *  before AM and PM. */
export function portalTicks(text: string): string {
  const bare = `replace(${text}, chr(8239), ' ')`;
  const parsed = (dates: readonly string[], times: readonly string[]): string => {
    const formats = dates.flatMap((date) => times.map((time) => `'${date}${time}'`));
    return `epoch_us(try_strptime(${bare}, [${formats.join(', ')}])) * 10 + ${epoch}`;
  };
  const monthFirst = parsed(
    ['%m/%d/%Y, ', '%m/%d/%Y ', '%b %d, %Y ', '%b %d, %Y, '],
    ['%I:%M:%S.%f %p', '%I:%M:%S %p'],
  );
  const dayFirst = parsed(['%d/%m/%Y, '], ['%I:%M:%S.%f %p', '%I:%M:%S %p', '%H:%M:%S.%f', '%H:%M:%S']);
  return `CASE WHEN ${isOfYear9000(text)} THEN NULL WHEN regexp_matches(${text}, '^[0-9/]{8,10},?[^A-Z]*$') THEN ${dayFirst} ELSE ${monthFirst} END`;
}

/** SQL: whether a text in words tells the year 9000 or a later one. */
export function isOfYear9000(text: string): string {
  return `regexp_matches(${text}, '[/ ]9[0-9]{3}(?:[, ]|$)')`;
}

/** Ticks of the time forms that Microsoft's exports have. */
export function anyTicks(text: string): string {
  return `CASE WHEN regexp_matches(${text}, '^[A-Za-z]|/') THEN ${portalTicks(text)} ELSE ${isoTicks(text)} END`;
}

/** Ticks of seconds since 1970, null outside the years 2 to 8999. A double holds today's seconds exactly to the
 *  microsecond, which is all that sensors that count in doubles ever had. */
export function epochSecondsTicks(text: string): string {
  const seconds = `TRY_CAST(${text} AS DOUBLE)`;
  return `CASE WHEN ${seconds} BETWEEN ${firstSecond} AND ${lastSecond} THEN round(${seconds} * 1000000)::BIGINT * 10 + ${epoch} END`;
}

/** The same of milliseconds, with three decimals at most. */
export function epochMillisecondsTicks(text: string): string {
  const milliseconds = `TRY_CAST(${text} AS DOUBLE)`;
  return `CASE WHEN ${milliseconds} BETWEEN ${firstSecond}e3 AND ${lastSecond}e3 THEN round(${milliseconds} * 1000)::BIGINT * 10 + ${epoch} END`;
}

/** Ticks of a time span in seconds, null beyond 300 years. */
export function secondsToTicks(text: string): string {
  const seconds = `TRY_CAST(${text} AS DOUBLE)`;
  return `CASE WHEN abs(${seconds}) < 1e10 THEN round(${seconds} * 10000000)::BIGINT END`;
}

/** Ticks of a time span in whole seconds or milliseconds, null beyond 300 years: what is added to a time then fits. */
export function wholeToTicks(text: string, unit: 'seconds' | 'milliseconds'): string {
  const [digits, each] = unit === 'seconds' ? [10, 10_000_000] : [13, 10_000];
  return `TRY_CAST(TRY_CAST(${text} AS BIGINT) AS DECIMAL(${digits}, 0))::BIGINT * ${each}`;
}

/** Ticks of whole microseconds since 1970, null beyond 3,000 years from then. */
export function microsecondTicks(text: string): string {
  return `TRY_CAST(TRY_CAST(${text} AS BIGINT) AS DECIMAL(17, 0))::BIGINT * 10 + ${epoch}`;
}
