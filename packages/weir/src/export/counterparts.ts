import type { Column, KqlType } from '@weir/kql';

export type Product = 'defender' | 'sentinel';

export const timeColumn: Readonly<Record<Product, string>> = { defender: 'Timestamp', sentinel: 'TimeGenerated' };

/** The host of what Defender reports as RemoteUrl, which is a URL or a name alone. */
const hostOfUrl = `tolower(extract(@"^(?:[A-Za-z][A-Za-z0-9+.-]*://)?(?:[^/?#@]*@)?([^/:?#]+)", 1, RemoteUrl))`;

/** What the product's own columns say where Weir has one of its own, as KQL. What Weir would say of a row of which only
 *  the endpoint told stands there too. */
const counterparts: Readonly<Record<string, string>> = {
  AccountName: 'InitiatingProcessAccountName',
  ArrivedAt: 'ingestion_time()',
  RemoteHost: hostOfUrl,
  RemoteHostSource: 'iff(isempty(RemoteUrl), "", "endpoint")',
  Fusion: '"endpoint"',
  FusionRule: '""',
};

/** KQL for a column that the product's table lacks, from those that it has; undefined where nothing there says it. */
export function counterpart(column: string, product: Product): string | undefined {
  const isTime = column === 'Timestamp' || column === 'TimeGenerated' || column === 'EvidenceTime';
  return isTime ? timeColumn[product] : counterparts[column];
}

/** KQL for "not known" in a column of this type. */
export function unknownOf({ type }: Column): string {
  const nulls: Partial<Record<KqlType, string>> = { string: '""', dynamic: 'dynamic(null)' };
  return nulls[type] ?? `${type}(null)`;
}
