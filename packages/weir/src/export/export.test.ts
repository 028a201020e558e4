import { fileURLToPath } from 'node:url';
import { compile } from '@weir/kql';
import { describe, expect, test } from 'vitest';
import { detect } from '../detect/detect.ts';
import { appendRows } from '../detect/inlineRows.ts';
import { withScratchLake } from '../detect/scratchLake.ts';
import { loadRules } from '../rules/load.ts';
import { readRule, readRules } from '../rules/readRule.ts';
import type { Rule } from '../rules/rule.ts';
import { deviceNetworkEvents, weirSchema } from '../tables/index.ts';
import { withoutComments } from './comments.ts';
import { exportRules, type Target } from './export.ts';

const content = await loadRules([fileURLToPath(new URL('../../../../content/rules', import.meta.url))]);

const query = `// Paste sites.
let Pastes = dynamic(["pastebin.com", "paste.ee"]);
DeviceNetworkEvents
| where EvidenceTime > ago(1h)
| where RemoteHost in (Pastes) and AccountName != "system"
| project Timestamp, DeviceId, ReportId, DeviceName, AccountName, RemoteHost, RemoteIP, BytesSent`;

const keys = {
  id: '5d1f0a52-6c1e-4a3b-9f0e-2b7c51d4e6a1',
  name: 'Script to a paste site',
  description: 'A script engine talks to a paste site.',
  severity: 'Medium',
  queryFrequency: '5m',
  queryPeriod: '1h',
  triggerOperator: 'gt',
  triggerThreshold: '0',
  tactics: '[Exfiltration]',
  relevantTechniques: '[T1567.003]',
  entityMappings:
    '[{ entityType: Host, fieldMappings: [{ identifier: HostName, columnName: DeviceName }] }, { entityType: Account, fieldMappings: [{ identifier: Name, columnName: AccountName }] }]',
  customDetails: '{ Sent: BytesSent }',
  kind: 'Scheduled',
};

