import { expect, test } from 'vitest';
import { readScenario } from './load.ts';
import type { Log } from './sensors/log.ts';
import { type SensorName, sensorNames, simulate, tellAll, type Wishes } from './simulate.ts';
import type { Flow, Process, Question, WrittenFile } from './story.ts';
import { minute, second } from './time.ts';

const text = `name: small
title: A small one
technique: T1567
description: Nothing much.
parameters:
  total: { kind: size, default: 30 MB, range: [10 MB, 90 MB] }
device: { role: file-server }
steps:
  - start: { id: shell, file: cmd.exe, folder: 'C:\\Windows\\System32', command: cmd.exe, account: system }
  - start: { id: tool, file: tool.exe, original: rclone.exe, folder: 'C:\\Tools', parent: shell, command: 'tool.exe \${n}' }
  - write: { by: tool, path: 'C:\\Tools\\\${word}.zip', size: 5 MB }
  - connect: { by: tool, to: [a.example, b.example], total: '\${total}', times: 7, lanes: 2, rate: 1 MB }
  - connect: { by: tool, anew: true, to: c.example, as: quic, sent: 4 KB, times: 3, every: 1m }
  - connect: { by: tool, address: 192.0.2.9, as: opaque, port: 2222, outcome: silent, sent: 1 KB, lasting: 4s }
  - connect: { by: tool, to: d.example, as: http, sent: 3 KB, http: { path: '/u/\${n}', agent: tool } }
`;

const scenario = readScenario('small.yaml', text);
const slack = 2 * second;
const wishes = (seed: number, more: Partial<Wishes> = {}): Wishes => ({
  scenarios: [scenario],
  seed,
  set: new Map(),
  start: 1_773_129_600_000_000,
  ...more,
});

function told(which: Wishes) {
  const flows: Flow[] = [];
  const processes: Process[] = [];
  const questions: Question[] = [];
  const files: WrittenFile[] = [];
  tellAll(which, {
    flow: (flow) => flows.push(flow),
    started: (_, process) => processes.push(process),
    asked: (question) => questions.push(question),
    wrote: (file) => files.push(file),
  });
  const own = flows.filter(({ incident }) => incident !== null);
  return { flows: own, lookUps: flows.filter(({ application }) => application === 'dns'), processes, questions, files };
}

test('the same seed gives the same bytes, another seed another world', () => {
  const logs = (seed: number): Log[] => simulate(wishes(seed), sensorNames, 'files');
  expect(logs(5)).toEqual(logs(5));
  expect(logs(5).map(({ file }) => file)).toEqual(logs(6).map(({ file }) => file));
  for (const [index, { text, file }] of logs(5).entries()) expect(text === logs(6)[index]?.text, file).toBe(false);
});

test('which sensors look changes nothing of what happens', () => {
  const alone = (name: SensorName): Log[] => simulate(wishes(3), [name], 'files');
  expect(sensorNames.flatMap(alone)).toEqual(simulate(wishes(3), sensorNames, 'files'));
});

test('a total is parted, dealt to hosts in turn and to lanes that overlap', () => {
  const { flows } = told(wishes(0));
  const parts = flows.slice(0, 7);
  const sum = parts.reduce((bytes, { sent }) => bytes + sent, 0);
  expect(sum).toBeGreaterThan(30_000_000);
  expect(sum).toBeLessThan(30_010_000);
  expect(parts.map(({ host }) => host)).toEqual(['a', 'b', 'a', 'b', 'a', 'b', 'a'].map((name) => `${name}.example`));
  const [first, next, third] = parts;
  expect((next?.start ?? 0) < (first?.start ?? 0) + (first?.duration ?? 0)).toBe(true);
  expect((third?.start ?? 0) > (first?.start ?? 0) + (first?.duration ?? 0) - slack).toBe(true);
});

test('`anew` starts a process for each connection, just before it', () => {
  const { flows, processes } = told(wishes(0));
  const posts = flows.filter(({ application }) => application === 'quic');
  expect(posts.map(({ process }) => process?.commandLine)).toEqual(['tool.exe 1', 'tool.exe 2', 'tool.exe 3']);
  expect(new Set(posts.map(({ process }) => process)).size).toBe(3);
  for (const { process, start } of posts) expect((process?.created ?? 0) < start).toBe(true);
  expect(processes.map(({ commandLine }) => commandLine)).toEqual([
    'cmd.exe',
    'tool.exe 1',
    'tool.exe 2',
    'tool.exe 3',
  ]);
  const apart = (posts[1]?.start ?? 0) - (posts[0]?.start ?? 0);
  expect(apart > 0.8 * minute && apart < 1.2 * minute).toBe(true);
});

test('names are looked up by the program before it connects, and addresses stand for nobody', () => {
  const { flows, questions, lookUps } = told(wishes(0));
  expect(questions.map(({ host }) => host)).toEqual(['a.example', 'b.example', 'c.example', 'd.example']);
  expect(lookUps).toHaveLength(4);
  for (const { host, remoteAddress, start } of flows.filter((flow) => flow.host !== null)) {
    const question = questions.find((asked) => asked.host === host);
    expect(question?.answers).toContain(remoteAddress);
    expect((question?.at ?? 0) < start).toBe(true);
    expect(remoteAddress).toMatch(/^(203\.0\.113|198\.51\.100|192\.0\.2)\./);
  }
});

test('an attempt that nobody answers carries nothing', () => {
  const silent = told(wishes(0)).flows.find(({ outcome }) => outcome === 'silent');
  expect(silent).toMatchObject({ sent: 0, received: 0, remotePort: 2222, host: null });
});

test('files, accounts and placeholders are as written', () => {
  const { files, processes, flows } = told(wishes(0));
  expect(files).toMatchObject([{ path: expect.stringMatching(/^C:\\Tools\\[a-z]+\.zip$/), size: 5_000_000 }]);
  expect(processes[0]?.account.name).toBe('system');
  expect(processes[1]).toMatchObject({ parent: processes[0], program: { original: 'rclone.exe' } });
  expect(flows.at(-1)?.http?.path).toBe('/u/1');
});

test('scenarios told together have devices of their own', () => {
  const twice = [scenario, { ...scenario, name: 'other' }];
  const { flows } = told(wishes(0, { scenarios: twice }));
  expect(new Set(flows.map(({ device }) => device.name)).size).toBe(2);
  expect(new Set(flows.map(({ localAddress }) => localAddress)).size).toBe(2);
});

test('what cannot be told is refused with its reason', () => {
  const refused = { ...scenario, refused: 'Nobody sees it.\n' };
  expect(() => told(wishes(0, { scenarios: [refused] }))).toThrow('Nobody sees it.');
  expect(() => told(wishes(0, { set: new Map([['speed', '1']]) }))).toThrow(
    'no scenario named here has such a parameter',
  );
  const toaster = { ...scenario, device: { role: 'toaster', system: 'windows' as const } };
  expect(() => told(wishes(0, { scenarios: [toaster] }))).toThrow('no device is a toaster');
});
