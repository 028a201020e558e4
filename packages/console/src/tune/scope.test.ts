import { expect, test } from 'vitest';
import { inWords } from './scope.ts';

test('a condition that a proposal made is told in words', () => {
  const when = [
    'Process =~ "rclone.exe"',
    'FolderPath startswith "C:\\\\Program Files\\\\and\\\\"',
    'ProgramRenamed != true',
    'RemoteHost == "b.example"',
    'DeviceName =~ "ws-1"',
    'BytesSent <= 1572864 // 1.5 MiB',
  ].join('\nand ');
  expect(inWords(when)).toBe(
    'rclone.exe, in C:\\Program Files\\and\\, under its own name, to b.example, on ws-1, at most 1.5 MiB',
  );
});

test.each([
  'Process =~ "a" or DeviceName =~ "b"',
  'not(Process =~ "a")',
  'Process =~ "a" and',
  'Company == "Restic"',
  'BytesSent <= 5 * 2',
  'Process =~ @"a"',
  '',
])('%s is left as KQL', (when) => expect(inWords(when)).toBeUndefined());

test('what a literal says with escapes steers nothing', () => {
  expect(inWords('Process =~ "\\u202egpj.exe"')).toBe('\\u{202e}gpj.exe');
});