function rule(changed: Readonly<Record<string, string | undefined>> = {}, text = query): Rule {
  const lines = Object.entries({ ...keys, ...changed }).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}: ${value}`],
  );
  return readRule('r/rule.yaml', `${lines.join('\n')}\nquery: |\n${text.replace(/^/gm, '  ')}\n`);
}

function exported(rules: readonly Rule[], to: Target) {
  const { text, refusals, notes } = exportRules(rules, to);
  expect(refusals).toEqual([]);
  return { text, notes };
}

const refused = (of: Rule, to: Target) =>
  exportRules([of], to).refusals.map(({ place, message }) => `${place} ${message}`);

/** The same for every product. */
const lackedEverywhere = {
  'Regular sending that no program is known of': [
    'EgressDaily',
    'BytesSent',
    'BytesReceived',
    'RegistrableDomain',
    'Service',
    'ServiceCategory',
    'SubTechnique',
    'EventId',
  ],
  'Session of hours that carries data to a place where hardly anybody goes': [
    'EgressDaily',
    'BytesSent',
    'BytesReceived',
    'FlowStart',
    'FlowEnd',
    'RegistrableDomain',
    'Service',
    'ServiceCategory',
    'ProgramKind',
    'ExpectedClient',
  ],
  'Small uploads on many days to a place where hardly anybody goes': [
    'EgressDaily',
    'BytesSent',
    'BytesReceived',
    'RegistrableDomain',
    'Service',
    'ServiceCategory',
    'ProgramKind',
    'ProgramPlace',
    'ProgramRenamed',
  ],
};

/** What of each rule another product lacks, in the order of its places. */
const sentinelLacks = {
  ...lackedEverywhere,
  'Bulk upload by a tool, a server or a program that nobody knows': [
    'EgressDaily',
    'EgressDaily',
    'EgressDaily',
    'BytesSent',
    'BytesReceived',
    'RegistrableDomain',
    'Service',
    'ServiceCategory',
    'SubTechnique',
    'ProgramKind',
    'ProgramPlace',
    'ProgramRenamed',
    'ExpectedClient',
  ],
  'Push to a code host that is unlike the device': [
    'Inventory',
    'EgressDaily',
    'BytesSent',
    'BytesReceived',
    'Service',
    'ServiceCategory',
    'SubTechnique',
    'Program',
    'ExpectedClient',
  ],
  'Connection to a service known for exfiltration': [
    'EgressDaily',
    'EgressDaily',
    'Inventory',
    'Inventory',
    'RegistrableDomain',
    'Service',
    'ServiceCategory',
  ],
  'Upload to a web service by a program that is not its client': [
    'EgressDaily',
    'EgressDaily',
    'Inventory',
    'Inventory',
    'Inventory',
    'BytesSent',
    'BytesReceived',
    'RegistrableDomain',
    'Service',
    'ServiceCategory',
    'ExpectedClient',
  ],
  'Unexpected program talks to a mailbox service': [
    'EgressDaily',
    'EgressDaily',
    'BytesSent',
    'BytesReceived',
    'RegistrableDomain',
    'ServiceCategory',
    'ExpectedClient',
  ],
  'Upload by an expected client that is far beyond what the device does': [
    'EgressDaily',
    'BytesSent',
    'BytesReceived',
    'RegistrableDomain',
    'Service',
    'ServiceCategory',
    'SubTechnique',
    'ProgramKind',
    'ExpectedClient',
  ],
};
const lacking = {
  sentinel: sentinelLacks,
  'sentinel-arm': sentinelLacks,
  defender: {
    ...lackedEverywhere,
    'Bulk upload by a tool, a server or a program that nobody knows': [
      'Defender would run it every 1d, and its query looks back only 1h',
    ],
    'Push to a code host that is unlike the device': [
      'Inventory',
      'EgressDaily',
      'BytesSent',
      'BytesReceived',
      'Service',
      'ServiceCategory',
      'SubTechnique',
      'Program',
      'ExpectedClient',
    ],
    'Connection to a service known for exfiltration': [
      'Defender would run it every 1d, and its query looks back only 1h',
    ],
    'Upload to a web service by a program that is not its client': [
      'Defender would run it every 1d, and its query looks back only 1h',
    ],
    'Unexpected program talks to a mailbox service': [
      'Defender would run it every 1d, and its query looks back only 1h',
    ],
    'Upload by an expected client that is far beyond what the device does': [
      'EgressDaily',
      'BytesSent',
      'BytesReceived',
      'RegistrableDomain',
      'Service',
      'ServiceCategory',
      'SubTechnique',
      'ProgramKind',
      'ExpectedClient',
    ],
  },
};

describe("Weir's own rules", () => {
  test.each(['sentinel', 'sentinel-arm', 'defender'] as const)(
    'decide by what %s does not know, and are refused at it',
    (to) => {
      const reasons = Object.fromEntries(
        content.map((each) => [
          each.name,
          exportRules([each], to).refusals.map(({ place, message }) => {
            expect(place).toMatch(/rule\.yaml:\d+:\d+$/);
            const [, column, table] = /depends on (\w+),|has no table (\w+)$/.exec(message) ?? [];
            return column ?? table ?? message.split(':')[0];
          }),
        ]),
      );
      expect(reasons).toEqual(lacking[to]);
    },
  );

  test('stand on one layer', () => {
    const layer = JSON.parse(exported(content, 'navigator').text);
    const scores = Object.fromEntries(
      layer.techniques.map((each: { techniqueID: string; score: number }) => [each.techniqueID, each.score]),
    );
    expect(layer).toMatchObject({ domain: 'enterprise-attack', versions: { layer: '4.5' } });
    const counts = (id: string) => content.filter(({ techniques }) => techniques.includes(id)).length;
    expect(scores).toEqual(Object.fromEntries(Object.keys(scores).map((id) => [id, counts(id)])));
    expect(scores['T1567.002']).toBeGreaterThan(0);
  });
});

describe('a rule that endpoints can answer', () => {
  test("as Sentinel's YAML is read again with the same meaning", () => {
    const more = {
      suppressionEnabled: 'true',
      suppressionDuration: '2h',
      triggerOperator: 'LessThan',
      triggerThreshold: '3',
      eventGroupingSettings: '{ aggregationKind: AlertPerResult }',
      alertDetailsOverride: "{ alertDisplayNameFormat: '{{DeviceName}} pastes', alertSeverityColumnName: RemoteHost }",
      incidentConfiguration:
        '{ createIncident: true, groupingConfiguration: { enabled: true, lookbackDuration: PT5H, matchingMethod: Selected, groupByEntities: [Host] } }',
      requiredDataConnectors: '[{ connectorId: MicrosoftThreatProtection, dataTypes: [DeviceNetworkEvents] }]',
    };
    const original = rule(more);
    const { query: _, queryLines: __, idAt: ___, description, version, path, ...same } = original;
    const again = readRule(path, exported([original], 'sentinel').text);
    expect(again).toMatchObject(same);
    expect(again.description.startsWith(description)).toBe(true);
    expect(version).toBe('');
    expect(again.version).toBe('1.0.0');
  });

  test('and so as an ARM template, in which a query that begins with a bracket is no expression', () => {
    const { text } = exported([rule(), rule({ id: '6d1f0a52-6c1e-4a3b-9f0e-2b7c51d4e6a1' })], 'sentinel-arm');
    const again = readRules('rules.json', text);
    expect(again.map(({ id }) => id)).toEqual([keys.id, '6d1f0a52-6c1e-4a3b-9f0e-2b7c51d4e6a1']);
    expect(again[0]).toMatchObject({
      severity: 'medium',
      techniques: ['T1567', 'T1567.003'],
      schedule: rule().schedule,
    });
  });

  test('finds over rows of an endpoint what it found', async () => {
    const original = rule({ entityMappings: undefined, customDetails: undefined });
    const again = readRule('again.yaml', exported([original], 'sentinel').text);
    const row = (minute: number, host: string, account: string) => ({
      Timestamp: `2026-03-02T09:0${minute}:00Z`,
      EvidenceTime: `2026-03-02T09:0${minute}:00Z`,
      DeviceName: 'ws-1',
      InitiatingProcessAccountName: account,
      AccountName: account,
      RemoteUrl: `https://${host}/x`,
      RemoteHost: host.toLowerCase(),
      EventId: `e${minute}`,
    });
    const rows = [row(1, 'Pastebin.com', 'ana'), row(2, 'pastebin.com', 'system'), row(3, 'a.example', 'ana')];
    await withScratchLake(async (lake) => {
      await appendRows(lake, deviceNetworkEvents, rows);
      const ids = async (of: Rule) => (await detect(lake, [of], {})).findings.map(({ evidence }) => evidence.eventIds);
      expect(await ids(original)).toEqual([['e1']]);
      expect(await ids(again)).toEqual([['e1']]);
    });
  });

  test("as Defender's custom detection, off until somebody has looked at it", () => {
    const { text, notes } = exported([rule({ weir: '{ finding: { key: [DeviceName] } }' })], 'defender');
    expect(JSON.parse(text)).toMatchObject({
      id: `r-${keys.id}`,
      status: 'disabled',
      schedule: { frequency: 'PT1H' },
      detectionAction: {
        alertTemplate: {
          severity: 'medium',
          tactics: [{ tactic: 'Exfiltration', techniques: [{ technique: 'T1567', subTechniques: ['T1567.003'] }] }],
          entityMappings: { hosts: [{ deviceIdColumn: 'DeviceId', nameColumn: 'DeviceName' }] },
        },
      },
    });
    const { queryText } = JSON.parse(text).queryCondition;
    expect(queryText).toContain('AccountName = InitiatingProcessAccountName');
    expect(queryText).toContain('| where Timestamp > ago(1h)\n| extend');
    expect(notes.join('\n')).toMatch(/BytesSent: empty there[\s\S]*every 1h[\s\S]*Account by Name/);
  });
});

