import { type Constant, maxTicks, ticksPerDay, ticksPerSecond, unixEpochTicks } from '../types.ts';

/** The ticks of one timespan unit as it is written behind a number. */
const unitTicks: Readonly<Record<string, bigint>> = {
  d: ticksPerDay,
  day: ticksPerDay,
  days: ticksPerDay,
  h: 36_000_000_000n,
  hr: 36_000_000_000n,
  hrs: 36_000_000_000n,
  hour: 36_000_000_000n,
  hours: 36_000_000_000n,
  m: 600_000_000n,
  min: 600_000_000n,
  minute: 600_000_000n,
  minutes: 600_000_000n,
  s: ticksPerSecond,
  sec: ticksPerSecond,
  second: ticksPerSecond,
  seconds: ticksPerSecond,
  ms: 10_000n,
  milli: 10_000n,
  millis: 10_000n,
  millisec: 10_000n,
  millisecond: 10_000n,
  milliseconds: 10_000n,
  micro: 10n,
  micros: 10n,
  microsec: 10n,
  microsecond: 10n,
  microseconds: 10n,
  tick: 1n,
  ticks: 1n,
};

/** The text between the parentheses of `long(5)`, or the whole where there are none. */
function inner(text: string): string {
  const match = /^\s*[a-z0-9]+\s*\(([\s\S]*)\)\s*$/i.exec(text);
  return (match?.[1] ?? text).trim().replace(/^(["'])([\s\S]*)\1$/, '$2');
}

/** A literal's value from its text; undefined where the text is not one that Weir reads. Microsoft's own
 *  `ConstantValue` is wrong for hexadecimal numbers, `real(nan)` and `time(1.02:03:04)`. */
export function literalValue(kind: string, text: string): Constant | undefined {
  const body = inner(text);
  if (kind !== 'StringLiteralExpression' && body.toLowerCase() === 'null') return null;
  switch (kind) {
    case 'BooleanLiteralExpression':
      return /^(true|1)$/i.test(body) ? true : /^(false|0)$/i.test(body) ? false : undefined;
    case 'LongLiteralExpression':
      return integer(body, 64);
    case 'IntLiteralExpression':
      return integer(body, 32);
    case 'RealLiteralExpression':
      return real(body);
    case 'DecimalLiteralExpression':
      return /^[+-]?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(body) ? body : undefined;
    case 'DateTimeLiteralExpression':
      return datetime(body);
    case 'TimespanLiteralExpression':
      return timespan(body);
    case 'GuidLiteralExpression':
      return /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(body) ? body.toLowerCase() : undefined;
    default:
      return undefined;
  }
}

function integer(text: string, bits: 32 | 64): bigint | undefined {
  const match = /^([+-]?)(0x[0-9a-f]+|\d+)$/i.exec(text);
  if (match === null) return undefined;
  const value = BigInt(match[2] ?? '') * (match[1] === '-' ? -1n : 1n);
  return BigInt.asIntN(bits, value) === value ? value : undefined;
}

function real(text: string): number | undefined {
  if (/^nan$/i.test(text)) return Number.NaN;
  if (/^\+?inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^-inf$/i.test(text)) return Number.NEGATIVE_INFINITY;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

/** Digits of a second's fraction as ticks; an eighth digit has no tick. */
function fraction(digits: string | undefined): bigint | undefined {
  if (digits === undefined) return 0n;
  return digits.length > 7 ? undefined : BigInt(digits.padEnd(7, '0'));
}

/** `1d`, `1.5h`, `1.02:03:04.5`, `02:03`, a bare number of days. */
export function timespan(text: string): bigint | undefined {
  const unit = /^([+-]?)(\d+)(?:\.(\d+))?\s*([a-z]+)$/i.exec(text);
  if (unit !== null) {
    const ticks = unitTicks[(unit[4] ?? '').toLowerCase()];
    if (ticks === undefined) return undefined;
    const decimals = unit[3] ?? '';
    const scale = 10n ** BigInt(decimals.length);
    const scaled = BigInt(`${unit[2]}${decimals}`) * ticks;
    return (scaled / scale) * (unit[1] === '-' ? -1n : 1n);
  }
  const days = /^([+-]?)(\d+)$/.exec(text);
  if (days !== null) return BigInt(text) * ticksPerDay;
  const clock = /^(-?)(?:(\d+)\.)?(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?$/.exec(text);
  if (clock === null) return undefined;
  const part = fraction(clock[6]);
  const [hours, minutes, seconds] = [BigInt(clock[3] ?? 0), BigInt(clock[4] ?? 0), BigInt(clock[5] ?? 0)];
  if (part === undefined || hours > 23n || minutes > 59n || seconds > 59n) return undefined;
  const total = BigInt(clock[2] ?? 0) * ticksPerDay + (hours * 3600n + minutes * 60n + seconds) * ticksPerSecond + part;
  return clock[1] === '-' ? -total : total;
}

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

/** ISO 8601 in its usual shortenings, American dates, and RFC 822 and RFC 850 dates; UTC where no offset is given. */
export function datetime(text: string): bigint | undefined {
  const spread = /^(\d{4})\s*-\s*(\d{1,2})\s*-\s*(\d{1,2})$/.exec(text);
  if (spread !== null) return assemble(spread[1], spread[2], spread[3], '0', '0', '0', undefined, 'Z');
  const iso =
    /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?(?:(?:T|\s+)(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i.exec(
      text,
    );
  if (iso !== null) return assemble(iso[1], iso[2] ?? '1', iso[3] ?? '1', iso[4], iso[5], iso[6], iso[7], iso[8]);
  const commas = /^(\d{4}),\s*(\d{1,2}),\s*(\d{1,2})$/.exec(text);
  if (commas !== null) return assemble(commas[1], commas[2], commas[3], '0', '0', '0', undefined, 'Z');
  const american = /^(\d{1,2})[-/](\d{1,2})[-/](\d{4})(?:\s+(\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.(\d+))?)?)?$/.exec(
    text,
  );
  if (american !== null) {
    return assemble(american[3], american[1], american[2], american[4], american[5], american[6], american[7], 'Z');
  }
  const mail =
    /^(?:[a-z]{3,9},?\s+)?(\d{1,2})[\s-]+([a-z]{3})[\s-]+(\d{4}|\d{2})(?:\s+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?)?(?:\s*(GMT|UTC|Z))?$/i.exec(
      text,
    );
  if (mail === null) return undefined;
  const month = months.indexOf((mail[2] ?? '').toLowerCase()) + 1;
  return month === 0
    ? undefined
    : assemble(fullYear(mail[3] ?? ''), String(month), mail[1], mail[4], mail[5], mail[6], undefined, 'Z');
}

/** Two digits are a year of 1930 to 2029, as .NET has it. */
function fullYear(digits: string): string {
  return digits.length > 2 ? digits : `${Number(digits) < 30 ? 20 : 19}${digits}`;
}

function assemble(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  hour = '0',
  minute = '0',
  second = '0',
  digits: string | undefined,
  zone: string | undefined,
): bigint | undefined {
  const part = fraction(digits);
  const date = new Date(0);
  const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  date.setUTCFullYear(y, mo - 1, d);
  if (part === undefined || date.getUTCMonth() !== mo - 1 || date.getUTCDate() !== d || y < 1) return undefined;
  if (h > 23 || mi > 59 || s > 59) return undefined;
  const seconds = BigInt(date.getTime() / 1000) + BigInt(h * 3600 + mi * 60 + s) - offsetSeconds(zone);
  const ticks = unixEpochTicks + seconds * ticksPerSecond + part;
  return ticks < 0n || ticks > maxTicks ? undefined : ticks;
}

function offsetSeconds(zone: string | undefined): bigint {
  const match = /^([+-])(\d{2}):?(\d{2})$/.exec(zone ?? '');
  if (match === null) return 0n;
  const seconds = BigInt(match[2] ?? 0) * 3600n + BigInt(match[3] ?? 0) * 60n;
  return match[1] === '-' ? -seconds : seconds;
}
