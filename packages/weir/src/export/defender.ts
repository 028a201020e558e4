import type { Rule } from '../rules/rule.ts';
import { withoutComments } from './comments.ts';
import { defenderEntities } from './defenderEntities.ts';
import { isoDuration, shortDuration } from './durations.ts';
import { describedWith, notesOf } from './notes.ts';
import type { ExportedQuery } from './query.ts';
import type { Refusal } from './refusal.ts';

/** A rule as a detection rule of Microsoft Graph (v1.0, security/rules/detectionRules), switched off until a person has
 *  looked at it; and what it lacks there, in sentences. */
export function defenderRule(rule: Rule, query: ExportedQuery, frequency: bigint) {
  const columns = new Set(query.columns?.map(({ name }) => name) ?? []);
  const { entities, left, isImpacted } = defenderEntities(rule.entityMappings, columns);
  const [tactic, ...otherTactics] = rule.tactics;
  const refusals = [...triggerRefusals(rule), ...shapeRefusals(rule, { hasTactic: tactic !== undefined, isImpacted })];
  const notes = [
    ...notesOf(rule, query, 'Defender'),
    ...(frequency === 0n || frequency === rule.schedule?.frequency
      ? []
      : [`Defender runs it every ${shortDuration(frequency)}.`]),
    ...(left.length > 0 ? [`Defender has no place for these entities: ${left.join('; ')}.`] : []),
    ...(otherTactics.length > 0 ? [`Defender takes one tactic; left out: ${otherTactics.join(', ')}.`] : []),
    ...(rule.suppression === undefined ? [] : ['Defender does not suppress alerts.']),
    ...(rule.incident?.grouping?.enabled === true ? ['Defender groups alerts into incidents in its own way.'] : []),
  ];
  const { title, description } = wordsOf(rule);
  const value = {
    id: `r-${rule.id}`,
    displayName: rule.name,
    description: describedWith(rule.description, notes),
    status: 'disabled',
    queryCondition: { queryText: frequency === 0n ? withoutComments(query.text) : query.text },
    schedule: { frequency: frequency === 0n ? 'PT0S' : isoDuration(frequency) },
    detectionAction: {
      alertTemplate: {
        title,
        description,
        severity: rule.severity,
        tactics: [{ tactic, techniques: techniquesOf(rule) }],
        customDetails: Object.keys(rule.customDetails).length > 0 ? rule.customDetails : undefined,
        entityMappings: entities,
      },
    },
  };
  return { value, notes, refusals };
}

function triggerRefusals({ path, trigger: { operator, threshold } }: Rule): readonly Refusal[] {
  if (threshold === 0 && (operator === 'GreaterThan' || operator === 'NotEqual')) return [];
  const message = `Defender alerts on every row, not on ${operator} ${threshold} of them`;
  return [{ place: path, message, advice: 'Count in the query, and fire on GreaterThan 0.' }];
}

function shapeRefusals(
  { path }: Rule,
  { hasTactic, isImpacted }: { readonly hasTactic: boolean; readonly isImpacted: boolean },
): readonly Refusal[] {
  const noTactic = {
    place: path,
    message: 'Defender wants a tactic, and the rule has none',
    advice: 'Name one in tactics.',
  };
  const noAsset = {
    place: path,
    message:
      'Defender wants a host, an account, a mailbox or an address that it is about, and the rule maps none that it takes',
    advice: 'Map the Host by HostName, or the IP by Address.',
  };
  return [...(hasTactic ? [] : [noTactic]), ...(isImpacted ? [] : [noAsset])];
}

const placeholdersMax = 3;

/** The alert's words; the service takes three columns in both together, so that what has more is said without. */
function wordsOf({ alert, name, description }: Rule): { readonly title: string; readonly description: string } {
  const count = (...formats: readonly string[]) => new Set(formats.join(' ').match(/\{\{.*?\}\}/g) ?? []).size;
  const plain = description === '' ? name : description;
  const title = alert.title !== undefined && count(alert.title) <= placeholdersMax ? alert.title : name;
  const said = alert.description ?? plain;
  return { title, description: count(title, said) <= placeholdersMax ? said : plain };
}

function techniquesOf({ techniques }: Rule) {
  const byTechnique = Map.groupBy(techniques, (technique) => technique.slice(0, 5));
  return [...byTechnique].map(([technique, all]) => ({
    technique,
    subTechniques: all.filter((each) => each.includes('.')),
  }));
}
