import type { EntityMapping } from '../rules/rule.ts';

/** Defender's collections of entities, each a list of entities as names of columns. */
export type DefenderEntities = Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;

type Fields = ReadonlyMap<string, string>;

/** The identifiers of each kind that Defender takes, in the order in which it is asked; a set stands together. From what
 *  its service accepted in 09/2026. */
const accepted: Readonly<
  Record<string, { readonly list: string; readonly sets: readonly Readonly<Record<string, string>>[] }>
> = {
  Host: {
    list: 'hosts',
    sets: [
      { FullName: 'nameColumn' },
      { HostName: 'nameColumn' },
      { NetBiosName: 'netBiosNameColumn', NTDomain: 'ntDomainColumn' },
      { NetBiosName: 'netBiosNameColumn', DnsDomain: 'dnsDomainColumn' },
    ],
  },
  Account: {
    list: 'accounts',
    sets: [
      { AadUserId: 'aadUserIdColumn' },
      { Sid: 'sidColumn' },
      { Name: 'nameColumn', NTDomain: 'ntDomainColumn' },
      { Name: 'nameColumn', DnsDomain: 'dnsDomainColumn' },
      { Name: 'nameColumn', UPNSuffix: 'upnSuffixColumn' },
      { FullName: 'upnColumn' },
    ],
  },
  IP: { list: 'ips', sets: [{ Address: 'addressColumn' }] },
  URL: { list: 'urls', sets: [{ Url: 'addressColumn' }] },
  DNS: { list: 'dns', sets: [{ DomainName: 'domainNameColumn' }] },
  Mailbox: { list: 'mailboxes', sets: [{ MailboxPrimaryAddress: 'primaryAddressColumn' }] },
  RegistryValue: { list: 'registryValues', sets: [{ Key: 'keyColumn', Name: 'valueNameColumn' }] },
  AzureResource: { list: 'azureResources', sets: [{ ResourceId: 'resourceIdColumn' }] },
};

/** Without one of these lists Defender saves no detection. */
const impacted = ['hosts', 'accounts', 'mailboxes', 'ips'];

/** Entity mappings as Defender has them, and those that it has no place for. `columns` are the result's: a device's id,
 *  where it is there, says more than its name. */
export function defenderEntities(
  mappings: readonly EntityMapping[],
  columns: ReadonlySet<string>,
): { readonly entities: DefenderEntities; readonly left: readonly string[]; readonly isImpacted: boolean } {
  const entities: Record<string, Readonly<Record<string, string>>[]> = {};
  const left: string[] = [];
  for (const { entityType, fieldMappings } of mappings) {
    const fields: Fields = new Map(fieldMappings.map(({ identifier, columnName }) => [identifier, columnName]));
    const known = Object.hasOwn(accepted, entityType) ? accepted[entityType] : undefined;
    const found = known && entityOf(known.sets, fields);
    if (known === undefined || found === undefined) left.push(`${entityType} by ${[...fields.keys()].join(', ')}`);
    else entities[known.list] = [...(entities[known.list] ?? []), found];
  }
  const [host, ...others] = entities.hosts ?? [];
  if (columns.has('DeviceId')) entities.hosts = [{ deviceIdColumn: 'DeviceId', ...host }, ...others];
  if (entities.accounts === undefined && columns.has('InitiatingProcessAccountUpn')) {
    entities.accounts = [{ upnColumn: 'InitiatingProcessAccountUpn' }];
  }
  return { entities, left, isImpacted: impacted.some((list) => entities[list] !== undefined) };
}

function entityOf(
  sets: readonly Readonly<Record<string, string>>[],
  fields: Fields,
): Readonly<Record<string, string>> | undefined {
  const set = sets.find((each) => Object.keys(each).every((identifier) => fields.has(identifier)));
  if (set === undefined) return undefined;
  return Object.fromEntries(Object.entries(set).map(([identifier, name]) => [name, fields.get(identifier) ?? '']));
}
