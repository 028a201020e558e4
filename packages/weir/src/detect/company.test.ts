import { describe, expect, test } from 'vitest';
import { readRule } from '../rules/readRule.ts';
import { deviceNetworkEvents, inventoryTable } from '../tables/index.ts';
import { detect } from './detect.ts';
import { appendRows, type InlineRow } from './inlineRows.ts';
import { isoToTicks } from './isoTime.ts';
import { withScratchLake } from './scratchLake.ts';

const at = (time: string): bigint => isoToTicks(time) ?? expect.fail(time);

let made = 0;
function connection(time: string, device: string, more: InlineRow = {}): InlineRow {
  made += 1;
  return {
    Timestamp: at(time),
    EvidenceTime: at(time),
    DeviceName: device,
    InitiatingProcessFileName: 'curl.exe',
    ActionType: 'ConnectionSuccess',
    RemoteIPType: 'Public',
    RemoteHost: 'up.drop.example',
    RegistrableDomain: 'drop.example',
    Service: 'Drop',
    BytesSent: 100,
    EventId: `c${made}`,
    ...more,
  };
}

const host = (Value: string, Role: string): InlineRow => ({ Kind: 'host', Name: Value, Value, Role });
const service = (Role: string, Site = ''): InlineRow => ({ Kind: 'service', Name: 'Drop', Value: 'Drop', Role, Site });

/** Which of these hold of the one finding on 16 March of the device ws-1. */
async function holding(rows: readonly InlineRow[], inventory: readonly InlineRow[], terms: readonly string[]) {
  const score = terms.map((when) => `      - { because: '${when}', points: 1, when: '${when}' }`).join('\n');
  const rule = readRule(
    'told.yaml',
    `id: 3d1d0c58-5d0e-4b6e-9b5f-0c7a2d1f9e31
name: told
severity: High
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics: [Exfiltration]
relevantTechniques: [T1567]
query: DeviceNetworkEvents | where Timestamp > ago(1h) and DeviceName =~ "ws-1" and Timestamp >= datetime(2026-03-16)
version: 1.0.0
kind: Scheduled
weir:
  finding: { key: [DeviceName] }
  score:
    base: 10
    add:
${score}
`,
  );
  return withScratchLake(async (lake) => {
    await appendRows(lake, deviceNetworkEvents, rows);
    if (inventory.length > 0) await appendRows(lake, inventoryTable, inventory);
    const { findings, runs } = await detect(lake, [rule], {});
    expect(runs.flatMap(({ error }) => error ?? [])).toEqual([]);
    expect(findings).toHaveLength(1);
    const told = (findings[0]?.reasons ?? []).slice(1).filter((reason) => !reason.startsWith('learning'));
    return told.map((reason) => reason.replace(/ \(\+1\)$/, ''));
  });
}

const today = connection('2026-03-16T10:00:00Z', 'WS-1');
/** Days of the two weeks before at nine. */
const days = (...numbers: readonly number[]) =>
  numbers.map((number) => `2026-03-${String(number).padStart(2, '0')}T09:00:00Z`);
const of = (device: string, numbers: readonly number[], more: InlineRow = {}) =>
  days(...numbers).map((time) => connection(time, device, more));

