import { describe, expect, test } from 'vitest';
import type { UserError } from '../model/userError.ts';
import { readRule, readRules } from './readRule.ts';

const minute = 600_000_000n;

const keys = {
  id: '0a1b2c3d-0000-4000-8000-00000000aaaa',
  name: 'Uploads of a kind',
  description: 'Sums what one device sends.',
  severity: 'Medium',
  kind: 'Scheduled',
  queryFrequency: '1h',
  queryPeriod: '1d',
  triggerOperator: 'gt',
  triggerThreshold: '0',
};

/** A rule file with some keys changed, left out (null) or added, and a query of two lines. */
function file(changed: Readonly<Record<string, string | null>> = {}): string {
  const lines = Object.entries({ ...keys, ...changed }).flatMap(([key, value]) =>
    value === null ? [] : [`${key}: ${value}`],
  );
  return `${lines.join('\n')}\nquery: |\n  DeviceNetworkEvents\n    | where RemotePort == 443\n`;
}

const read = (changed: Readonly<Record<string, string | null>> = {}) => readRule('r/rule.yaml', file(changed));

function failure(text: string, path = 'r/rule.yaml'): Pick<UserError, 'code' | 'place' | 'message' | 'advice'> {
  try {
    readRule(path, text);
  } catch (error) {
    return error as UserError;
  }
  return expect.fail('the rule was read');
}

