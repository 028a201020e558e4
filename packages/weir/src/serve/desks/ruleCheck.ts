import type { HostKnowledge } from '@weir/kql';
import type { Schema } from '@weir/kql/types';
import type { Mistake } from '../../api/http/problem.ts';
import { type FileDiagnostic, lintFile } from '../../lint/lintFile.ts';
import { problemOf } from '../../lint/readDetection.ts';
import { UserError } from '../../model/userError.ts';
import { readRule } from '../../rules/readRule.ts';
import type { Rule } from '../../rules/rule.ts';
import { whyNotRunnable } from '../../schedule/runnable.ts';
import { parseYaml } from '../../yaml/yamlDocument.ts';

export interface CheckedRule {
  /** Undefined where the text is no rule. */
  readonly rule: Rule | undefined;
  readonly mistakes: readonly Mistake[];
}

/** What a rule's text is called where it has no file yet. */
const name = 'rule.yaml';

/** Holds a rule's text to what `weir lint` says of rules for Weir, to what reads rules' files, and to what runs rules. */
export function checkRule(
  text: string,
  { hosts, schema }: { readonly hosts: HostKnowledge; readonly schema: Schema },
): CheckedRule {
  const { diagnostics } = lintFile(name, text, { product: 'weir', hosts, own: schema });
  const found = diagnostics.map((item) => mistakeOf(item, text));
  const read = readOf(text);
  const isRight = found.every(({ severity }) => severity !== 'error');
  if (read instanceof UserError) {
    // Lint tells most of it, at the same place.
    const problem = { ...problemOf(read), severity: 'error', length: 0 } as const;
    return { rule: undefined, mistakes: isRight ? [mistakeOf(problem, text), ...found] : found };
  }
  const refusal = isRight ? whyNotRunnable(read, schema) : undefined;
  const problem = refusal && mistakeOf({ ...problemOf(refusal), severity: 'error', length: 0 }, text);
  return { rule: read, mistakes: problem === undefined ? found : [problem, ...found] };
}

function readOf(text: string): Rule | UserError {
  try {
    return readRule(name, text);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** A diagnostic with its offsets; one of no length is about its line from there. */
function mistakeOf({ code, severity, message, fix, line, column, length }: FileDiagnostic, text: string): Mistake {
  const lines = text.split('\n');
  const before = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  const start = Math.min(before + column - 1, text.length);
  const rest = Math.max((lines[line - 1] ?? '').trimEnd().length - column + 1, 0);
  return {
    ...{ code, message, advice: fix, place: `${line}:${column}`, start },
    end: Math.min(start + (length > 0 ? length : rest), text.length),
    severity: severity === 'info' ? 'information' : severity,
  };
}

/** A text that is to be a rule's next names another rule. */
export function idMistake(text: string, id: string): Mistake {
  return at(text, ['id'], {
    message: `this is another rule's id; that of the rule is ${id}`,
    advice: 'Put it back. A new id makes a new rule.',
  });
}

/** A guide is a file, and files other than rules are not written here: a text may name the guide that `before` names, and
 *  no other. */
export function withoutGuides(text: string, before: string | undefined): Mistake[] {
  const named = guideOf(text);
  if (named === undefined || (before !== undefined && guideOf(before) === named)) return [];
  const message = 'a guide is a file, which is not made here';
  const advice = 'Leave weir.guide out; a guide.yaml that lies beside the rule is found without it.';
  return [at(text, ['weir', 'guide'], { message, advice })];
}

function guideOf(text: string): string | undefined {
  const read = readOf(text);
  return read instanceof UserError ? undefined : read.guide;
}

function at(
  text: string,
  place: readonly PropertyKey[],
  told: { readonly message: string; readonly advice: string },
): Mistake {
  const { message, advice: fix } = told;
  const position = parseYaml(name, text).position(place);
  return mistakeOf({ code: 'RULE_INVALID', severity: 'error', message, fix, ...position, length: 0 }, text);
}
