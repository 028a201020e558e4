import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { UserError } from '../model/userError.ts';
import { checkYaml, parseYaml, placeOf, type YamlDocument } from '../yaml/yamlDocument.ts';
import type { AmountKind } from './amounts.ts';
import { readAmount } from './amounts.ts';
import { builtIns, placeholders } from './placeholders.ts';
import { type Parameter, type ScenarioFile, scenarioFile } from './schema.ts';

const code = 'SCENARIO_INVALID';

/** A scenario, and the file that it comes from. */
export interface Scenario extends ScenarioFile {
  readonly path: string;
}

/** The scenarios of a folder, by name.
 *  @throws UserError `SCENARIO_INVALID` or `YAML_INVALID` with file, line and column */
export async function loadScenarios(directory: string): Promise<ReadonlyMap<string, Scenario>> {
  const files = (await readdir(directory)).filter((file) => file.endsWith('.yaml')).sort();
  const scenarios = await Promise.all(
    files.map(async (file) => readScenario(join(directory, file), await readFile(join(directory, file), 'utf8'))),
  );
  return new Map(scenarios.map((scenario) => [scenario.name, scenario]));
}

/** A scenario from the text of its file, every reference in it checked.
 *  @throws UserError with file, line and column */
export function readScenario(path: string, text: string): Scenario {
  const document = parseYaml(path, text);
  const scenario = checkYaml(document, scenarioFile, code);
  if (basename(path, '.yaml') !== scenario.name)
    fail(document, ['name'], `the file is not called ${scenario.name}.yaml`);
  for (const [name, parameter] of Object.entries(scenario.parameters)) checkParameter(document, name, parameter);
  checkProcesses(document, scenario);
  for (const key of ['device', 'steps'])
    for (const [at, written] of texts(Reflect.get(scenario, key), [key])) checkText(document, scenario, at, written);
  return { ...scenario, path };
}

function checkParameter(document: YamlDocument, name: string, parameter: Parameter): void {
  const at = ['parameters', name];
  if (builtIns.has(name)) fail(document, at, `${name} is a placeholder that every scenario has`);
  if (parameter.kind === 'text' || parameter.kind === 'variant') {
    for (const [place, written] of texts(parameter.choices, [...at, 'choices']))
      for (const used of placeholders(written))
        if (!builtIns.has(used)) fail(document, place, `\${${used}} is none of ${[...builtIns].join(', ')}`);
    if (parameter.kind === 'text') return;
    const facts = Object.values(parameter.choices).map((choice) => Object.keys(choice).sort().join(' '));
    if (new Set(facts).size > 1) fail(document, [...at, 'choices'], 'every choice has the same facts');
    if (!Object.hasOwn(parameter.choices, parameter.default))
      fail(document, [...at, 'default'], `${parameter.default} is none of the choices`);
    return;
  }
  const [low, high] = parameter.range.map((end) => readAmount(parameter.kind, end) ?? 0) as [number, number];
  const usual = readAmount(parameter.kind, parameter.default) ?? 0;
  if (low > high) fail(document, [...at, 'range'], 'the range ends before it begins');
  if (usual < low || usual > high) fail(document, [...at, 'default'], 'the default is outside the range');
}

/** A process is started before it does something. */
function checkProcesses(document: YamlDocument, { steps }: ScenarioFile): void {
  const known = new Set<string>();
  for (const [index, { start, connect, write }] of steps.entries()) {
    if (start && known.has(start.id)) fail(document, ['steps', index, 'start', 'id'], `${start.id} is started before`);
    if (start) known.add(start.id);
    const by = connect?.by ?? write?.by;
    if (by !== undefined && !known.has(by))
      fail(document, ['steps', index, connect ? 'connect' : 'write', 'by'], `no step before starts ${by}`);
  }
}

function checkText(document: YamlDocument, scenario: ScenarioFile, at: PropertyKey[], written: string): void {
  for (const used of placeholders(written)) {
    const [name = '', fact] = used.split('.');
    const parameter = scenario.parameters[name];
    const wanted = kindOf(at);
    if (parameter === undefined) {
      if (fact !== undefined || !builtIns.has(name)) fail(document, at, `there is no parameter \${${used}}`);
    } else if (fact !== undefined) {
      const [first = {}] = parameter.kind === 'variant' ? Object.values(parameter.choices) : [];
      if (!Object.hasOwn(first, fact)) fail(document, at, `the parameter ${name} has no ${fact}`);
    } else if (wanted !== undefined && parameter.kind !== wanted) {
      fail(document, at, `a ${wanted} is wanted here, and the parameter ${name} is a ${parameter.kind}`);
    }
  }
}

const amounts: Readonly<Record<string, AmountKind>> = {
  ...Object.fromEntries(['sent', 'total', 'received', 'rate', 'size'].map((field) => [field, 'size'])),
  ...Object.fromEntries(['lasting', 'every', 'after', 'at'].map((field) => [field, 'duration'])),
  ...Object.fromEntries(['times', 'lanes', 'port'].map((field) => [field, 'count'])),
};

function kindOf(at: readonly PropertyKey[]): AmountKind | undefined {
  return amounts[String(at.findLast((key) => typeof key === 'string'))];
}

/** Every text of a value, with its place. */
function texts(value: unknown, at: PropertyKey[]): [PropertyKey[], string][] {
  if (typeof value === 'string') return [[at, value]];
  if (Array.isArray(value)) return value.flatMap((item, index) => texts(item, [...at, index]));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, item]) => texts(item, [...at, key]));
}

function fail(document: YamlDocument, at: readonly PropertyKey[], message: string): never {
  throw new UserError(
    code,
    placeOf(document, at),
    message,
    'Correct the scenario at this place; docs/scenarios.md explains it.',
  );
}
