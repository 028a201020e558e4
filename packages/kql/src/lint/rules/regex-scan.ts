import { conjunctsOf, type Predicate, testsOf } from '../model/predicate.ts';
import { isTimeColumn } from '../model/time.ts';
import { texts } from '../model/values.ts';
import type { Rule } from '../rule.ts';
import { conditionOf } from './expressions.ts';
import { type Fact, stepsWithFacts } from './facts.ts';

export const regexScan: Rule = {
  code: 'WL802',
  name: 'regular expression over a whole table',
  severity: 'info',
  what: '`matches regex` with a pattern that may begin anywhere is the only thing beside the time that narrows the rows.',
  why: 'The expression runs over every row of the table; a plain test before it (`has`, `==`) leaves it a few.',
  bad: {
    kql: 'DeviceProcessEvents\n| where Timestamp > ago(1h)\n| where ProcessCommandLine matches regex @"-e(nc)?\\s+[A-Za-z0-9+/]{40,}"',
  },
  good: {
    kql: 'DeviceProcessEvents\n| where Timestamp > ago(1h)\n| where ProcessCommandLine has "powershell"\n| where ProcessCommandLine matches regex @"-e(nc)?\\s+[A-Za-z0-9+/]{40,}"',
  },
  *check(query) {
    for (const pipeline of query.pipelines) {
      if (pipeline.source.kind !== 'table') continue;
      for (const { step, facts } of stepsWithFacts(pipeline)) {
        const condition = conditionOf(step);
        if (condition === undefined) continue;
        const parts = conjunctsOf(condition);
        const regex = parts.map((part) => [part, regexIn(part)] as const).find(([, node]) => node !== undefined);
        if (regex === undefined) continue;
        const [part, node] = regex;
        const others: readonly Predicate[] = [
          ...facts.map((fact: Fact) => fact.predicate),
          ...parts.filter((other) => other !== part),
        ];
        if (node === undefined || others.some(narrows)) continue;
        yield {
          at: node,
          message: 'this expression runs over every row of the table in its time: nothing plainer narrows them before',
          fix: 'Put a test by term or equality before it (`has` with a word that every match must hold).',
        };
        break;
      }
    }
  },
};

function regexIn(part: Predicate) {
  if (part.kind !== 'test' || part.relation !== 'matches regex' || part.negated) return undefined;
  const patterns = texts(part.items);
  return patterns.some(({ text }) => /^(\(\?[a-z]+\))?\^/.test(text)) ? undefined : part.node;
}

/** A test that leaves few rows and needs no expression. */
function narrows(predicate: Predicate): boolean {
  if (predicate.kind === 'or') return predicate.parts.every(narrows);
  return [...testsOf(predicate)].some(
    ({ test, negated }) =>
      !negated &&
      test.relation !== 'matches regex' &&
      !/^(isempty|isnull)$/.test(test.relation) &&
      !isTimeColumn(test.subject.text) &&
      !/ingestion_time|\b(Timestamp|TimeGenerated)\b/.test(test.node.text),
  );
}
