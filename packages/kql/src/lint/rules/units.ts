import { type Bound, bare, need } from '../../parse/tree.ts';
import { walkScalars } from '../model/walk.ts';
import type { Rule } from '../rule.ts';
import { short } from './expressions.ts';

const rounds = ['1048576', '10485760', '104857600', '1073741824', '10737418240', '1024'];

export const units: Rule = {
  code: 'WL702',
  name: 'unit that is nearly one',
  severity: 'warning',
  what: 'A product mixes 1024 with 1000 or a mistyped 1024 (2024, 1204, 1042), or a number is a mebibyte or gibibyte but for a digit.',
  why: '1 MiB is 1024 * 1024 = 1,048,576 bytes; 2024 * 1024 doubles every threshold without a word.',
  bad: {
    kql: 'CommonSecurityLog\n| where TimeGenerated > ago(1h)\n| where SentBytes > 100 * 2024 * 1024',
    product: 'sentinel',
  },
  good: {
    kql: 'CommonSecurityLog\n| where TimeGenerated > ago(1h)\n| where SentBytes > 100 * 1024 * 1024',
    product: 'sentinel',
  },
  *check(query) {
    const told = new Set<Bound>();
    for (const node of walkAll(query.root)) {
      if (node.kind === 'MultiplyExpression' || node.kind === 'DivideExpression') {
        if (told.has(node)) continue;
        const factors = factorsOf(node);
        for (const item of walkScalars(node)) told.add(item);
        const wrong = factors.find(({ text }) => /^(1000|2024|1204|1042|1240|124|104|1025|1023)$/.test(text));
        if (wrong === undefined || !factors.some(({ text }) => text === '1024')) continue;
        yield {
          at: wrong,
          message: `\`${short(node)}\` mixes 1024 with ${wrong.text}: it is no number of KiB, MiB or GiB`,
          fix: 'Write 1024 each time (1 MiB = 1048576 bytes), or 1000 each time.',
        };
      } else if (node.kind === 'LongLiteralExpression') {
        const round = rounds.find((item) => item.length > 5 && isMistyped(node.text, item));
        if (round === undefined) continue;
        yield {
          at: node,
          message: `${node.text} is ${round} but for a digit`,
          fix: `Write ${round}, if ${Number(round) >= 1_073_741_824 ? 'gibibytes' : 'mebibytes'} are meant.`,
        };
      }
    }
  },
};

function* walkAll(node: Bound): Generator<Bound> {
  yield node;
  for (const child of node.children) yield* walkAll(child);
}

function factorsOf(node: Bound): readonly Bound[] {
  const found = bare(node);
  if (found.kind !== 'MultiplyExpression' && found.kind !== 'DivideExpression') return [found];
  return [...factorsOf(need(found, 'Left')), ...factorsOf(need(found, 'Right'))];
}

/** Two digits swapped, or one replaced; the first and the last stand. */
function isMistyped(text: string, round: string): boolean {
  if (text.length !== round.length || text === round || text[0] !== round[0] || !/^\d+$/.test(text)) return false;
  const different = [...text].flatMap((digit, index) => (digit === round[index] ? [] : [index]));
  const [first = 0, second = 0] = different;
  if (different.length === 2)
    return second === first + 1 && text[first] === round[second] && text[second] === round[first];
  return different.length === 1 && first < text.length - 1;
}