describe("Sentinel's format", () => {
  test.each([
    ['gt', 'GreaterThan'],
    ['lt', 'LessThan'],
    ['eq', 'Equal'],
    ['ne', 'NotEqual'],
    ['GreaterThan', 'GreaterThan'],
    ['LessThan', 'LessThan'],
    ['Equal', 'Equal'],
    ['NotEqual', 'NotEqual'],
  ])('operator %s', (written, operator) => {
    expect(read({ triggerOperator: written, triggerThreshold: '3' }).trigger).toEqual({ operator, threshold: 3 });
  });

  test.each([
    ['5m', '1h', 5n, 60n],
    ['00:30:00', '1.00:00:00', 30n, 24n * 60n],
    ['PT10M', 'P14D', 10n, 14n * 24n * 60n],
  ])('every %s over %s', (queryFrequency, queryPeriod, frequency, period) => {
    expect(read({ queryFrequency, queryPeriod }).schedule).toEqual({
      frequency: frequency * minute,
      period: period * minute,
    });
  });

  test('a near-real-time rule needs no schedule and no trigger', () => {
    const none = { queryFrequency: null, queryPeriod: null, triggerOperator: null, triggerThreshold: null };
    expect(read({ kind: 'NRT', ...none })).toMatchObject({
      schedule: { frequency: minute, period: minute },
      trigger: { operator: 'GreaterThan', threshold: 0 },
    });
  });

  test('keys that Weir makes no use of, empty keys, a version that YAML takes for a number, an id in capitals', () => {
    const rule = read({
      id: keys.id.toUpperCase(),
      version: '1.1',
      status: 'Available',
      tactics: '',
      relevantTechniques: '[T1567, T1567.002]',
      suppressionEnabled: 'false',
      incidentConfiguration: '{ createIncident: true }',
      requiredDataConnectors: '[]',
    });
    expect(rule).toMatchObject({ id: keys.id, version: '1.1', tactics: [], techniques: ['T1567', 'T1567.002'] });
  });

  test('the whole format: what alerts say and carry, how they are packed and grouped, where the data come from', () => {
    const rule = read({
      severity: 'high',
      kind: 'scheduled',
      triggerThreshold: "'5'",
      description: '',
      customDetails: '{ Sent: BytesSent }',
      eventGroupingSettings: '{ aggregationKind: AlertPerResult }',
      alertDetailsOverride:
        "{ alertDisplayNameFormat: '{{A}} to {{B}}', alertDescriptionFormat: '', alertTacticsColumnName: null, alertSeverityColumnName: S, alertDynamicProperties: [{ alertProperty: AlertLink, value: L }] }",
      incidentConfiguration:
        '{ createIncident: true, groupingConfiguration: { enabled: true, lookbackDuration: PT5H, matchingMethod: Selected, groupByEntities: [Host] } }',
      requiredDataConnectors: '[{ connectorId: MicrosoftThreatProtection, dataTypes: [DeviceNetworkEvents] }]',
      tags: '[Ryuk, { Schema: ASIM }]',
      metadata: '{ source: { kind: Community } }',
    });
    expect(rule).toMatchObject({
      kind: 'Scheduled',
      severity: 'high',
      description: '',
      trigger: { threshold: 5 },
      customDetails: { Sent: 'BytesSent' },
      grouping: 'AlertPerResult',
      alert: {
        title: '{{A}} to {{B}}',
        severityColumn: 'S',
        properties: [{ property: 'AlertLink', column: 'L' }],
      },
      incident: {
        createIncident: true,
        grouping: { enabled: true, lookback: 300n * minute, matchingMethod: 'Selected', groupByEntities: ['Host'] },
      },
      connectors: [{ connectorId: 'MicrosoftThreatProtection', dataTypes: ['DeviceNetworkEvents'] }],
      tags: ['Ryuk', { Schema: 'ASIM' }],
    });
    expect(rule.alert).not.toHaveProperty('description');
    expect(rule.alert).not.toHaveProperty('tacticsColumn');
  });

  test('as its first years had it, without a kind, and with mappings that are not whole', () => {
    const mappings =
      '[{ entityType: Host, fieldMappings: [{ identifies: FullName, columnName: A }, { identifier: HostName, columnName: B }] }, { entityType: IP, fieldMappings: [{ identifier: Address }], columnName: C }]';
    expect(read({ kind: null, entityMappings: mappings })).toMatchObject({
      kind: 'Scheduled',
      entityMappings: [{ entityType: 'Host', fieldMappings: [{ identifier: 'HostName', columnName: 'B' }] }],
    });
  });

  test.each([
    [
      '[{ entityType: Host, fieldMappings: [{ identifier: NetBiosName, columnName: N }, { identifier: HostName, columnName: H }] }, { entityType: Account, fieldMappings: [{ identifier: Name, columnName: A }] }, { entityType: Process, fieldMappings: [{ identifier: CommandLine, columnName: InitiatingProcessCommandLine }] }, { entityType: URL, fieldMappings: [{ identifier: Url, columnName: U }] }, { entityType: IP, fieldMappings: [{ identifier: Address, columnName: RemoteIP }] }]',
      ['H', 'A', 'InitiatingProcessFileName', 'U'],
    ],
    [
      '[{ entityType: IP, fieldMappings: [{ identifier: Address, columnName: SrcIpAddr }] }, { entityType: IP, fieldMappings: [{ identifier: Address, columnName: DstIpAddr }] }]',
      ['SrcIpAddr', 'DstIpAddr'],
    ],
    [
      '[{ entityType: Process, fieldMappings: [{ identifier: ProcessId, columnName: P }] }, { entityType: Account, fieldMappings: [{ identifier: Sid, columnName: S }] }]',
      ['S'],
    ],
    ['[{ entityType: AzureResource, fieldMappings: [{ identifier: ResourceId, columnName: R }] }]', ['R']],
    ['[]', ['DeviceName', 'InitiatingProcessFileName', 'Service']],
  ])('the finding key of a rule that names none: %s', (entityMappings, key) => {
    expect(read({ entityMappings }).weir.finding).toMatchObject({ key, keyIsOwn: false });
    const own = read({ entityMappings, weir: '{ finding: { key: [X] } }' });
    expect(own.weir.finding).toMatchObject({ key: ['X'], keyIsOwn: true });
  });

  test('where nothing is said: key, quiet time and a score just enough for the severity', () => {
    expect(read({ severity: 'High' }).weir).toMatchObject({
      finding: { key: ['DeviceName', 'InitiatingProcessFileName', 'Service'], quiet: 24n * 60n * minute },
      score: { base: 70, add: [] },
      confidence: 'medium',
    });
  });

  test('suppression counts where it is on, for five hours where no time is said', () => {
    const pause = (changed: Readonly<Record<string, string>>) => read(changed).suppression;
    expect(pause({ suppressionEnabled: 'true', suppressionDuration: 'PT1H' })).toBe(60n * minute);
    expect(pause({ suppressionEnabled: 'true' })).toBe(300n * minute);
    expect(pause({ suppressionEnabled: 'false', suppressionDuration: '5h' })).toBeUndefined();
    expect(pause({})).toBeUndefined();
  });

  test('lateness and status have defaults', () => {
    expect(read().weir).toMatchObject({ lateness: 7n * 24n * 60n * minute, status: 'experimental' });
    expect(read({ weir: '{ lateness: 2d, status: stable }' }).weir).toMatchObject({
      lateness: 2n * 24n * 60n * minute,
      status: 'stable',
    });
  });

  test('knows where each line of the query stands', () => {
    expect(read().queryLines).toEqual([
      { line: 11, column: 3 },
      { line: 12, column: 3 },
    ]);
  });
});

