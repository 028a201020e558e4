import { expect, test } from 'vitest';
import { checkCondition } from './predicate.ts';

const names = (when: string) => checkCondition(when, { path: 'ex.yaml', lines: [] }).names;

test.each([
  'DeviceName == "srv-1"',
  '"srv-1" == DeviceName',
  'tolower(DeviceName) == "srv-1" and BytesSent < 1000',
  'not(DeviceName != "srv-1")',
  'not(DeviceName != "srv-1" and Process != "x")',
  'not(DeviceName !startswith "srv-" or BytesSent > 5)',
  'Process in~ ("a.exe", "b.exe") or RemoteHost endswith ".example.org"',
  'CommandLines has_any ("rclone", "restic")',
  'CommandLines has_all ("-v", "rclone")',
  'RemoteHost matches regex @"^backup-\\d+\\."',
  'ipv4_is_in_range(RemoteHost, "203.0.113.0/24")',
  'RemoteHost matches regex "(?i)(backup|restore)[0-9]*[.]example"',
  'Service in (dynamic(["S3", "Mega"])) and not(Process =~ "a")',
])('names who or what is meant: %s', (when) => {
  expect(names(when)).toBe(true);
});

test.each([
  'DeviceName != "srv-1"',
  'not(DeviceName startswith "srv-")',
  'Process !has "rclone" and AccountName !in ("a", "b")',
  'DeviceName == "srv-1" or BytesSent < 1000',
  'not(DeviceName != "srv-1" or BytesSent > 5) or Process != "x"',
  'BytesSent < 1000',
  'ServiceCategory == "webhook"',
  'isnotempty(DeviceName)',
  'DeviceName contains "."',
  'DeviceName startswith ""',
  'CommandLines has_any ("rclone", "-v")',
  'Process == OriginalName',
  'RemoteHost matches regex @"\\w+.*"',
  ...['...', '.{1,999}', '.*|abc', '(abc)?', '((abc))*', '(abc){0,2}', '[^abc]', '[abc]*', '[[:alpha:]]', 'abc?|'].map(
    (regex) => `RemoteHost matches regex "${regex}"`,
  ),
  '"srv-1 and srv-2" contains DeviceName',
  'ipv4_is_in_range(RemoteHost, "0.0.0.0/0")',
])('does not: %s', (when) => {
  expect(names(when)).toBe(false);
});
