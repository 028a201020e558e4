import { describe, expect, test } from 'vitest';
import { readRule } from '../rules/readRule.ts';
import { deviceNetworkEvents } from '../tables/index.ts';
import type { Condition } from './conditions.ts';
import { detect } from './detect.ts';
import { appendRows, type InlineRow } from './inlineRows.ts';
import { isoToTicks } from './isoTime.ts';
import { withScratchLake } from './scratchLake.ts';

const minute = 600_000_000n;
const start = isoToTicks('2026-03-02T09:00:00Z') ?? 0n;

const rule = readRule(
  'rules/example.yaml',
  `id: 11111111-2222-4333-8444-555555555555
name: Example
description: An example.
severity: High
queryFrequency: 5m
queryPeriod: 15m
triggerOperator: gt
triggerThreshold: 0
kind: Scheduled
query: DeviceNetworkEvents | where EvidenceTime > ago(15m) and BytesSent > 0
weir:
  finding:
    key: [DeviceName, InitiatingProcessFileName]
    quiet: 1h
  score:
    base: 50
    add:
      - because: a document started it
        points: 20
        when: ParentProcess =~ "winword.exe"
      - because: a script from a profile
        points: 15
        when: CommandLines has "Roaming" and ParentProcess !~ "agent.exe"
      - because: device management ran it
        points: -40
        when: ParentProcess =~ "agent.exe" and AccountName =~ "system"
      - because: a backup by a program that is none
        points: 10
        when: AccountName =~ "mallory" and FolderPath has "Public" and isempty(ProgramKind)
      - because: more than a hundred bytes
        points: 5
        when: BytesSent > 100
`,
);

const rowsOf = (rows: readonly Partial<Record<string, string | bigint | boolean | null>>[]): InlineRow[] =>
  rows.map((row, index) => ({
    Timestamp: start + BigInt(index) * minute,
    EvidenceTime: start + BigInt(index) * minute,
    DeviceName: 'srv-1',
    InitiatingProcessFileName: 'copy.exe',
    BytesSent: BigInt(100 - index),
    EventId: `e${index}`,
    ...row,
  })) as InlineRow[];

function found(rows: Parameters<typeof rowsOf>[0], when: readonly string[] = [], more: Partial<Condition> = {}) {
  const conditions = when.map((text, index) => ({ id: `c${index}`, rules: null, when: text, ...more }));
  return withScratchLake(async (lake) => {
    await appendRows(lake, deviceNetworkEvents, rowsOf(rows));
    const { runs, findings, holds, growths } = await detect(lake, [rule], { conditions, growth: true });
    const [finding] = findings;
    if (finding === undefined || findings.length > 1) throw new Error(runs[0]?.error ?? 'not one finding');
    return { finding, holds: holds.get(finding.id) ?? [], states: growths.get(finding.id)?.states ?? [] };
  });
}

const host = (name: string) => ({ RemoteHost: name, Service: 'Store' });
const backup = 'RemoteHost == "backup.example"';

describe('a condition on a finding holds of all of its rows', () => {
  test('of every host, and from the tick on that adds another one no more', async () => {
    const both = await found([host('backup.example'), host('evil.example')], [backup, 'Service == "Store"']);
    expect(both.finding.evidence.count).toBe(2);
    expect(both.holds).toEqual(['c1']);
    expect((await found([host('backup.example'), host('backup.example')], [backup])).holds).toEqual(['c0']);
    const late = { Timestamp: start + 20n * minute, EvidenceTime: start + 20n * minute };
    const grown = await found([host('backup.example'), { ...host('evil.example'), ...late }], [backup]);
    expect(grown.states.map(({ holds }) => holds)).toEqual([['c0'], []]);
  });

  test('of every account, parent, folder, command line and program kind', async () => {
    for (const [column, when, one, other] of [
      ['AccountName', 'AccountName =~ "svc"', 'svc', 'mallory'],
      ['InitiatingProcessParentFileName', 'ParentProcess == "agent.exe"', 'agent.exe', 'winword.exe'],
      ['InitiatingProcessFolderPath', 'FolderPath startswith "C:\\\\b"', 'C:\\b', 'C:\\Users\\Public'],
      ['InitiatingProcessCommandLine', 'CommandLines has "nightly"', 'copy nightly', 'copy hr'],
      ['ProgramKind', 'ProgramKind == "backup"', 'backup', 'script-engine'],
      ['RemoteHost', 'tostring(pack_all()) has "backup.example"', 'backup.example', 'evil.example'],
      ['SubTechnique', 'SubTechnique == "T1567.002"', 'T1567.002', 'T1567.001'],
    ] as const) {
      const row = (value: string) => ({ ...host('backup.example'), [column]: value });
      expect([column, (await found([row(one), row(other)], [when])).holds]).toEqual([column, []]);
      expect([column, (await found([row(one), row(one)], [when])).holds]).toEqual([column, ['c0']]);
    }
  });

  test('amounts are the whole story, and what a row does not know is what the others say, however they write it', async () => {
    const rows = [
      { ...host('backup.example'), AccountName: 'svc', InitiatingProcessParentFileName: 'agent.exe' },
      { ...host('BACKUP.example'), AccountName: '', InitiatingProcessFileName: 'COPY.EXE' },
    ];
    const { holds } = await found(rows, [
      `${backup} and AccountName == "svc" and Process == "copy.exe" and BytesSent == 199`,
      `${backup} and BytesSent < 150`,
    ]);
    expect(holds).toEqual(['c0']);
  });

  test('that a host is no service is known', async () => {
    const rows = [host('backup.example'), { RemoteHost: 'other.example', Service: '' }];
    expect((await found(rows, ['Service == "Store"'])).holds).toEqual([]);
  });

  test('however many hosts a story has', async () => {
    const hosts = Array.from({ length: 6_000 }, (_, n) => ({
      ...host(`h${n}.example`),
      BytesSent: 5n,
      Timestamp: start,
      EvidenceTime: start,
    }));
    const { finding, holds } = await found(hosts, ['RemoteHost == "h0.example"', 'RemoteHost endswith ".example"']);
    expect(finding.evidence.count).toBe(6_000);
    expect(holds).toEqual(['c1']);
  });

  test('or of some, where that is asked', async () => {
    const rows = [{ ProgramRenamed: false }, { ProgramRenamed: true }];
    expect((await found(rows, ['ProgramRenamed == true'], { some: true })).holds).toEqual(['c0']);
    const kinds = [{ ProgramKind: 'backup' }, { ProgramKind: 'transfer-tool' }];
    expect((await found(kinds, ['ProgramKind == "transfer-tool"'], { some: true })).holds).toEqual(['c0']);
  });
});

