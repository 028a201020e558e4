import { UserError } from '../model/userError.ts';
import { closest } from '../yaml/closest.ts';
import { checkYaml, placeOf, type YamlDocument } from '../yaml/yamlDocument.ts';
import { checkNeeds, checkQuery, code } from './checkQuery.ts';
import { type Guide, type Playbook, type Question, type Stage, type Step, stages } from './guide.ts';
import { type GuideFile, guideFile } from './schema.ts';
import { document, type Shared } from './shared.ts';

/** So many questions at least: fewer do not decide anything. */
const questionsLeast = 5;

/** Reads a guide and checks it: its queries compile, every stage of the response has a step, and what it says of
 *  thresholds stands in the rule (`ruleText`; undefined where it is of no rule).
 *  @throws UserError `GUIDE_INVALID`, `GUIDE_UNREADABLE` or `YAML_INVALID` with file, line and column */
export async function loadGuide(path: string, shared: Shared, ruleText: string | undefined): Promise<Guide> {
  const file = await document(path);
  const { playbook, questions, ...told } = checkYaml(file, guideFile, code);
  const asked = questions.map((question, index) => questionOf(file, index, question, shared));
  for (const [index, { id }] of asked.entries()) {
    if (asked.findIndex((other) => other.id === id) === index) continue;
    throw invalid(file, ['questions', index], `asks ${id} a second time`, 'Give each question a name of its own.');
  }
  if (asked.length < questionsLeast) {
    const message = `asks ${asked.length} questions, and it takes ${questionsLeast} to decide`;
    throw invalid(file, ['questions'], message, 'Ask more; use: names a shared question.');
  }
  for (const [index, { text }] of told.thresholds.entries()) {
    if (ruleText === undefined || plain(ruleText).includes(plain(text))) continue;
    const message = `the rule does not say ${text}`;
    throw invalid(file, ['thresholds', index, 'text'], message, "Write what the rule's query or score says now.");
  }
  return { path, ...told, questions: asked, playbook: playbookOf(file, playbook, shared) };
}

type WrittenQuestion = GuideFile['questions'][number];

function questionOf(file: YamlDocument, index: number, written: WrittenQuestion, { questions }: Shared): Question {
  const at = ['questions', index];
  const { use, id = '', ask = '', query = '', needs = [], benign = '', malicious = '', next = '' } = written;
  if (use === undefined) {
    checkQuery(query, file.path, file.linesOf([...at, 'query'], query));
    checkNeeds(needs, placeOf(file, [...at, 'needs']));
    return { id, ask, query, needs, benign, malicious, next };
  }
  const shared = questions.get(use);
  if (shared === undefined) throw unknown(file, [...at, 'use'], 'question', use, [...questions.keys()]);
  const changes = Object.entries({ ask, benign, malicious, next }).filter(([, said]) => said !== '');
  return { ...shared, ...Object.fromEntries(changes) };
}

/** The shared playbook, each stage with the guide's own steps in front. */
function playbookOf(file: YamlDocument, { use, ...own }: GuideFile['playbook'], { playbooks }: Shared): Playbook {
  const base = use === undefined ? undefined : playbooks.get(use);
  if (use !== undefined && base === undefined)
    throw unknown(file, ['playbook', 'use'], 'playbook', use, [...playbooks.keys()]);
  const stepsOf = (stage: Stage): readonly Step[] => [...own[stage], ...(base?.[stage] ?? [])];
  const empty = stages.find((stage) => stepsOf(stage).length === 0);
  if (empty === undefined) {
    return {
      contain: stepsOf('contain'),
      preserve: stepsOf('preserve'),
      scope: stepsOf('scope'),
      notify: stepsOf('notify'),
      recover: stepsOf('recover'),
    };
  }
  throw invalid(file, ['playbook'], `has no step to ${empty}`, `The stages are ${stages.join(', ')}.`);
}

function unknown(file: YamlDocument, at: readonly PropertyKey[], kind: string, name: string, all: string[]): UserError {
  const meant = closest(name, all);
  const advice = meant === undefined ? `There are ${all.join(', ')}.` : `Did you mean ${meant}?`;
  return invalid(file, at, `there is no shared ${kind} ${name}`, advice);
}

function invalid(file: YamlDocument, at: readonly PropertyKey[], message: string, advice: string): UserError {
  return new UserError(code, placeOf(file, at), message, advice);
}

function plain(text: string): string {
  return text.replace(/\s+/g, ' ');
}
