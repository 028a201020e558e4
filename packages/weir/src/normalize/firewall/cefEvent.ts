/** A CEF event, as a text or as the columns that Sentinel makes of it: SQL of its header and of an extension's value. */
export interface CefEvent {
  readonly vendor: string;
  readonly product: string;
  readonly eventClass: string;
  readonly name: string;
  /** The first value of these keys, of CEF's dictionary or the vendor's own; null where unknown. */
  readonly value: (...keys: string[]) => string;
  /** A last resort for the time: when the collector got the event. */
  readonly received: string;
  /** Whether `in` and `out` are the product's own words, not columns that the collector named sent and received. */
  readonly verbatim: boolean;
}

/** The value of a custom field whose label says this. */
export function labelled({ value }: CefEvent, key: string, ...labels: string[]): string {
  const list = labels.map((label) => `'${label.toLowerCase()}'`).join(', ');
  return `CASE WHEN lower(${value(`${key}Label`)}) IN (${list}) THEN ${value(key)} END`;
}
