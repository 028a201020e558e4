import type { ScalarFunction } from '../../emit.ts';
import { literal } from '../../quote.ts';
import { at, never, once, text } from './values.ts';

/** Scheme, directory with its root, file name, what follows its colon. */
const shape = '^(?:([A-Za-z][A-Za-z0-9+.-]*)://)?((?s:.*)[\\\\/])?([^\\\\/:]*)(?::([^\\\\/]*))?$';

/** `parse_path`: a bag of texts. Of a file at the root of a drive, a long path (`\\?\…`) and a drive alone the documents show no
 *  example: there the query stops. */
const parsePath: ScalarFunction = {
  emit: (args, call) =>
    once(text(at(args, 0)), '_kql_s', (s) =>
      once(`regexp_extract(${s}, ${literal(shape)}, ['s', 'd', 'f', 'a'])`, '_kql_p', (p) => {
        const directory = `regexp_replace(${p}.d, '[\\\\/]$', '')`;
        const unknown =
          `${s} <> '' AND (NOT regexp_matches(${s}, ${literal(shape)}) OR regexp_matches(${s}, '^(?:\\\\\\\\|//)[?.]') ` +
          `OR (${p}.d <> '' AND (${directory} = '' OR regexp_matches(${directory}, '^[A-Za-z]:$|[\\\\/]$'))) OR ${p}.f = '')`;
        const members = [
          ['Scheme', `${p}.s`],
          ['RootPath', `regexp_extract(${p}.d, '^[A-Za-z]:')`],
          ['DirectoryPath', directory],
          ['DirectoryName', `regexp_extract(${directory}, '[^\\\\/]*$')`],
          ['Filename', `${p}.f`],
          ['Extension', `regexp_extract(${p}.f, '\\.([^.]*)$', 1)`],
          ['AlternateDataStreamName', `${p}.a`],
        ];
        const bag = `json_object(${members.map(([name, value]) => `'${name}', ${value}`).join(', ')})`;
        return `CASE WHEN ${unknown} THEN error('WK002: ${call.name} of a path of this shape is not documented') ELSE ${bag} END`;
      }),
    ),
  nullable: never,
};

export const pathFunctions: Readonly<Record<string, ScalarFunction>> = { parse_path: parsePath };
