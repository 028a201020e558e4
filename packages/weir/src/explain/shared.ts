import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../model/userError.ts';
import { checkYaml, parseYaml, placeOf, type YamlDocument } from '../yaml/yamlDocument.ts';
import { checkNeeds, checkQuery, code } from './checkQuery.ts';
import type { Playbook, Question } from './guide.ts';
import { playbooksFile, questionsFile } from './schema.ts';

/** What guides have in common: questions and playbooks by name. */
export interface Shared {
  readonly questions: ReadonlyMap<string, Question>;
  readonly playbooks: ReadonlyMap<string, Playbook>;
}

/** Reads `questions.yaml` and `playbooks.yaml` of the folder of guides.
 *  @throws UserError with file, line and column */
export async function loadShared(folder: string): Promise<Shared> {
  const questions = await document(join(folder, 'questions.yaml'));
  const playbooks = await document(join(folder, 'playbooks.yaml'));
  return { questions: questionsOf(questions), playbooks: playbooksOf(playbooks) };
}

function questionsOf(file: YamlDocument): ReadonlyMap<string, Question> {
  const { questions } = checkYaml(file, questionsFile, code);
  return new Map(
    Object.entries(questions).map(([id, question]) => {
      const at = ['questions', id];
      checkQuery(question.query, file.path, file.linesOf([...at, 'query'], question.query));
      checkNeeds(question.needs, placeOf(file, [...at, 'needs']));
      return [id, { id, ...question }];
    }),
  );
}

function playbooksOf(file: YamlDocument): ReadonlyMap<string, Playbook> {
  return new Map(Object.entries(checkYaml(file, playbooksFile, code).playbooks));
}

/** @throws UserError `GUIDE_UNREADABLE`, `YAML_INVALID` */
export async function document(path: string): Promise<YamlDocument> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new UserError('GUIDE_UNREADABLE', path, `cannot be read (${cause.code ?? cause.message})`, 'Check the path.');
  });
  return parseYaml(path, text);
}