describe('a finding is scored by the worst of its rows', () => {
  const agent = {
    AccountName: 'system',
    InitiatingProcessParentFileName: 'agent.exe',
    InitiatingProcessCommandLine: 'copy.exe C:\\Windows\\collect',
  };
  const mallory = {
    AccountName: 'mallory',
    InitiatingProcessParentFileName: 'winword.exe',
    InitiatingProcessCommandLine: 'copy.exe AppData\\Roaming\\x',
  };

  test('however much more another one sent, with the whole of what was sent', async () => {
    const alone = await found([mallory]);
    expect(alone.finding.score).toBe(85);
    const both = await found([{ ...agent, BytesSent: 1000n }, mallory]);
    expect(both.finding.entities).toMatchObject({ account: 'system', parentProcess: 'agent.exe' });
    expect(both.finding).toMatchObject({ score: 90, severity: 'high' });
    expect(both.finding.reasons).toEqual([
      'base of the rule (50)',
      'a document started it (+20)',
      'a script from a profile (+15)',
      'more than a hundred bytes (+5)',
      'scored by those of its rows that differ from the one it is told by: program copy.exe, account mallory, started by winword.exe, command line copy.exe AppData\\Roaming\\x',
    ]);
  });

  test('as it grows, and is what it was where one row excuses all', async () => {
    const late = { Timestamp: start + 20n * minute, EvidenceTime: start + 20n * minute };
    const { states } = await found([agent, { ...mallory, ...late }]);
    expect(states.map(({ severity }) => severity)).toEqual(['informational', 'high']);
    const benign = await found([agent, { ...agent, InitiatingProcessCommandLine: 'copy.exe C:\\Windows\\other' }]);
    expect(benign.finding).toMatchObject({ score: 15, severity: 'informational' });
    expect(benign.finding.reasons.at(-1)).toBe('more than a hundred bytes (+5)');
  });
});

describe('a file of which the catalogue knows no program is none, whatever another of its name is', () => {
  const real = {
    InitiatingProcessFolderPath: 'C:\\Program Files\\Copy',
    InitiatingProcessVersionInfoCompanyName: 'Copy Team',
    InitiatingProcessVersionInfoOriginalFileName: 'copy.exe',
    ...{ Program: 'Copy', ProgramKind: 'backup', ProgramPlace: 'installed', BytesSent: 500n },
    InitiatingProcessParentFileName: 'explorer.exe',
  };
  const impostor = { InitiatingProcessFolderPath: 'C:\\Users\\Public', AccountName: 'mallory' };
  const conditions = [
    ...['Program == "Copy"', 'ProgramKind == "backup"', 'ProgramPlace == "installed"'],
    ...['Company == "Copy Team"', 'OriginalName == "copy.exe"'],
  ].map((when) => `DeviceName == "srv-1" and ${when}`);
  const all = conditions.map((_, index) => `c${index}`);

  test.each([
    ['less', 250n],
    ['more', 900n],
  ])('which sent %s', async (_, BytesSent) => {
    for (const when of conditions)
      expect([when, (await found([real, { ...impostor, BytesSent }], [when])).holds]).toEqual([when, []]);
    expect((await found([real, { ...real, BytesSent }], conditions)).holds).toEqual(all);
  });

  test('but a connection whose program nobody saw may be of the one that was seen', async () => {
    const unseen = { InitiatingProcessFileName: '', BytesSent: 250n };
    expect((await found([real, unseen], conditions)).holds).toEqual(all);
  });

  test('which it is not taken for where it sent more than that one is known to have sent', async () => {
    const unseen = { InitiatingProcessFileName: '', BytesSent: 900n };
    for (const when of conditions) expect([when, (await found([real, unseen], [when])).holds]).toEqual([when, []]);
    expect((await found([real, unseen], ['DeviceName == "srv-1"'])).holds).toEqual(['c0']);
  });

  test('and scores as what it is, which is told', async () => {
    const rows = [real, { ...impostor, BytesSent: 250n, InitiatingProcessParentFileName: 'winword.exe' }];
    const { finding } = await found(rows);
    expect(finding.entities.processFolder).toBe('C:\\Program Files\\Copy');
    expect(finding.reasons).toContain('a backup by a program that is none (+10)');
    expect(finding.reasons.at(-1)).toBe(
      'scored by those of its rows that differ from the one it is told by: program copy.exe, folder C:\\Users\\Public, account mallory, started by winword.exe',
    );
  });
});
