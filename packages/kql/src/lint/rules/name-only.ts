import { nameOf } from '../../parse/tree.ts';
import { flow, isStep, type Pipeline, tableOf } from '../model/pipeline.ts';
import { keyOf, type Predicate, type Test, testsOf } from '../model/predicate.ts';
import { listItems, texts } from '../model/values.ts';
import { namesRead } from '../model/walk.ts';
import type { Rule } from '../rule.ts';
import { isProgramProof } from './columns.ts';
import { columnBehind, conditionOf, filterTests, listed } from './expressions.ts';

export const nameOnly: Rule = {
  code: 'WL502',
  name: 'program known by its file name alone',
  severity: 'warning',
  what: 'A program is excluded, or (as information) picked, by its file name, and nothing asks for its folder, hash, signer or the name in its version resource.',
  why: 'A file name is what an intruder chooses: renaming curl.exe evades the rule, and a tool called OneDrive.exe walks through an exclusion.',
  bad: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where RemotePort == 9001\n| where InitiatingProcessFileName !in~ ("tor.exe", "brave.exe")',
  },
  good: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where RemotePort == 9001\n| where not(InitiatingProcessFileName in~ ("tor.exe", "brave.exe") and InitiatingProcessFolderPath startswith @"c:\\program files\\")',
  },
  *check(query) {
    for (const pipeline of query.pipelines) {
      if (asksForProof(pipeline)) continue;
      let picked = false;
      for (const step of pipeline.steps) {
        const condition = conditionOf(step);
        for (const { test, negated } of condition === undefined ? [] : testsOf(condition)) {
          const column = columnBehind(test.subject, step.input)?.column;
          if (column === undefined || test.relation !== 'equals' || !isProgram(column, pipeline)) continue;
          const names = texts(listItems(test.items?.map((item) => item.node) ?? [], test.env)).map((item) => item.text);
          if (names.length === 0 || (!negated && picked)) continue;
          if (negated && (isNarrowed(condition, test) || isSetMinus(pipeline, test))) continue;
          picked ||= !negated;
          yield {
            at: test.node,
            severity: negated ? 'warning' : 'info',
            message: negated
              ? `${listed(names)} ${names.length === 1 ? 'is' : 'are'} excluded by file name, which any program can take`
              : `${listed(names)} ${names.length === 1 ? 'is' : 'are'} known by file name only: a renamed copy is not seen`,
            fix: negated
              ? `Exclude the program where it is installed: \`not(${column} … and ${prefix(column)}FolderPath startswith …)\`, or by signer or hash.`
              : `Ask for ${prefix(column, 'ProcessVersionInfo')}OriginalFileName as well, which a new name does not change, or for folder, signer or hash.`,
          };
        }
      }
    }
  },
};

/** `not(name and more)` excludes less than a name. */
function isNarrowed(predicate: Predicate | undefined, test: Test, inAnd = false, turned = false): boolean {
  switch (predicate?.kind) {
    case 'test':
      return predicate === test && inAnd && turned;
    case 'not':
      return isNarrowed(predicate.part, test, false, !turned);
    case 'and':
    case 'or':
      return predicate.parts.some((part) => isNarrowed(part, test, inAnd || predicate.kind === 'and', turned));
    case undefined:
      return false;
  }
}

/** A list of programs less some of it. */
function isSetMinus(pipeline: Pipeline, { subject }: Test): boolean {
  return [...filterTests(pipeline)].some(
    ({ test, negated }) => !negated && test.relation === 'equals' && keyOf(test.subject) === keyOf(subject),
  );
}

function isProgram(column: string, pipeline: Pipeline): boolean {
  if (column === 'InitiatingProcessFileName') return true;
  return column === 'FileName' && tableOf(pipeline) === 'DeviceProcessEvents';
}

function prefix(column: string, own = ''): string {
  return column.startsWith('Initiating') ? `InitiatingProcess${own.replace('Process', '')}` : own;
}

function asksForProof(pipeline: Pipeline): boolean {
  return flow(pipeline).some(
    (step) =>
      (isStep(step, 'Filter', 'Extend') || isStep(step, 'Invoke')) &&
      (isStep(step, 'Invoke') || [...namesRead(step.node)].some((node) => isProof(nameOf(node)))),
  );
}

function isProof(name: string): boolean {
  return isProgramProof(name);
}
