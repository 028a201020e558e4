import { isText } from '../model/predicate.ts';
import type { Rule } from '../rule.ts';
import { isDeviceName, isFileName, isRemoteHost } from './columns.ts';
import { columnBehind, everyTest } from './expressions.ts';

const caseless: Readonly<Record<string, string>> = {
  '==': '=~',
  '!=': '!~',
  '<>': '!~',
  in: 'in~',
  '!in': '!in~',
  has_cs: 'has',
  contains_cs: 'contains',
  startswith_cs: 'startswith',
  endswith_cs: 'endswith',
};

export const caseSensitiveName: Rule = {
  code: 'WL503',
  name: 'name compared with its case',
  severity: 'warning',
  what: 'A file name, device name or host is compared with `==`, `in`, `has_cs` or their like. Information where a host or device is written in lower case, as most logs have them.',
  why: 'Windows and DNS do not mind case, and sensors report what they were given: cmd.exe comes as CMD.EXE too, and `in ("Mega.nz")` meets no host, as hosts come in lower case.',
  bad: {
    kql: 'DeviceProcessEvents\n| where Timestamp > ago(1h)\n| where FileName == "procdump.exe" and ProcessVersionInfoOriginalFileName != ""',
  },
  good: {
    kql: 'DeviceProcessEvents\n| where Timestamp > ago(1h)\n| where FileName =~ "procdump.exe" and ProcessVersionInfoOriginalFileName != ""',
  },
  *check(query) {
    const told = new Set<unknown>();
    for (const { test, step } of everyTest(query)) {
      const better = caseless[test.operator];
      if (better === undefined || told.has(test.node)) continue;
      const behind = columnBehind(test.subject, step.input);
      if (behind === undefined || behind.converted.some((name) => name === 'tolower' || name === 'toupper')) continue;
      const { column } = behind;
      const isFile = isFileName(column);
      if (!isFile && !isDeviceName(column) && !isRemoteHost(column)) continue;
      // Weir keeps hosts in lower case.
      if (query.product === 'weir' && /^(RemoteHost|RegistrableDomain)$/.test(column)) continue;
      const lettered = (test.items ?? [])
        .map((item) => item.value)
        .filter(isText)
        .filter(({ value }) => /\p{L}/u.test(value));
      const [first] = lettered;
      if (first === undefined) continue;
      told.add(test.node);
      const capitals = lettered.find(({ value }) => value !== value.toLowerCase());
      yield {
        at: test.node,
        severity: isFile || capitals !== undefined ? 'warning' : 'info',
        message: `\`${test.operator}\` minds case, and ${isFile ? 'file names come in several spellings' : 'hosts come in lower case from most logs, not from all'}: "${(capitals ?? first).value}" is missed in any other`,
        fix: `Write \`${better}\`.`,
      };
    }
  },
};
