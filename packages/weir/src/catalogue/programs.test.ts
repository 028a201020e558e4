import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ProgramSighting } from '../model/catalogue.ts';
import { UserError } from '../model/userError.ts';
import { parseYaml } from '../yaml/yamlDocument.ts';
import { loadCatalogue } from './load.ts';
import { placeOfPath } from './place.ts';
import { readPrograms } from './programs.ts';

const { identify } = await loadCatalogue(fileURLToPath(new URL('../../../../content/catalogue', import.meta.url)));

const program = (file: string, more: Partial<ProgramSighting> = {}): ProgramSighting => ({
  file,
  original: '',
  folder: '',
  company: '',
  ...more,
});

describe('which program it is', () => {
  test('the version resource counts before the name', () => {
    const renamed = identify(
      program('svchostw.exe', { original: 'rclone.exe', folder: String.raw`C:\ProgramData\WinSvc\svchostw.exe` }),
    );
    expect(renamed).toMatchObject({ program: 'rclone', kind: 'transfer-tool', renamed: true, place: 'data' });
    expect(identify(program('chrome.exe', { original: 'ngrok.exe' }))).toMatchObject({
      program: 'ngrok',
      renamed: true,
    });
  });

  test('one program under several names is not renamed', () => {
    expect(identify(program('git-remote-https.exe', { original: 'git.exe' }))).toMatchObject({
      program: 'git',
      renamed: false,
    });
    expect(identify(program('Code.exe', { original: 'electron.exe' }))).toMatchObject({ renamed: false });
    expect(identify(program('pwsh.exe', { original: 'pwsh.dll' }))).toMatchObject({
      program: 'PowerShell',
      renamed: false,
    });
    expect(identify(program('python3.12'))).toMatchObject({ program: 'Python', kind: 'script-engine', renamed: null });
  });

  test('a known name with a version resource that nobody knows is renamed, unless the maker is right', () => {
    const setup = { original: 'loader.exe' };
    expect(identify(program('chrome.exe', setup)).renamed).toBe(true);
    expect(identify(program('chrome.exe', { ...setup, company: 'Google LLC' })).renamed).toBe(false);
  });

  test('what nobody knows stays empty', () => {
    expect(identify(program('mrcheck.exe'))).toEqual({
      program: '',
      kind: '',
      place: '',
      renamed: null,
      services: [],
      categories: [],
    });
    // A dash is what sensors write where a file says nothing.
    expect(identify(program('curl', { original: '-', company: '-' }))).toMatchObject({
      program: 'curl',
      renamed: null,
    });
  });
});

describe('an innocent name counts only where nothing contradicts it', () => {
  const own = String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`;
  const stranger = String.raw`C:\Users\a.berg\AppData\Local\vexil\chrome.exe`;

  test.each([
    ['its own folder', { folder: own, company: 'Google LLC' }, true],
    ['no folder known', {}, true],
    ['another folder', { folder: stranger }, false],
    ['a folder of downloads', { folder: String.raw`C:\Users\a.berg\Downloads\chrome.exe` }, false],
    ['another maker', { folder: own, company: 'Nobody' }, false],
    ['another original name', { folder: own, original: 'helper.exe' }, false],
  ])('%s', (_, more, trusted) => {
    const { kind, categories } = identify(program('chrome.exe', more));
    expect([kind, categories]).toEqual(trusted ? ['browser', ['*']] : ['', []]);
  });

  test('a tool is a tool wherever it lies', () => {
    expect(identify(program('curl.exe', { folder: String.raw`C:\Users\Public\curl.exe` }))).toMatchObject({
      kind: 'transfer-tool',
      place: 'odd',
      categories: [],
    });
  });
});

test.each([
  [String.raw`C:\Program Files (x86)\Dropbox\Client\Dropbox.exe`, 'installed'],
  [String.raw`\Device\HarddiskVolume3\Windows\System32\curl.exe`, 'system'],
  [String.raw`C:\Users\a.berg\AppData\Local\Programs\Python\Python312\python.exe`, 'installed'],
  [String.raw`C:\Users\a.berg\AppData\Roaming\vexil\up.exe`, 'user'],
  [String.raw`C:\Users\a.berg\AppData\Local\Temp\up.exe`, 'odd'],
  [String.raw`C:\Users\Public\Music\up.exe`, 'odd'],
  [String.raw`C:\ProgramData\vexil\up.exe`, 'data'],
  [String.raw`C:\ProgramData\up.exe`, 'odd'],
  [String.raw`C:\Windows\Help\vexil\up.exe`, 'odd'],
  [String.raw`C:\$Recycle.Bin\S-1-5\up.exe`, 'odd'],
  [String.raw`D:\tools\up.exe`, 'other'],
  ['/usr/bin/curl', 'system'],
  ['/home/a.berg/.local/bin/uv', 'installed'],
  ['/home/a.berg/job/up', 'user'],
  ['/dev/shm/up', 'odd'],
  ['/Applications/Slack.app/Contents/MacOS/Slack', 'installed'],
  // Folders alone.
  [String.raw`C:\Temp`, 'odd'],
  [String.raw`C:\Windows\Temp`, 'odd'],
  [String.raw`C:\Windows\Fonts`, 'odd'],
  [String.raw`C:\Windows\System32`, 'system'],
  [String.raw`C:\Users\Public`, 'odd'],
  [String.raw`C:\Users\a.berg\Downloads`, 'odd'],
  ['/var/tmp', 'odd'],
  ['', ''],
])('%s is %s', (path, place) => {
  expect(placeOfPath(path)).toBe(place);
});

test('law: no text is a fault, and nobody is a client by it who is renamed', () => {
  fc.assert(
    fc.property(
      fc.record({
        file: fc.oneof(fc.string(), fc.constantFrom('chrome.exe', 'git.exe', 'rclone')),
        original: fc.oneof(fc.string(), fc.constantFrom('chrome.exe', 'rclone.exe')),
        folder: fc.string(),
        company: fc.string(),
      }),
      (sighting) => {
        const { renamed, categories, services } = identify(sighting);
        if (renamed === true) expect([...categories, ...services]).toEqual([]);
      },
    ),
  );
});

test.each([
  ['names: [a.exe], services: [Nowhere]', 'Nowhere is no service'],
  ['names: [a.exe], categories: [nothing]', 'nothing is not a category'],
  ['names: [a.exe, A.EXE]', 'A.EXE is listed for A already'],
])('%s is refused at its place', (keys, message) => {
  const document = parseYaml(
    'programs.yaml',
    `checked: 2026-11-27\nprograms:\n  - { program: A, kind: browser, ${keys} }\n`,
  );
  const read = () => readPrograms(document, new Set(['GitHub']), { 'code-host': '' });
  expect(read).toThrow(UserError);
  expect(read).toThrow(message);
});
