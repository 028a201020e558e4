import { expect, test } from 'vitest';
import { ancestorsOf, startOf } from './ancestors.ts';

const at = (minute: number) => `2026-03-12T10:${String(minute).padStart(2, '0')}:00.0000000Z`;

/** The row of a start: who started it, and who that one. */
const start = (nth: number, program: string, above: string) => ({
  ...{ Timestamp: at(nth), DeviceName: 'ws-1', InitiatingProcessFileName: program },
  ...{ InitiatingProcessCommandLine: `run ${program}`, InitiatingProcessAccountName: 'ana' },
  ...{ InitiatingProcessId: nth - 1, InitiatingProcessCreationTime: at(nth - 1) },
  ...{ InitiatingProcessParentFileName: above, InitiatingProcessParentId: nth - 2 },
  ...{ InitiatingProcessParentCreationTime: at(nth - 2) },
});
const connection = {
  ...{ Timestamp: at(50), DeviceName: 'ws-1', InitiatingProcessParentFileName: 'cmd.exe' },
  ...{ InitiatingProcessId: 30, InitiatingProcessCreationTime: at(30) },
  ...{ InitiatingProcessParentId: 29, InitiatingProcessParentCreationTime: at(29) },
};

async function climbed(
  starts: Readonly<Record<number, ReturnType<typeof start>>>,
  row: Readonly<Record<string, unknown>> | undefined = connection,
) {
  const asked: number[] = [];
  const found = await ancestorsOf({ parent: 'cmd.exe', event: { id: 'e"1', at: at(50) } }, async (kql) => {
    if (kql.startsWith('DeviceNetworkEvents')) {
      expect(kql).toContain('EventId == "e\\"1"');
      return row;
    }
    const id = Number(/ProcessId == (\d+)/.exec(kql)?.[1]);
    asked.push(id);
    return starts[id];
  });
  return { asked, told: found.map(({ program, commandLine }) => `${program}: ${commandLine}`) };
}

test('each start tells what stands above, until one is not in the logs', async () => {
  expect(
    await climbed({ 30: start(30, 'cmd.exe', 'winword.exe'), 29: start(29, 'winword.exe', 'explorer.exe') }),
  ).toEqual({
    ...{ asked: [30, 29, 28, 27], told: ['cmd.exe: run cmd.exe', 'winword.exe: run winword.exe', 'explorer.exe: '] },
  });
});

test('a start that is missing is stepped over where its process is known by another', async () => {
  expect(await climbed({ 29: start(29, 'winword.exe', '') })).toEqual({
    ...{ asked: [30, 29, 28], told: ['cmd.exe: ', 'winword.exe: run winword.exe'] },
  });
});

test('what cannot be told apart is not guessed, and nobody climbs for ever', async () => {
  const { InitiatingProcessCreationTime: _, InitiatingProcessParentCreationTime: __, ...numbered } = connection;
  expect(await climbed({ 30: start(30, 'cmd.exe', 'x') }, numbered)).toEqual({ asked: [], told: ['cmd.exe: '] });
  const gone = ancestorsOf({ parent: 'cmd.exe', event: { id: 'e', at: at(50) } }, async () => undefined);
  expect(await gone).toMatchObject([{ program: 'cmd.exe' }]);
  const loop = Object.fromEntries([30, 29, 28, 27, 26, 25, 24, 23].map((n) => [n, start(n, 'a.exe', 'a.exe')]));
  expect((await climbed(loop)).told).toHaveLength(6);
});

test('a name is a text of the query, and an id of a sensor needs no time', () => {
  const key = { device: 'x" or true //', unique: 'g"1', id: '', started: '', by: at(5) };
  const kql = startOf(key);
  expect(kql).toContain('DeviceName =~ "x\\" or true //" and (ProcessUniqueId == "g\\"1")');
  expect(kql).toContain('- 30d ..');
});
