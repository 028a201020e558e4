import { type Template, variable } from './template.ts';
import type { Header } from './walk.ts';

/** The elements that a flow is made of, by what they are here; IANA's numbers, and the older ones of Cisco's ASA. */
const iana = {
  bytes: [1],
  packets: [2],
  protocol: [4],
  flags: [6],
  source_port: [7],
  source: [8],
  source_6: [27],
  destination_port: [11],
  destination: [12],
  destination_6: [28],
  last_uptime: [21],
  first_uptime: [22],
  bytes_out: [23],
  packets_out: [24],
  interval: [34, 50, 305],
  space: [306],
  sampler: [48, 302],
  bytes_total: [85],
  packets_total: [86],
  forwarding: [89],
  app: [96],
  exporter: [130],
  exporter_6: [131],
  first_s: [150],
  last_s: [151],
  first_ms: [152],
  last_ms: [153],
  first_us: [154],
  last_us: [155],
  first_ns: [156],
  last_ns: [157],
  first_ago: [158],
  last_ago: [159],
  started: [160],
  translated_source: [225],
  translated_destination: [226],
  translated_source_port: [227],
  translated_destination_port: [228],
  bytes_opener: [231],
  bytes_answerer: [232],
  event: [233, 40005],
  biflow: [239],
  packets_opener: [298],
  packets_answerer: [299],
  observed_ms: [323],
  user: [371, 40000],
} as const;
const reverse = { bytes_back: 1, packets_back: 2, bytes_total_back: 85, packets_total_back: 86 } as const;

export type Part = keyof typeof iana | keyof typeof reverse;
type Values = Partial<Record<Part, number | bigint | string>>;

const reverseEnterprise = 29305;
const parts = new Map<string, Part>([
  ...Object.entries(iana).flatMap(([part, elements]) =>
    elements.map((element): [string, Part] => [`0:${element}`, part as Part]),
  ),
  ...Object.entries(reverse).map(([part, element]): [string, Part] => [
    `${reverseEnterprise}:${element}`,
    part as Part,
  ]),
]);

const addresses = new Set<Part>(['source', 'destination', 'translated_source', 'translated_destination', 'exporter']);
const addresses6 = new Set<Part>(['source_6', 'destination_6', 'exporter_6']);
const texts = new Set<Part>(['app', 'user']);
/** Counters that no exporter keeps in two bytes: what has such a number there is another element. */
const long = new Set<Part>(['bytes_opener', 'bytes_answerer']);

/** The values of the records of a set, one after another in one object that is filled anew each time. Gives what was left
 *  over at the end, which is padding where it is zeros. */
export function* recordsOf(set: Buffer, template: Template): Generator<Values, Buffer> {
  const plan = planOf(template);
  const values: Values = {};
  let at = 0;
  while (template.shortest > 0 && at + template.shortest <= set.length) {
    const start = at;
    for (const key in values) delete values[key as Part];
    for (const { part, length } of plan) {
      let size = length;
      if (length === variable) {
        size = set[at] ?? 0;
        at += 1;
        if (size === 255) {
          size = at + 2 <= set.length ? set.readUInt16BE(at) : 0;
          at += 2;
        }
      }
      if (at + size > set.length) return set.subarray(start);
      const value = part && partOf(part, set.subarray(at, at + size));
      if (part && value !== undefined) values[part] ??= value;
      at += size;
    }
    yield values;
  }
  return set.subarray(at);
}

const plans = new WeakMap<Template, readonly { readonly part: Part | undefined; readonly length: number }[]>();

/** What the fields of a template are here. */
function planOf(template: Template) {
  const made =
    plans.get(template) ??
    template.fields.map(({ element, enterprise, length }) => ({ part: parts.get(`${enterprise}:${element}`), length }));
  plans.set(template, made);
  return made;
}

function partOf(part: Part, bytes: Buffer): number | bigint | string | undefined {
  if (addresses.has(part)) return bytes.length === 4 ? bytes.join('.') : undefined;
  if (addresses6.has(part))
    return bytes.length === 16 ? (bytes.toString('hex').match(/..../g) ?? []).join(':') : undefined;
  // Exporters fill texts up with zeros, and a cell of the spool holds no control character.
  if (texts.has(part))
    return (
      bytes
        .toString('utf8')
        .replace(/[\p{Cc}\ufffd]+/gu, ' ')
        .trim() || undefined
    );
  if (bytes.length === 0 || bytes.length > 8 || (long.has(part) && bytes.length < 4)) return undefined;
  if (bytes.length <= 6) return bytes.readUIntBE(0, bytes.length);
  return bytes.readUIntBE(0, bytes.length - 6) * 2 ** 48 < 2 ** 53 && bytes.length === 8
    ? Number(bytes.readBigUInt64BE())
    : BigInt(`0x${bytes.toString('hex')}`);
}

/** How many packets stand for one that was looked at, as an options record or a flow tells; undefined where it does not. */
export function samplingOf({ interval, space }: Values): number | undefined {
  if (typeof interval !== 'number' || interval < 1) return undefined;
  return typeof space === 'number' ? (interval + space) / interval : interval;
}

/** Microseconds since 1970 of a flow's first and last packet, as far as they are told: in the record's own time, or by the
 *  exporter's uptime, which its header or the record relates to the time. */
export function timesOf(
  values: Values,
  header: Header,
  started: number | undefined,
): { first: number | undefined; last: number | undefined } {
  const startedAt = typeof values.started === 'number' ? values.started : started;
  const sinceStart = (uptime: number | bigint | string | undefined): number | undefined => {
    if (typeof uptime !== 'number') return undefined;
    if (header.uptime === null) return startedAt === undefined ? undefined : (startedAt + uptime) * 1000;
    // The uptime has 32 bits: what lies far ahead was before they began again, and the other way round.
    const ahead = ((uptime - header.uptime + 2 ** 31) & (2 ** 32 - 1)) >>> 0;
    return (header.exported + ahead - 2 ** 31) * 1000;
  };
  const own = (s?: unknown, ms?: unknown, us?: unknown, ns?: unknown, ago?: unknown): number | undefined =>
    scaled(ms, 1000) ??
    scaled(s, 1_000_000) ??
    ntp(us, 1) ??
    ntp(ns, 1000) ??
    (typeof ago === 'number' ? header.exported * 1000 - ago : undefined);
  const first =
    own(values.first_s, values.first_ms, values.first_us, values.first_ns, values.first_ago) ??
    sinceStart(values.first_uptime);
  const last =
    own(values.last_s, values.last_ms, values.last_us, values.last_ns, values.last_ago) ??
    sinceStart(values.last_uptime);
  // Firewalls tell how a connection went on (5) or that it ended (2) with the time of that.
  const seen = scaled(values.observed_ms, 1000);
  const until = last ?? (values.event === 2 || values.event === 5 ? seen : undefined);
  return { first: first ?? last ?? seen, last: until };
}

function scaled(value: unknown, factor: number): number | undefined {
  return typeof value === 'number' && value > 0 ? value * factor : undefined;
}

/** Seconds since 1900 and their fraction (RFC 7011, 6.1.9), or a plain count since 1970, as some exporters have it. */
function ntp(value: unknown, perMicrosecond: number): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  const whole = BigInt(value);
  const seconds = Number(whole >> 32n) - 2_208_988_800;
  if (seconds < 0) return Number(whole) > 0 ? Math.round(Number(whole) / perMicrosecond) : undefined;
  return Math.round((seconds + Number(whole & 0xffffffffn) / 2 ** 32) * 1e6);
}
