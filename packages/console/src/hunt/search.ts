import { second } from '../words/time.ts';

/** What a hunt's address says, so that it can be shared. */
export interface HuntSearch {
  /** The query. */
  readonly q?: string;
  readonly range?: string;
  /** A hunt that Weir brings along, by name. */
  readonly hunt?: string;
  /** One that somebody saved, by its number. */
  readonly saved?: number;
}

export function readHuntSearch(search: Record<string, unknown>): HuntSearch {
  const text = (name: string) => {
    const value = search[name];
    return typeof value === 'string' && value !== '' ? { [name]: value } : {};
  };
  const { range, saved } = search;
  return {
    ...{ ...text('q'), ...text('hunt') },
    ...(/^[1-9]\d{0,14}$/.test(String(saved)) ? { saved: Number(saved) } : {}),
    ...(isRange(range) ? { range } : {}),
  };
}

/** Longer queries would not pass everything between two people. */
const longest = 6_000;

/** The search of a query's address; undefined where it would be too long. */
export function addressOf(text: string, range: string): HuntSearch | undefined {
  if (encodeURIComponent(text).length > longest) return undefined;
  return { q: text, ...(range === '' ? {} : { range }) };
}

/** Time ranges by what an address calls them: of the last hour, day…, or `FROM/UNTIL` (moments in UTC). */
export const ranges: readonly { readonly value: string; readonly name: string }[] = [
  { value: '', name: 'As the query says' },
  { value: '1h', name: 'Last hour' },
  { value: '24h', name: 'Last 24 hours' },
  { value: '7d', name: 'Last 7 days' },
  { value: '30d', name: 'Last 30 days' },
  { value: '90d', name: 'Last 90 days' },
];

const moment = String.raw`\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?Z`;
const between = new RegExp(`^(${moment})/(${moment})$`);

/** A range as a person says it. */
export function rangeInWords(range: string): string {
  const moments = momentsOf(range);
  if (moments === undefined) return ranges.find(({ value }) => value === range)?.name ?? range;
  return `From ${second(moments.from)} until ${second(moments.until)} UTC`;
}

export function isRange(range: unknown): range is string {
  return typeof range === 'string' && (ranges.some(({ value }) => value === range) || between.test(range));
}

/** From and until of a range that names both. */
export function momentsOf(range: string): { readonly from: string; readonly until: string } | undefined {
  const [, from, until] = between.exec(range) ?? [];
  return from === undefined || until === undefined ? undefined : { from, until };
}

/** What a row's Timestamp must meet, as KQL; undefined where the query alone says. */
export function conditionOf(range: string): string | undefined {
  if (range === '') return undefined;
  const moments = momentsOf(range);
  if (moments === undefined) return `Timestamp > ago(${range}) and Timestamp <= now()`;
  return `Timestamp >= datetime(${moments.from}) and Timestamp < datetime(${moments.until})`;
}
