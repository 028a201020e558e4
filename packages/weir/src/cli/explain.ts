import { join } from 'node:path';
import { explanationJson } from '../explain/asJson.ts';
import { type Answer, ask } from '../explain/ask.ts';
import { explanationText } from '../explain/asText.ts';
import { guideOf, noSuchRule, ruleCalled, shortName } from '../explain/find.ts';
import { findingCalled, loadFindings, looksLikeFinding } from '../explain/findings.ts';
import type { Guide } from '../explain/guide.ts';
import { loadShared } from '../explain/shared.ts';
import type { Subject } from '../explain/subject.ts';
import { UserError } from '../model/userError.ts';
import { tableText } from '../report/terminal/table.ts';
import { widthsAnyhow } from '../report/terminal/widths.ts';
import { loadRules } from '../rules/load.ts';
import type { Rule } from '../rules/rule.ts';
import { type ReadOptions, read, scan } from '../weir.ts';
import { contentDirectory } from './contentDirectory.ts';
import { exitCodes } from './failure.ts';
import { keptDirectory } from './keptDirectory.ts';
import { progressLine } from './progress.ts';
import { print, terminal } from './stdio.ts';
import { withWorkDirectory } from './workDirectory.ts';

export interface ExplainFlags {
  readonly from?: string;
  readonly rule?: string[];
  readonly inventory?: string;
  readonly format: 'text' | 'json';
}

/** So many rows of an answer are shown, to people and to programs. */
const rowsShown = { text: 12, json: 1000 } as const;

/** `weir explain`: the rules; a rule; or a finding, with what the logs answer. Gives the exit code. */
export async function runExplain(
  what: string | undefined,
  logs: readonly string[],
  flags: ExplainFlags,
): Promise<number> {
  const rules = await loadRules(flags.rule ?? [join(contentDirectory(), 'rules')]);
  const rule = what === undefined ? undefined : ruleCalled(rules, what);
  if (what === undefined) await print(listOf(rules));
  else if (rule === undefined) await explainFinding(what, rules, logs, flags);
  else if (logs.length > 0 || flags.from !== undefined) throw noFinding(what);
  else await tellOf(rule, {}, flags);
  return exitCodes.done;
}

function noFinding(rule: string): UserError {
  const advice = 'Name the finding in place of the rule; its id stands under it: weir explain 409fb770 ./logs';
  return new UserError('FINDING_MISSING', rule, 'a rule has many findings, and logs answer about one', advice);
}

async function explainFinding(id: string, rules: readonly Rule[], logs: readonly string[], flags: ExplainFlags) {
  if (!looksLikeFinding(id)) throw noSuchRule(rules, id);
  if (logs.length === 0 && flags.from === undefined) {
    const advice = 'Name the logs that the scan read, or with --from the JSON that it wrote.';
    throw new UserError('FINDING_UNKNOWN', id, 'nothing says what this finding is', advice);
  }
  const known = flags.from === undefined ? undefined : findingCalled(await loadFindings(flags.from), id);
  const { finding, answers } = logs.length === 0 ? { finding: known } : await asked(id, known, rules, logs, flags);
  if (finding === undefined) throw new Error('a finding that is neither in a file nor in logs');
  await tellOf(ruleOf(finding, rules), { finding, ...(answers === undefined ? {} : { answers }) }, flags);
}

async function guide(rule: Rule): Promise<Guide> {
  const folder = join(contentDirectory(), 'guides');
  return guideOf(rule, folder, await loadShared(folder));
}

function ruleOf({ rule: { id, name } }: Subject, rules: readonly Rule[]): Rule {
  const rule = rules.find((each) => each.id === id);
  if (rule !== undefined) return rule;
  throw new UserError('RULE_UNKNOWN', name, 'the rule of this finding is not here', 'Name its file with --rule.');
}

async function tellOf(
  rule: Rule,
  about: { readonly finding?: Subject; readonly answers?: readonly Answer[] },
  { format }: ExplainFlags,
): Promise<void> {
  const its = await guide(rule);
  await print(
    format === 'json' ? explanationJson(rule, its, about) : await explanationText(rule, its, about, terminal()),
  );
}

/** Reads the logs, finds the finding in them where no file told it, and asks. */
async function asked(
  id: string,
  known: Subject | undefined,
  rules: readonly Rule[],
  logs: readonly string[],
  { rule, inventory, format }: ExplainFlags,
): Promise<{ finding: Subject; answers: Answer[] }> {
  const content = contentDirectory();
  // A mistake in a guide of the person's own is told before minutes of reading; Weir's own are tested.
  for (const each of rule === undefined ? [] : rules) await guide(each);
  const answersOf = async (lake: Parameters<typeof ask>[0], finding: Subject) => {
    const { questions } = await guide(ruleOf(finding, rules));
    return { finding, answers: await ask(lake, questions, finding, rowsShown[format]) };
  };
  const progress = progressLine();
  return await withWorkDirectory(async (workDirectory) => {
    const options: ReadOptions = {
      paths: logs,
      stdin: process.stdin,
      content,
      workDirectory,
      kept: keptDirectory(),
      ...(inventory === undefined ? {} : { inventory }),
      onProgress: progress.show,
    };
    if (known !== undefined) return await read(options, ({ lake }) => answersOf(lake, known));
    const { extra } = await scan({ ...options, rules: rule ?? [] }, ({ lake }, found) =>
      answersOf(lake, findingCalled(found, id)),
    );
    return extra;
  }).finally(progress.stop);
}

function listOf(rules: readonly Rule[]): string {
  const columns = [
    { head: 'rule', whole: true },
    { head: 'techniques', whole: true },
    { head: 'what it finds', least: 30 },
  ];
  const rows = rules.map((rule) => [shortName(rule), rule.techniques.join(', '), rule.name]);
  return `${tableText(columns, rows, widthsAnyhow(columns, rows, terminal().width))}\n\nweir explain RULE tells all about one.\n`;
}
