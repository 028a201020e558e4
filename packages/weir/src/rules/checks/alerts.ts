import { asFields, asList, type Checked, type SentinelProblem, text } from './problem.ts';
import { ticksOf } from './schedule.ts';

const minute = 600_000_000n;
const day = 1_440n * minute;
const placeholdersMax = 3;

/** What alerts carry and say: custom details, texts with `{{Column}}`, how rows become alerts. */
export function* alertProblems(rule: Checked): Generator<SentinelProblem> {
  const details = Object.entries(asFields(rule.customDetails));
  if (details.length > 20) {
    const message = `${details.length} custom details are more than the 20 that Sentinel takes`;
    yield { place: ['customDetails', details[20]?.[0] ?? ''], message, fix: 'Leave some out.' };
  }
  for (const [key, column] of details) {
    const place = ['customDetails', key];
    if (!/^[a-zA-Z]\w{0,19}$/.test(key)) {
      const fix = 'Begin with a letter, go on with letters, digits and _, and stop at 20 characters.';
      yield { place, message: `${key} is no name of a custom detail for Sentinel`, fix };
    }
    if (!/^[a-zA-Z_]\w{0,499}$/.test(String(column))) {
      yield { place, message: `${String(column)} is no column for a custom detail`, fix: 'Rename it in the query.' };
    }
  }
  const override = asFields(rule.alertDetailsOverride);
  for (const [name, most] of [
    ['alertDisplayNameFormat', 256],
    ['alertDescriptionFormat', 5000],
  ] as const) {
    const format = text(override[name]);
    const place = ['alertDetailsOverride', name];
    const columns = format.match(/\{\{.*?\}\}/g)?.length ?? 0;
    if (format.length > most) yield { place, message: `${name} is longer than ${most} characters`, fix: 'Shorten it.' };
    if (columns > placeholdersMax) {
      const message = `${name} has ${columns} columns in braces, more than the ${placeholdersMax} that Sentinel takes`;
      yield { place, message, fix: 'Say less, or make one column of several in the query.' };
    }
  }
}

/** How alerts become incidents. */
export function* incidentProblems(rule: Checked): Generator<SentinelProblem> {
  const grouping = asFields(asFields(rule.incidentConfiguration).groupingConfiguration);
  const at = (name: string) => ['incidentConfiguration', 'groupingConfiguration', name];
  const lookback = ticksOf(grouping.lookbackDuration);
  if (lookback !== undefined && (lookback < 5n * minute || lookback > 7n * day)) {
    const message = `lookbackDuration is ${text(grouping.lookbackDuration)}; Sentinel takes 5 minutes to 7 days`;
    yield { place: at('lookbackDuration'), message, fix: 'Choose a time between the two.' };
  }
  const by = (name: string) => asList(grouping[name]).map(String);
  const all = ['groupByEntities', 'groupByAlertDetails', 'groupByCustomDetails'].flatMap(by);
  if (/^selected$/i.test(text(grouping.matchingMethod)) && all.length === 0) {
    const message = 'matchingMethod Selected without anything to group by';
    yield {
      place: at('matchingMethod'),
      message,
      fix: 'Fill groupByEntities, groupByAlertDetails or groupByCustomDetails.',
    };
  }
  for (const [index, detail] of by('groupByAlertDetails').entries()) {
    if (/^(displayname|severity)$/i.test(detail)) continue;
    const place = [...at('groupByAlertDetails'), index];
    yield { place, message: `${detail} is no detail to group by`, fix: 'Write DisplayName or Severity.' };
  }
  for (const [index, detail] of by('groupByCustomDetails').entries()) {
    if (detail in asFields(rule.customDetails)) continue;
    const place = [...at('groupByCustomDetails'), index];
    yield { place, message: `customDetails has no ${detail} to group by`, fix: 'Add it there.' };
  }
  const mapped = asList(rule.entityMappings).map((mapping) => String(asFields(mapping).entityType));
  for (const [index, entity] of by('groupByEntities').entries()) {
    if (mapped.includes(entity)) continue;
    const place = [...at('groupByEntities'), index];
    yield { place, message: `entityMappings has no ${entity} to group by`, fix: 'Map it.' };
  }
}
