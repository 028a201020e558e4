import { at, never } from '../../common/arguments.ts';
import type { ScalarFunction } from '../../emit.ts';
import { literal } from '../quote.ts';
import { arrayOf, objectOf, quoted } from './json.ts';
import { lambda, mapped, once, text } from './values.ts';

/** What Kusto's parser takes for a URL. A user is only split off before `name:password@`; nothing is decoded. */
const url =
  '^(?s)([A-Za-z][A-Za-z0-9+.\\-]*)://(?:([^:/?#@]*):([^/?#@]*)@)?(\\[[^\\]]*\\]|[^:/?#]*)(?::([0-9]*))?([^?#]*)(?:\\?([^#]*))?(?:(#)(.*))?$';

/** The parameters of a query text: keys in order, a repeated key holds an array, an empty key or value is dropped. */
function parameters(query: string): string {
  const pairs = `arrayFilter(_kql_a -> match(_kql_a, '(?s)^[^=]+=.'), splitByString('&', ${query}))`;
  const key = (pair: string) => `substring(${pair}, 1, position(${pair}, '=') - 1)`;
  const value = (pair: string) => `substring(${pair}, position(${pair}, '=') + 1)`;
  return once(pairs, '_kql_l', (l) => {
    const entry = lambda('_kql_k', (k) => {
      const own = `arrayMap(${lambda('_kql_b', (b) => quoted(value(b)))}, arrayFilter(${lambda('_kql_b', (b) => `${key(b)} = ${k}`)}, ${l}))`;
      return `(${k}, ${once(own, '_kql_v', (v) => `if(length(${v}) = 1, ${v}[1], ${arrayOf(v)})`)})`;
    });
    return objectOf(`arrayMap(${entry}, arraySort(arrayDistinct(${mapped(l, key)})))`);
  });
}

/** `parse_url`: a bag of texts, all empty where the text is no URL. A lone `/` at the very end is the empty path. */
const parseUrl: ScalarFunction = {
  emit: (args) =>
    once(`extractGroups(${text(at(args, 0))}, ${literal(url)})`, '_kql_p', (p) => {
      const path = `if(${p}[6] = '/' AND ${p}[7] = '' AND ${p}[8] = '', '', ${p}[6])`;
      const members = [
        ['Scheme', `${p}[1]`],
        ['Host', `${p}[4]`],
        ['Port', `${p}[5]`],
        ['Path', path],
        ['Username', `${p}[2]`],
        ['Password', `${p}[3]`],
      ].map(([name, value = '']) => `('${name}', ${quoted(value)})`);
      const query = `('Query Parameters', ${parameters(`${p}[7]`)})`;
      return objectOf(`[${members.join(', ')}, ${query}, ('Fragment', ${quoted(`${p}[9]`)})]`);
    }),
  nullable: never,
};

const parseUrlQuery: ScalarFunction = {
  emit: (args) => once(text(at(args, 0)), '_kql_q', (q) => objectOf(`[('Query Parameters', ${parameters(q)})]`)),
  nullable: never,
};

export const urlFunctions: Readonly<Record<string, ScalarFunction>> = {
  parse_url: parseUrl,
  parse_urlquery: parseUrlQuery,
};
