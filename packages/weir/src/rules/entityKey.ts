import type { EntityMapping } from './rule.ts';

/** Sentinel's identifiers of an entity, the steadiest first. A process id is another one at each start, and says of no
 *  story which it is. */
const identifiers: Readonly<Record<string, readonly string[]>> = {
  Host: ['FullName', 'HostName', 'NetBiosName', 'AzureID', 'OMSAgentID'],
  Account: ['FullName', 'Name', 'Sid', 'AadUserId', 'ObjectGuid', 'PUID', 'DisplayName'],
  Process: ['CommandLine'],
  DNS: ['DomainName'],
  URL: ['Url'],
  IP: ['Address'],
};

/** A program's own name, where a mapping has its command line, which differs with every file that is sent. */
const programOf: Readonly<Record<string, string>> = {
  InitiatingProcessCommandLine: 'InitiatingProcessFileName',
  ProcessCommandLine: 'FileName',
};

const isSource = /src|source|client|local|caller|internal/i;

/** The finding key of a rule that names none: who (host, account), by what (process) and where to (domain, else URL, else
 *  address). With an address of its own side alone, that stands for the host. Any other entity where it maps nothing of
 *  these; undefined where it maps nothing at all. */
export function entityKey(mappings: readonly EntityMapping[]): readonly string[] | undefined {
  const of = (type: string) => mappings.filter(({ entityType }) => entityType === type).flatMap(columnOf);
  const [host] = of('Host');
  const [account] = of('Account');
  const [process] = of('Process').map((column) => programOf[column] ?? column);
  const addresses = of('IP');
  const [ownAddress] = host === undefined ? addresses.filter((column) => isSource.test(column)) : [];
  const [destination] = [...of('DNS'), ...of('URL'), ...addresses.filter((column) => !isSource.test(column))];
  const key = [host ?? ownAddress, account, process, destination].filter((column) => column !== undefined);
  if (key.length > 0) return [...new Set(key)];
  const others = mappings.flatMap(({ fieldMappings }) => fieldMappings.slice(0, 1).map(({ columnName }) => columnName));
  return others.length > 0 ? [...new Set(others)] : undefined;
}

function columnOf({ entityType, fieldMappings }: EntityMapping): readonly string[] {
  const order = identifiers[entityType] ?? [];
  const found = order.flatMap((wanted) => fieldMappings.filter(({ identifier }) => identifier === wanted));
  return found.slice(0, 1).map(({ columnName }) => columnName);
}
