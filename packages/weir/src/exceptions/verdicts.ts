import { readFile } from 'node:fs/promises';
import type { GivenVerdict, VerdictStory } from '../model/exception.ts';
import type { Finding } from '../model/finding.ts';
import { UserError } from '../model/userError.ts';
import { checkYaml, parseYaml, placeOf } from '../yaml/yamlDocument.ts';
import { verdictsFile } from './schema.ts';

const code = 'VERDICTS_INVALID';

/** Reads what people found out about findings, from YAML or JSON (which is YAML).
 *  @throws UserError `VERDICTS_INVALID`, `VERDICTS_UNREADABLE` or `YAML_INVALID` with file, line and column */
export async function loadVerdicts(path: string): Promise<GivenVerdict[]> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    const message = `cannot be read (${cause.code ?? cause.message})`;
    throw new UserError('VERDICTS_UNREADABLE', path, message, 'Name a YAML or JSON file of verdicts.');
  });
  const document = parseYaml(path, text);
  return checkYaml(document, verdictsFile, code).verdicts.map((entry, index): GivenVerdict => {
    const place = placeOf(document, ['verdicts', index, 'verdict']);
    const { verdict, finding, rule, entities = {}, time, by = '', note = '' } = entry;
    const rest = { verdict, by, note, place };
    if (finding !== undefined) return { ...rest, about: { finding } };
    if (rule !== undefined && time !== undefined && Object.keys(entities).length > 0) {
      return { ...rest, about: { rule, entities: entities as VerdictStory['entities'], time } };
    }
    const message = 'which finding it is about is not said';
    throw new UserError(code, place, message, "Give the finding's id, or rule, entities and a time of it.");
  });
}

/** Whether a verdict is about a finding. By its story it still is when an earlier record gives the finding another id. */
export function isAbout({ about }: GivenVerdict, finding: Finding): boolean {
  if ('finding' in about) return about.finding === finding.id;
  const { id, name } = finding.rule;
  const rule = about.rule.toLowerCase();
  if (rule !== id && rule !== name.toLowerCase()) return false;
  if (about.time < secondOf(finding.firstSeen) || about.time > finding.lastSeen) return false;
  const { device, account, process, destination } = finding.entities;
  const own: Required<VerdictStory['entities']> = { device, account, process, destination, service: finding.service };
  return Object.entries(about.entities).every(
    ([entity, value]) => own[entity as keyof typeof own].toLowerCase() === value.toLowerCase(),
  );
}

/** Times are copied from reports, which cut them to the second. */
function secondOf(ticks: bigint): bigint {
  return ticks - (ticks % 10_000_000n);
}