test('where no operator follows a table, what stands for its columns goes into parentheses with it', () => {
  const text = `let All = union DeviceNetworkEvents, DeviceFileEvents;
All | where EvidenceTime > ago(1h) | where AccountName == "x"
| project Timestamp, DeviceId, ReportId, DeviceName, AccountName`;
  const again = readRule('r.yaml', exported([rule({ customDetails: undefined }, text)], 'sentinel').text);
  expect(again.query).toMatch(/union \(DeviceNetworkEvents\n\| extend [\s\S]*\), \(DeviceFileEvents\n\| extend/);
  expect(compile(again.query, { schema: weirSchema, dialect: 'duckdb' }).diagnostics).toEqual([]);
});

test('what stands for the columns of one leg of a union is put into no other leg', () => {
  const text = `DeviceProcessEvents // its own AccountName
| union DeviceNetworkEvents // is not the initiating process's
| where AccountName == "x"
| project Timestamp, DeviceId, ReportId, DeviceName, AccountName`;
  const again = readRule('r.yaml', exported([rule({ customDetails: undefined }, text)], 'sentinel').text);
  expect(again.query).toMatch(/^DeviceProcessEvents\n\| extend Timestamp = TimeGenerated /);
  expect(again.query).toMatch(/\| union \(DeviceNetworkEvents\n\| extend [^)]*AccountName = Initiating[^)]*\)/);
  expect(compile(again.query, { schema: weirSchema, dialect: 'duckdb' }).diagnostics).toEqual([]);
});

