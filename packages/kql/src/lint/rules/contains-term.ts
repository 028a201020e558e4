import { isTerm } from '../model/terms.ts';
import { texts } from '../model/values.ts';
import type { Rule } from '../rule.ts';
import { everyTest } from './expressions.ts';

/** Names of programs that stand in command lines and paths as words. */
const programs =
  /^(powershell|pwsh|wscript|cscript|mshta|rundll32|regsvr32|certutil|bitsadmin|curl|wget|python|node|rclone|mimikatz|psexec|schtasks|wmic|whoami|nltest|vssadmin|bcdedit|procdump|msbuild|installutil|explorer|winword|excel|outlook|lsass|telegram|discord|dropbox|pastebin|ngrok)$/i;

export const containsTerm: Rule = {
  code: 'WL801',
  name: '`contains` where `has` would do',
  severity: 'info',
  what: '`contains` looks for a whole file name, a host, the name of a program, or a text with delimiters at both ends.',
  why: '`has` uses the index of terms and reads only what can match; `contains` reads every character of every row.',
  bad: {
    kql: 'DeviceProcessEvents\n| where Timestamp > ago(1h)\n| where ProcessCommandLine contains "procdump64.exe"',
  },
  good: { kql: 'DeviceProcessEvents\n| where Timestamp > ago(1h)\n| where ProcessCommandLine has "procdump64.exe"' },
  *check(query) {
    const told = new Set<unknown>();
    for (const { test } of everyTest(query)) {
      if (test.relation !== 'contains' || told.has(test.node)) continue;
      const [needle] = texts(test.items);
      if (needle === undefined || needle.text.length < 4) continue;
      const { text } = needle;
      const closed = !isTerm(text.slice(0, 1)) && !isTerm(text.slice(-1)) && /[\p{L}\p{N}]{3}/u.test(text);
      const isFile = /^[\w-]{3,}\.(exe|dll|ps1|bat|vbs|js|cmd|sys)$/i.test(text);
      if (!closed && !isFile && !isPhrase(text) && !programs.test(text)) continue;
      told.add(test.node);
      const better = test.operator.replace('contains', 'has');
      yield {
        at: test.node,
        message: `\`${test.operator}\` reads every row to find "${text}", which \`${better}\` finds by the index of terms`,
        fix: `Write \`${better}\`.`,
      };
    }
  },
};

/** Words with delimiters between them, such as a host. */
function isPhrase(text: string): boolean {
  return /^[a-z0-9]{2,}([.-][a-z0-9]{2,})+$/i.test(text);
}
