import type { ScalarFunction } from '../../emit.ts';
import { literal } from '../../quote.ts';
import { at, never, once, text } from './values.ts';

/** What Kusto's parser takes for a URL. A user is only split off before `name:password@`; nothing is decoded. */
const url =
  '^([A-Za-z][A-Za-z0-9+.\\-]*)://(?:([^:/?#@]*):([^/?#@]*)@)?(\\[[^\\]]*\\]|[^:/?#]*)(?::([0-9]*))?([^?#]*)(?:\\?([^#]*))?(?:(#)(.*))?$';

/** The parameters of a query text: keys in order, a repeated key holds an array, an empty key or value is dropped. */
function parameters(query: string): string {
  const pairs =
    `list_transform(list_filter(string_split(${query}, '&'), ` +
    `lambda _kql_a: regexp_matches(_kql_a, '^[^=]+=(?s:.)')), ` +
    `lambda _kql_a: {'k': split_part(_kql_a, '=', 1), 'v': substring(_kql_a, instr(_kql_a, '=') + 1)})`;
  const ofKey = `list_transform(list_filter(_kql_l, lambda _kql_b: _kql_b.k = _kql_k), lambda _kql_b: _kql_b.v)`;
  const value = `list_transform([${ofKey}], lambda _kql_v: CASE WHEN len(_kql_v) = 1 THEN to_json(_kql_v[1]) ELSE to_json(_kql_v) END)[1]`;
  const keys = `list_sort(list_distinct(list_transform(_kql_l, lambda _kql_b: _kql_b.k)))`;
  const entries = `list_transform(${keys}, lambda _kql_k: {'key': _kql_k, 'value': ${value}})`;
  return `list_transform([${pairs}], lambda _kql_l: to_json(map_from_entries(${entries})))[1]`;
}

const names = ['Scheme', 'Host', 'Port', 'Path', 'Username', 'Password'] as const;
const groups = `['s', 'u', 'w', 'h', 'o', 'p', 'q', 'x', 'f']`;

/** `parse_url`: a bag of texts, all empty where the text is no URL. A lone `/` at the very end is the empty path. */
const parseUrl: ScalarFunction = {
  emit: (args) =>
    once(`regexp_extract(${text(at(args, 0))}, ${literal(url)}, ${groups})`, '_kql_p', (p) => {
      const path = `CASE WHEN ${p}.p = '/' AND ${p}.q = '' AND ${p}.x = '' THEN '' ELSE ${p}.p END`;
      const values: Record<(typeof names)[number], string> = {
        Scheme: `${p}.s`,
        Host: `${p}.h`,
        Port: `${p}.o`,
        Path: path,
        Username: `${p}.u`,
        Password: `${p}.w`,
      };
      const members = names.map((name) => `'${name}', ${values[name]}`).join(', ');
      return `json_object(${members}, 'Query Parameters', ${parameters(`${p}.q`)}, 'Fragment', ${p}.f)`;
    }),
  nullable: never,
};

const parseUrlQuery: ScalarFunction = {
  emit: (args) => once(text(at(args, 0)), '_kql_q', (q) => `json_object('Query Parameters', ${parameters(q)})`),
  nullable: never,
};

export const urlFunctions: Readonly<Record<string, ScalarFunction>> = {
  parse_url: parseUrl,
  parse_urlquery: parseUrlQuery,
};