test("a rule for Sentinel over a table that Weir has not takes Defender's time column, and the other way round", () => {
  const logons = (time: string) =>
    rule(
      { customDetails: undefined },
      `DeviceLogonEvents | where ${time} > ago(1h) and LogonType == "Network"\n| project ${time}, Timestamp = ${time}, DeviceId, ReportId, DeviceName, AccountName`,
    );
  const { queryText } = JSON.parse(exported([logons('TimeGenerated')], 'defender').text).queryCondition;
  expect(queryText).toMatch(/^DeviceLogonEvents\n\| where Timestamp > ago\(1h\)\n\| extend TimeGenerated = Timestamp/);
  expect(
    exported(
      [
        rule(
          { customDetails: undefined },
          'DeviceLogonEvents | where Timestamp > ago(1h) | project Timestamp, DeviceName, AccountName',
        ),
      ],
      'sentinel',
    ).text,
  ).toContain('extend Timestamp = TimeGenerated');
});

const everyMinute = {
  kind: 'NRT',
  customDetails: undefined,
  queryFrequency: undefined,
  queryPeriod: undefined,
  triggerOperator: undefined,
  triggerThreshold: undefined,
};
const events = 'DeviceNetworkEvents\n| where AccountName == "x"';
const told = '\n| project Timestamp, DeviceId, ReportId, DeviceName, AccountName';

describe('a near-real-time rule', () => {
  test.each([
    ['| join kind=inner (DeviceProcessEvents) on DeviceId', 'join, several tables: '],
    ['| union DeviceFileEvents', 'union, several tables: '],
    ['| summarize arg_max(Timestamp, *) by DeviceId', 'summarize: '],
    ['| distinct Timestamp, DeviceId, ReportId, DeviceName, AccountName', 'distinct: '],
    ['| top 5 by Timestamp', 'top: '],
    ['| mv-expand x = dynamic([1])', 'mv-expand: '],
  ])('is refused by Defender with %s, at its place', (step, what) => {
    const said = refused(rule(everyMinute, `${events}\n${step}${told}`), 'defender');
    expect(said).toEqual([expect.stringMatching(/^r\/rule.yaml:\d+:\d+ .*cannot run continuously.*WL602/)]);
    expect(said[0]).toContain(` ${what}`);
  });

  test('is refused by Defender over a table that is not looked at continuously', () => {
    const text = `DeviceTvmSoftwareInventory | extend Timestamp = now(), ReportId = 1${told.replace(', AccountName', '')}`;
    const said = refused(rule(everyMinute, text), 'defender');
    expect(said).toContainEqual(
      expect.stringMatching(/rule.yaml:10:3 DeviceTvmSoftwareInventory, which is not streamed: /),
    );
  });

  test('of one table, row by row, is written for Defender without its comments', () => {
    const { text } = exported([rule(everyMinute, `// x\n${events}${told}`)], 'defender');
    expect(JSON.parse(text)).toMatchObject({ schedule: { frequency: 'PT0S' } });
    expect(JSON.parse(text).queryCondition.queryText).not.toContain('//');
  });

  test('for Sentinel says of a join, and not of a union, that each side is of one minute', () => {
    const of = (step: string) => exported([rule(everyMinute, `${events}\n${step}${told}`)], 'sentinel').notes;
    expect(of('| join kind=leftsemi (DeviceProcessEvents) on DeviceId')).toContainEqual(
      expect.stringMatching(/: r\/rule.yaml:12:5: join, several tables: .*within a minute/),
    );
    expect(of('| where RemotePort == 443').join()).not.toContain('within a minute');
  });
});

