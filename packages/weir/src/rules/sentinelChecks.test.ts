import { expect, test } from 'vitest';
import { parseYaml } from '../yaml/yamlDocument.ts';
import { sentinelProblems } from './sentinelChecks.ts';

const good = {
  id: '0a1b2c3d-0000-4000-8000-00000000aaaa',
  name: 'Uploads',
  description: 'Sums what leaves.',
  severity: 'Medium',
  kind: 'Scheduled',
  requiredDataConnectors: [],
  queryFrequency: '1h',
  queryPeriod: '1d',
  triggerOperator: 'gt',
  triggerThreshold: 0,
  tactics: ['Exfiltration'],
  relevantTechniques: ['T1567.002'],
  query: 'DeviceNetworkEvents',
  entityMappings: [{ entityType: 'Host', fieldMappings: [{ identifier: 'HostName', columnName: 'DeviceName' }] }],
  customDetails: { Sent: 'BytesSent' },
  version: '1.0.0',
};

/** Where what is wrong stands, and what it is. */
const problems = (changed: object) =>
  sentinelProblems({ ...good, ...changed }).map(({ place, message }) => `${place.join('.')}: ${message}`);

test('nothing is wrong with a good rule, nor with one that is near real time', () => {
  expect(problems({})).toEqual([]);
  const none = { queryFrequency: undefined, queryPeriod: undefined, triggerOperator: undefined };
  expect(problems({ kind: 'NRT', ...none })).toEqual([]);
});

const host = { entityType: 'Host', fieldMappings: [{ identifier: 'HostName', columnName: 'DeviceName' }] };
const mapped = (entityType: string, ...identifiers: string[]) => ({
  entityMappings: [{ entityType, fieldMappings: identifiers.map((identifier) => ({ identifier, columnName: 'X' })) }],
});
const grouped = (settings: object) => ({ incidentConfiguration: { groupingConfiguration: settings } });

test.each([
  [{ queryFrequency: '1m' }, /^queryFrequency: queryFrequency is 1m; Sentinel takes 5 minutes to 14 days$/],
  [{ queryPeriod: '15d' }, /^queryPeriod: .*14 days$/],
  [{ queryPeriod: '1 hour' }, /^queryPeriod: 1 hour is no duration$/],
  [{ queryFrequency: '30m', queryPeriod: '2d' }, /^queryFrequency: .*at most once an hour/],
  [{ triggerThreshold: 10_001 }, /^triggerThreshold: .*10,000/],
  [{ requiredDataConnectors: undefined }, /^requiredDataConnectors: Sentinel wants requiredDataConnectors/],
  [{ description: '' }, /^description: Sentinel wants description/],
  [{ name: 'x'.repeat(257) }, /^name: the name has 257 characters, more than the 256/],
  [{ query: 'x'.repeat(10_001) }, /^query: the query has 10,001 characters/],
  [{ query: 'search * | where x == 1' }, /^query: Sentinel takes no search/],
  [{ query: 'T | extend HostCustomEntity = x' }, /^query: the query gives HostCustomEntity/],
  [{ version: '1.0' }, /^version: 1.0 is no version/],
  [{ tactics: ['Exfiltration', 'Theft'] }, /^tactics.1: Theft is no tactic/],
  [{ tactics: ['Impact'] }, /^relevantTechniques.0: T1567.002 belongs to Exfiltration/],
  [{ entityMappings: Array.from({ length: 11 }, () => host) }, /^entityMappings.10: 11 entity mappings/],
  [mapped('Computer', 'Name'), /^entityMappings.0.entityType: Computer is no entity/],
  [mapped('Host', 'Name', 'HostName'), /^entityMappings.0.fieldMappings.0.identifier: Name is no identifier of Host/],
  [mapped('Host', 'HostName', 'HostName'), /^entityMappings.0.fieldMappings.1.identifier: Host has HostName twice/],
  [mapped('Host', 'HostName', 'FullName', 'DnsDomain', 'NTDomain'), /^entityMappings.0.fieldMappings.3: 4 identifiers/],
  [mapped('FileHash', 'Value'), /^entityMappings.0.fieldMappings: FileHash is told by none of Algorithm with Value/],
  [{ customDetails: { '2nd': 'X' } }, /^customDetails.2nd: 2nd is no name/],
  [{ customDetails: { Sent: 'a b' } }, /^customDetails.Sent: a b is no column/],
  [
    { customDetails: Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`K${index}`, 'X'])) },
    /^customDetails.K20: 21 custom details/,
  ],
  [
    { alertDetailsOverride: { alertDisplayNameFormat: '{{a}} {{b}} {{c}} {{d}}' } },
    /^alertDetailsOverride.alertDisplayNameFormat: .*4 columns in braces/,
  ],
  [{ suppressionDuration: 'P2D' }, /^suppressionDuration: .*24 hours/],
  [grouped({ lookbackDuration: 'P8D' }), /lookbackDuration: .*7 days/],
  [grouped({ matchingMethod: 'Selected' }), /matchingMethod: matchingMethod Selected without/],
  [grouped({ groupByAlertDetails: ['Title'] }), /groupByAlertDetails.0: Title is no detail/],
  [grouped({ groupByCustomDetails: ['Size'] }), /groupByCustomDetails.0: customDetails has no Size/],
  [grouped({ groupByEntities: ['IP'] }), /groupByEntities.0: entityMappings has no IP/],
])('%j', (changed, said) => {
  expect(problems(changed)).toEqual([expect.stringMatching(said)]);
});

test('whatever the file holds, nothing breaks', () => {
  for (const value of [null, 1, [], { entityMappings: [null, 1] }, { customDetails: [], tactics: 'x', query: {} }]) {
    expect(sentinelProblems(value)).not.toEqual([]);
  }
  expect(sentinelProblems(parseYaml('x.yaml', 'a: 1').value)).not.toEqual([]);
});
