import { sentinelEntities } from '../sentinelEntities.ts';
import { asFields, asList, type Checked, type SentinelProblem } from './problem.ts';

const mappingsMax = 10;
const fieldsMax = 3;

/** Entity mappings: how many, of which kinds, by which identifiers. */
export function* entityProblems(rule: Checked): Generator<SentinelProblem> {
  const mappings = asList(rule.entityMappings).map(asFields);
  if (mappings.length > mappingsMax) {
    const message = `${mappings.length} entity mappings are more than the ${mappingsMax} that Sentinel takes`;
    yield { place: ['entityMappings', mappingsMax], message, fix: 'Keep those that say who, by what and where to.' };
  }
  for (const [index, mapping] of mappings.entries()) yield* mappingProblems(mapping, ['entityMappings', index]);
}

function* mappingProblems(mapping: Checked, place: readonly PropertyKey[]): Generator<SentinelProblem> {
  const type = String(mapping.entityType);
  const known = Object.hasOwn(sentinelEntities, type) ? sentinelEntities[type] : undefined;
  if (known === undefined) {
    const fix = `Write one of ${Object.keys(sentinelEntities).join(', ')}.`;
    yield { place: [...place, 'entityType'], message: `${type} is no entity of Sentinel's`, fix };
    return;
  }
  const used = asList(mapping.fieldMappings).map((field) => String(asFields(field).identifier));
  const allowed = [...new Set([...known.required.flat(), ...known.also])];
  for (const [index, identifier] of used.entries()) {
    const at = [...place, 'fieldMappings', index, 'identifier'];
    if (!allowed.includes(identifier)) {
      const fix = `Write one of ${allowed.join(', ')}.`;
      yield { place: at, message: `${identifier} is no identifier of ${type}`, fix };
    } else if (used.indexOf(identifier) < index) {
      yield { place: at, message: `${type} has ${identifier} twice`, fix: 'Make it a mapping of its own.' };
    }
  }
  if (used.length > fieldsMax) {
    const message = `${used.length} identifiers of one ${type} are more than the ${fieldsMax} that Sentinel takes`;
    yield { place: [...place, 'fieldMappings', fieldsMax], message, fix: 'Leave some out.' };
  }
  if (!known.required.some((set) => set.every((identifier) => used.includes(identifier)))) {
    const wanted = known.required.map((set) => set.join(' with ')).join(', ');
    const message = `${type} is told by none of ${wanted}`;
    yield { place: [...place, 'fieldMappings'], message, fix: 'Map one of them.' };
  }
}