describe('is refused', () => {
  test.each([
    ['table("DeviceNetworkEvents") | where AccountName == "x"', 'table'],
    ['union Device* | where AccountName == "x"', 'union'],
    ['search in (DeviceNetworkEvents) "x"', 'search'],
  ])('where tables are not named alone: %s', (text, by) => {
    const said = refused(rule({ customDetails: undefined }, text), 'sentinel');
    expect(said).toEqual([expect.stringMatching(`^r/rule.yaml:14:3 \`${by}\` reads tables without naming them`)]);
  });

  test.each(['arg_max(BytesSent, Timestamp, ReportId, DeviceName)', 'Timestamp = maxif(Timestamp, BytesSent > 5)'])(
    'where what the product lacks chooses what is told: %s',
    (aggregate) => {
      const text = `DeviceNetworkEvents | summarize ${aggregate} by DeviceId`;
      const said = refused(rule({ customDetails: undefined, entityMappings: undefined }, text), 'sentinel');
      expect(said).toContainEqual(expect.stringContaining('depends on BytesSent'));
    },
  );

  test('where tables tell their names', () => {
    const text =
      'union withsource=From DeviceNetworkEvents, DeviceFileEvents | where AccountName == "search(x)" | project Timestamp, From';
    const said = refused(rule({ customDetails: undefined }, text), 'sentinel');
    expect(said).toEqual([expect.stringContaining('withsource tells the names of tables')]);
  });

  test('with its place in the file, behind what was put in', () => {
    const text = 'DeviceNetworkEvents\n| where EvidenceTime > ago(1h)\n| where Nonsense == 1';
    expect(refused(rule({}, text), 'sentinel')).toContainEqual(
      expect.stringMatching(/^r\/rule.yaml:17:11 .*Nonsense.*WL101/),
    );
  });

  test('where the product has no such table, or groups rows by what it does not know', () => {
    expect(refused(rule({}, 'NetworkFlows | where LocalIP == "10.0.0.1"'), 'defender')).toContainEqual(
      'r/rule.yaml:15:3 Defender has no table NetworkFlows',
    );
    const grouped = 'DeviceNetworkEvents | summarize n = count() by Site | where n > 5';
    expect(refused(rule({}, grouped), 'sentinel')).toContainEqual(expect.stringContaining('depends on Site'));
  });

  test('by Defender: another trigger, no tactic, nobody it is about, columns that every detection has', () => {
    expect(refused(rule({ triggerThreshold: '5' }), 'defender')).toContainEqual(
      'r/rule.yaml Defender alerts on every row, not on GreaterThan 5 of them',
    );
    expect(refused(rule({ tactics: '[]' }), 'defender')).toContainEqual(expect.stringContaining('wants a tactic'));
    const address = '[{ entityType: URL, fieldMappings: [{ identifier: Url, columnName: RemoteUrl }] }]';
    const nobody = 'DeviceNetworkEvents | project Timestamp, ReportId, RemoteUrl';
    const said = refused(rule({ entityMappings: address, customDetails: undefined }, nobody), 'defender');
    expect(said).toContainEqual(expect.stringContaining('wants a host, an account, a mailbox or an address'));
    expect(said).toContainEqual(expect.stringMatching(/no `DeviceId`.*WL601/));
    const gone = { customDetails: '{ Gone: Absent }' };
    expect(refused(rule(gone), 'defender')).toContainEqual(expect.stringMatching(/Absent.*WL105/));
  });

  test('by Defender: schedules that leave time unseen or look back longer than its tables', () => {
    expect(refused(rule({ queryPeriod: '15m' }), 'defender')[0]).toMatch(/every 1h, and it looks back only 15m/);
    expect(refused(rule({ queryFrequency: '1d', queryPeriod: '60d' }), 'defender')[0]).toMatch(/30 days at most/);
    const daily = exported(
      [rule({ queryFrequency: '1h', queryPeriod: '1d' }, query.replace('ago(1h)', 'ago(1d)'))],
      'defender',
    ).text;
    expect(JSON.parse(daily)).toMatchObject({ schedule: { frequency: 'PT12H' } });
    expect(JSON.parse(daily).queryCondition.queryText).toContain('| where Timestamp > ago(1d)');
  });

  test('by Defender: a query that looks back less far than Defender pauses', () => {
    const often = { queryFrequency: '5m', queryPeriod: '1h' };
    const said = (look: string) => refused(rule(often, query.replace('ago(1h)', look)), 'defender');
    expect(query).toContain('ago(1h)');
    expect(said('ago(10m)')).toEqual([expect.stringMatching(/every 1h, and its query looks back only 10m: /)]);
    expect(said('ago(toscalar(DeviceFileEvents | summarize max(1h)))')[0]).toMatch(
      /how far its query looks back is not/,
    );
    expect(exported([rule(often)], 'defender').notes.join()).toContain('Defender runs it every 1h');
    const between = query.replace('EvidenceTime > ago(1h)', 'EvidenceTime between (ago(1h) .. now())');
    expect(between).toContain('.. now()');
    expect(refused(rule(often, between), 'defender')).toEqual([]);
    expect(refused(rule(often, between.replace('ago(1h)', 'ago(10m)')), 'defender')[0]).toMatch(/looks back only 10m/);
    const age = query.replace('EvidenceTime > ago(1h)', 'now() - EvidenceTime < 10m');
    expect(refused(rule(often, age), 'defender')[0]).toMatch(/how far its query looks back is not/);
  });

  test('an entity type that is called like what every object has', () => {
    const entityMappings = '[{ entityType: constructor, fieldMappings: [{ identifier: Url, columnName: RemoteUrl }] }]';
    expect(refused(rule({ entityMappings }), 'sentinel')).toContainEqual(
      expect.stringContaining('constructor is no entity of Sentinel'),
    );
    expect(refused(rule({ entityMappings }), 'defender')).toContainEqual(
      expect.stringContaining('the entity constructor'),
    );
  });

  test('by Sentinel: what its own checks refuse', () => {
    expect(refused(rule({ queryFrequency: '1m' }), 'sentinel')).toContainEqual(
      expect.stringMatching(/^r\/rule.yaml queryFrequency: .*5 minutes to 14 days/),
    );
    const long = `${query}\n| where RemoteIP !in (${Array.from({ length: 900 }, (_, index) => `"10.0.${index}.1"`).join(', ')})`;
    expect(refused(rule({}, long), 'sentinel')).toContainEqual(expect.stringMatching(/more than the 10,000/));
  });

  test('several rules in a file for one, and a bare query', () => {
    expect(exportRules([rule(), rule()], 'defender').refusals[0]?.message).toMatch(/^2 rules do not fit/);
    const bare = readRule('hunt.kql', 'DeviceNetworkEvents');
    expect(refused(bare, 'sentinel')).toEqual(['hunt.kql a bare query has no id, severity and schedule']);
    expect(refused(bare, 'defender')[0]).toMatch(/nothing of when it runs/);
  });
});

test('a query that is too long with its comments loses them, and nothing else', () => {
  const long = `${Array.from({ length: 200 }, (_, line) => `// ${'why '.repeat(15)}${line}`).join('\n')}\n${query} // "end"`;
  const { text, notes } = exported([rule({}, long)], 'sentinel');
  expect(readRule('r.yaml', text).query).not.toMatch(/\/\/ (why|Paste|"end)/);
  expect(notes.join('\n')).toMatch(/comments of the query are left out/);
  for (const each of content) {
    const sql = (written: string) => compile(written, { schema: weirSchema, dialect: 'duckdb' }).sql;
    expect(sql(withoutComments(each.query))).toBe(sql(each.query));
  }
  expect(withoutComments('print a = "x // y", b = @"\\", c = \'//\' // z\n| extend d = 1 // e')).toBe(
    'print a = "x // y", b = @"\\", c = \'//\'\n| extend d = 1',
  );
});
