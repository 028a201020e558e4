import type { YamlDocument } from '../yaml/yamlDocument.ts';

type Keys = readonly PropertyKey[];
type Fields = Readonly<Record<string, unknown>>;

/** What Sentinel itself exports, each rule as a document of the YAML format's shape, with places in the file as it is:
 *  an ARM template (`resources`), a list of the interface's answers (`value`), or one of those alone (`properties`).
 *  Undefined where the file is none of these. Rules of kinds without a query, such as Fusion, are left out of a list. */
export function alertRules(document: YamlDocument): readonly YamlDocument[] | undefined {
  const whole = asFields(document.value);
  const list = ['resources', 'value'].find((name) => Array.isArray(whole[name]));
  const found: { readonly at: Keys; readonly resource: Fields }[] =
    list === undefined
      ? [{ at: [], resource: whole }]
      : (whole[list] as unknown[]).map((item, index) => ({ at: [list, index], resource: asFields(item) }));
  const rules = found.filter(({ resource }) => isRule(resource, list !== undefined));
  return rules.length === 0 ? undefined : rules.map(({ at, resource }) => asYaml(document, at, resource));
}

function isRule({ kind, properties }: Fields, isListed: boolean): boolean {
  if (typeof properties !== 'object' || properties === null) return false;
  return !isListed || kind === 'Scheduled' || kind === 'NRT';
}

/** The YAML format's name of a property, where the two differ. */
const names: Readonly<Record<string, string>> = {
  name: 'displayName',
  relevantTechniques: 'techniques',
  version: 'templateVersion',
};

function asYaml(document: YamlDocument, at: Keys, { name, kind, properties }: Fields): YamlDocument {
  const { displayName, techniques, subTechniques, templateVersion, ...same } = asFields(properties);
  const own = asFields(properties);
  const value = {
    ...same,
    query: plain(own.query),
    id: guidIn(name) ?? guidIn(own.alertRuleTemplateName) ?? name,
    kind,
    name: displayName,
    relevantTechniques: [...asList(techniques), ...asList(subTechniques)],
    version: templateVersion,
  };
  const place = (keys: Keys): Keys => {
    const [first, ...rest] = keys;
    if (first === undefined) return at;
    if (first === 'id') return [...at, 'name'];
    if (first === 'kind') return [...at, 'kind'];
    return [...at, 'properties', names[String(first)] ?? first, ...rest];
  };
  return {
    path: document.path,
    value,
    position: (keys) => document.position(place(keys)),
    linesOf: (keys, text) => document.linesOf(place(keys), text),
  };
}

/** To a template two brackets at the beginning of a text are one; a query never begins with two. */
function plain(text: unknown): unknown {
  return typeof text === 'string' && text.startsWith('[[') ? text.slice(1) : text;
}

/** The last GUID of a resource's name, which in a template is an expression around it. */
function guidIn(name: unknown): string | undefined {
  const guid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;
  return typeof name === 'string' ? [...name.matchAll(guid)].at(-1)?.[0] : undefined;
}

function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