describe('the days before', () => {
  test('nothing before: zeros, and nothing is known of hours', async () => {
    const terms = ['HistoryDays == 0', 'DeviceDays == 0', 'OwnDays == 0', 'Peers == 0', 'ProgramDevices == 0'];
    const unknown = ['isnull(UsualMost)', 'isnull(OffHours)', 'PeopleDays == 0'];
    expect(await holding([today], [], [...terms, ...unknown])).toEqual([...terms, ...unknown]);
  });

  test('count the device, its program at the place, and others', async () => {
    const rows = [
      ...of('ws-1', [3, 4, 5], { RegistrableDomain: 'else.example' }),
      ...of('ws-1', [6, 7], { InitiatingProcessFileName: 'CURL.exe' }),
      ...of('ws-2', [6, 9], { BytesSent: 900 }),
      ...of('ws-3', [9]),
      ...of('ws-4', [10], { RegistrableDomain: 'else.example' }),
      ...of('ws-5', [10], { InitiatingProcessFileName: 'wget.exe' }),
    ];
    const terms = ['HistoryDays == 7', 'DeviceDays == 5', 'OwnDays == 2', 'Peers == 2', 'UsualMost == 900'];
    expect(await holding([today, ...rows], [], [...terms, 'ProgramDevices == 3'])).toEqual([
      ...terms,
      'ProgramDevices == 3',
    ]);
  });

  test('the story is no history of itself, nor is what came later or is older than two weeks', async () => {
    const rows = [
      connection('2026-03-16T03:00:00Z', 'ws-2'),
      connection('2026-03-17T03:00:00Z', 'ws-3'),
      connection('2026-03-01T23:00:00Z', 'ws-4'),
    ];
    const terms = ['HistoryDays == 0', 'Peers == 0', 'OwnDays == 0'];
    expect(await holding([today, ...rows], [], terms)).toEqual(terms);
  });

  test('without a program whatever went there counts', async () => {
    const nameless = { ...today, InitiatingProcessFileName: '' };
    const rows = [...of('ws-2', [9]), ...of('ws-3', [9], { InitiatingProcessFileName: '' })];
    const terms = ['Peers == 2', 'isnull(ProgramDevices)'];
    expect(await holding([nameless, ...rows], [], terms)).toEqual(terms);
  });

  test('peers are devices of the same role, where the inventory says one', async () => {
    const rows = [...of('ws-2', [9]), ...of('srv-1', [9], { BytesSent: 5000 }), ...of('ws-9', [9])];
    const inventory = [host('ws-1', 'desk'), host('ws-2', 'desk'), host('srv-1', 'server')];
    const terms = ['Role == "desk"', 'Peers == 1', 'UsualMost == 100', 'ProgramDevices == 3'];
    expect(await holding([today, ...rows], inventory, terms)).toEqual(terms);
  });

  test('an hour at which hardly anybody works, by the browsers of working days and of weekends', async () => {
    const people = (hour: string, numbers: readonly number[]) =>
      numbers.flatMap((number) =>
        ['ws-5', 'ws-6'].map((device) =>
          connection(`2026-03-${String(number).padStart(2, '0')}T${hour}:00:00Z`, device, { ProgramKind: 'browser' }),
        ),
      );
    const rows = people('10', [2, 3, 4, 5, 6, 9, 10]);
    const terms = ['OffHours', 'PeopleDays == 0'];
    expect(await holding([today, ...rows], [], terms)).toEqual(['PeopleDays == 0']);
    expect(await holding([connection('2026-03-16T22:00:00Z', 'ws-1'), ...rows], [], terms)).toEqual(terms);
    // 21 March is a Saturday.
    const later = people('10', [11, 12, 13, 17, 18, 19, 20]);
    expect(await holding([connection('2026-03-21T10:00:00Z', 'ws-1'), ...rows, ...later], [], terms)).toEqual(terms);
  });
});

describe('the inventory', () => {
  const terms = ['AllowedHere == true', 'AllowedHere == false', 'isnull(AllowedHere)'];

  test('allows a service to a role, to others only, or says nothing', async () => {
    expect(await holding([today], [], terms)).toEqual(['isnull(AllowedHere)']);
    expect(await holding([today], [host('ws-1', 'desk'), service('desk')], terms)).toEqual(['AllowedHere == true']);
    expect(await holding([today], [host('ws-1', 'desk'), service('build')], terms)).toEqual(['AllowedHere == false']);
    expect(await holding([today], [host('ws-1', 'desk'), service('')], terms)).toEqual(['AllowedHere == true']);
    expect(await holding([today], [service('build')], terms)).toEqual(['isnull(AllowedHere)']);
    // Which site a story is of is not known.
    expect(await holding([today], [host('ws-1', 'desk'), service('build', 'Oslo')], terms)).toEqual([
      'isnull(AllowedHere)',
    ]);
  });

  test('calls a story our own place where every host of it is', async () => {
    const own = ['OwnPlace == true', 'OwnPlace == false', 'isnull(OwnPlace)'];
    const bucket: InlineRow = { Kind: 'bucket', Name: 'up', Value: 'up.drop.example' };
    expect(await holding([today], [], own)).toEqual(['isnull(OwnPlace)']);
    expect(await holding([today], [bucket], own)).toEqual(['OwnPlace == true']);
    const stranger = connection('2026-03-16T10:01:00Z', 'ws-1', { RemoteHost: 'theirs.drop.example', BytesSent: 1 });
    expect(await holding([today, stranger], [bucket], own)).toEqual(['OwnPlace == false']);
  });
});