describe('a mistake is told with its place and a way out', () => {
  test.each([
    ['an unknown severity', { severity: 'Severe' }, 'r/rule.yaml:4:1', /^severity: /],
    ['no duration', { queryFrequency: 'hourly' }, 'r/rule.yaml:6:1', /hourly is no duration; write 5m, 1h or 1d/],
    ['an operator', { triggerOperator: '">"' }, 'r/rule.yaml:8:1', /^triggerOperator: /],
    ['a threshold', { triggerThreshold: '-1' }, 'r/rule.yaml:9:1', /^triggerThreshold: /],
    ['an id that is no GUID', { id: 'mine' }, 'r/rule.yaml:1:1', /^id: /],
    ['a look-back shorter than the pause', { queryPeriod: '30m' }, 'r/rule.yaml:7:1', /never be looked at/],
    ['a key of ours that is misspelt', { weir: '{ confidense: high }' }, 'r/rule.yaml:10:9', /confidense: unknown key/],
    ['no such kind', { kind: 'Fusion' }, 'r/rule.yaml:5:1', /^kind: /],
  ])('%s', (_, changed, place, message) => {
    const error = failure(file(changed as Record<string, string>));
    expect(error).toMatchObject({ code: 'RULE_INVALID', place });
    expect(error.message).toMatch(message);
    expect(error.advice).not.toBe('');
  });

  test('a missing key at the file, however many are missing', () => {
    expect(failure('name: x\nkind: NRT\n')).toMatchObject({ code: 'RULE_INVALID', place: 'r/rule.yaml:1:1' });
  });

  test('broken YAML, a key twice', () => {
    expect(failure('id: [1\nname: x\n')).toMatchObject({ code: 'YAML_INVALID' });
    expect(failure(`${file()}name: again\n`)).toMatchObject({ code: 'YAML_INVALID', place: 'r/rule.yaml:13:1' });
  });
});

describe('what Sentinel exports', () => {
  const properties = {
    displayName: 'Uploads',
    description: null,
    enabled: true,
    severity: 'Medium',
    query: 'DeviceNetworkEvents\n| take 1',
    queryFrequency: 'PT1H',
    queryPeriod: 'P1D',
    triggerOperator: 'GreaterThan',
    triggerThreshold: 0,
    suppressionEnabled: false,
    suppressionDuration: 'PT5H',
    tactics: ['Exfiltration'],
    techniques: ['T1567'],
    subTechniques: ['T1567.002'],
    alertRuleTemplateName: null,
    incidentConfiguration: null,
    templateVersion: '1.2.3',
  };
  const resource = (id: string, changed: object = {}) => ({
    name: `[concat(parameters('workspace'),'/Microsoft.SecurityInsights/${id}')]`,
    kind: 'Scheduled',
    properties: { ...properties, ...changed },
  });
  const ids = ['0a1b2c3d-0000-4000-8000-00000000aaaa', '0a1b2c3d-0000-4000-8000-00000000bbbb'];

  test.each([
    ['a template', { resources: [...ids.map((id) => resource(id)), { kind: 'Fusion', properties: {} }] }],
    ['a list', { value: ids.map((id) => resource(id)) }],
  ])('%s holds its rules', (_, value) => {
    const rules = readRules('rules.json', JSON.stringify(value, null, 2));
    expect(rules.map(({ id }) => id)).toEqual(ids);
    expect(rules[0]).toMatchObject({
      name: 'Uploads',
      description: '',
      techniques: ['T1567', 'T1567.002'],
      schedule: { frequency: 60n * minute, period: 1_440n * minute },
      version: '1.2.3',
      suppression: undefined,
    });
  });

  test('one alone is read, and a mistake stands at its place', () => {
    expect(readRule('one.json', JSON.stringify(resource(ids[0] ?? ''))).name).toBe('Uploads');
    const wrong = JSON.stringify({ resources: [resource(ids[0] ?? '', { queryPeriod: 'weekly' })] }, null, 2);
    expect(failure(wrong, 'rules.json')).toMatchObject({ code: 'RULE_INVALID', place: 'rules.json:13:9' });
    const both = JSON.stringify({ value: ids.map((id) => resource(id)) });
    expect(failure(both, 'two.json').message).toBe('the file holds 2 rules');
  });
});

describe('a bare query', () => {
  test('is a rule without schedule, whose id follows from name and text', () => {
    const rule = readRule('a/hunt.kql', '\uFEFFDeviceNetworkEvents\n| take 1');
    expect(rule).toMatchObject({ name: 'hunt', schedule: null, query: 'DeviceNetworkEvents\n| take 1' });
    expect(rule.id).toBe(readRule('b/hunt.kql', 'DeviceNetworkEvents\n| take 1').id);
    expect(rule.id).not.toBe(readRule('a/hunt.kql', 'DeviceNetworkEvents').id);
  });

  test('that says nothing is none', () => {
    expect(failure(' \n', 'a/empty.kql')).toMatchObject({ code: 'RULE_INVALID', place: 'a/empty.kql' });
  });
});
