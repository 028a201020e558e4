import { implies } from '../model/implies.ts';
import { conjunctsOf, type Predicate, type Test, testsOf } from '../model/predicate.ts';
import type { Finding, Rule } from '../rule.ts';
import { conditionOf, short } from './expressions.ts';
import { stepsWithFacts } from './facts.ts';

export const redundantPredicate: Rule = {
  code: 'WL302',
  name: 'condition that another one makes idle',
  severity: 'warning',
  what: 'A condition follows from another one that must hold as well; or an `or` is cancelled by a later line that asks for one side of it.',
  why: 'It changes nothing. An `or` that the next line cancels looks like a wider net than there is, and whoever loosens the rule loosens the wrong line.',
  bad: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where RemotePort == 9001 or LocalIPType == "Public"\n| where RemotePort == 9001\n| project Timestamp, DeviceId, ReportId, RemoteIP',
  },
  good: {
    kql: 'DeviceNetworkEvents\n| where Timestamp > ago(1h)\n| where RemotePort == 9001\n| project Timestamp, DeviceId, ReportId, RemoteIP',
  },
  *check(query) {
    for (const pipeline of query.pipelines) {
      const told = new Set<unknown>();
      for (const { step, facts } of stepsWithFacts(pipeline)) {
        const condition = conditionOf(step);
        if (condition === undefined) continue;
        const own = pipeline.steps.includes(step);
        const parts = conjunctsOf(condition).map((predicate) => ({ predicate, step }));
        for (const [index, part] of parts.entries()) {
          for (const fact of [...facts, ...parts.slice(0, index)]) {
            const [idle, by] = pair(fact.predicate, part.predicate);
            if (idle === undefined || by === undefined || told.has(idle) || isGuard(idle)) continue;
            if (!own && idle === part.predicate) continue;
            told.add(idle);
            if (own) yield idled(idle, by);
          }
        }
        if (own) yield* inside(condition);
      }
    }
  },
};

/** Which of two that must both hold is idle, and by which. */
function pair(before: Predicate, after: Predicate): readonly [Predicate?, Predicate?] {
  if (implies(before, after)) return [after, before];
  return implies(after, before) ? [before, after] : [];
}

/** Parts within one `or`, and `and`s that are inside of something. */
function* inside(predicate: Predicate, depth = 0): Generator<Finding> {
  if (predicate.kind === 'test') return;
  const parts = predicate.kind === 'not' ? [predicate.part] : predicate.parts;
  for (const [index, part] of parts.entries()) {
    if (predicate.kind === 'not' || (predicate.kind === 'and' && depth === 0)) break;
    const others = parts.slice(0, index);
    for (const other of others) {
      const [narrow, wide] = pair(other, part);
      if (narrow === undefined || wide === undefined || isGuard(narrow) || isGuard(wide)) continue;
      yield predicate.kind === 'and' ? idled(narrow, wide) : idledInOr(wide, narrow);
    }
  }
  for (const part of parts) yield* inside(part, depth + 1);
}

function idled(idle: Predicate, by: Predicate): Finding {
  const cancelled = idle.kind === 'or';
  return {
    at: idle.node,
    severity: cancelled || idle.node.text === by.node.text ? 'warning' : 'info',
    message: cancelled
      ? `this \`or\` is cancelled: \`${short(by.node)}\` must hold as well, and alone decides`
      : idle.node.text === by.node.text
        ? `\`${short(idle.node)}\` stands here a second time`
        : `\`${short(idle.node)}\` changes nothing: it follows from \`${short(by.node)}\`, which must hold as well`,
    fix: cancelled ? 'Keep the line that is meant and take the other out.' : 'Take it out.',
  };
}

function idledInOr(idle: Predicate, by: Predicate): Finding {
  return {
    at: idle.node,
    severity: 'info',
    message: `\`${short(idle.node)}\` adds nothing: \`${short(by.node)}\` beside it lets the same rows through`,
    fix: 'Take it out, or take the wider one out if it is too wide.',
  };
}

function isEmptyText({ items }: Test): boolean {
  const [item] = items ?? [];
  return items?.length === 1 && item?.value.kind === 'text' && item.value.value === '';
}

/** Tests for emptiness are written for speed and for the reader. */
function isGuard(predicate: Predicate): boolean {
  return [...testsOf(predicate)].every(
    ({ test }) => /^(isempty|isnull)$/.test(test.relation) || (test.relation === 'equals' && isEmptyText(test)),
  );
}
