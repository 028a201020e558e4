import { at, never } from '../../common/arguments.ts';
import type { ScalarFunction } from '../../emit.ts';
import { literal } from '../quote.ts';
import { objectOf, quoted } from './json.ts';
import { once, text, unless } from './values.ts';

/** Scheme, directory with its root, file name, what follows its colon. */
const shape = '^(?:([A-Za-z][A-Za-z0-9+.-]*)://)?((?s:.*)[\\\\/])?([^\\\\/:]*)(?::([^\\\\/]*))?$';

/** `parse_path`: a bag of texts. Of a file at the root of a drive, a long path (`\\?\…`) and a drive alone the documents show no
 *  example: there the query stops. */
const parsePath: ScalarFunction = {
  emit: (args, call) =>
    once(text(at(args, 0)), '_kql_s', (s) =>
      once(`extractGroups(${s}, ${literal(shape)})`, '_kql_p', (p) =>
        once(`replaceRegexpOne(${p}[2], ${literal('[\\\\/]$')}, '')`, '_kql_d', (directory) => {
          const unknown =
            `${s} != '' AND (empty(${p}) OR match(${s}, ${literal('^(?:\\\\\\\\|//)[?.]')}) ` +
            `OR (${p}[2] != '' AND (${directory} = '' OR match(${directory}, ${literal('^[A-Za-z]:$|[\\\\/]$')}))) OR ${p}[3] = '')`;
          const members = [
            ['Scheme', `${p}[1]`],
            ['RootPath', `extract(${p}[2], '^[A-Za-z]:')`],
            ['DirectoryPath', directory],
            ['DirectoryName', `extract(${directory}, ${literal('[^\\\\/]*$')})`],
            ['Filename', `${p}[3]`],
            ['Extension', `regexpExtract(${p}[3], ${literal('\\.([^.]*)$')}, 1)`],
            ['AlternateDataStreamName', `${p}[4]`],
          ].map(([name, value = '']) => `('${name}', ${quoted(value)})`);
          const message = `WK002: ${call.name} of a path of this shape is not documented`;
          return unless(unknown, message, objectOf(`[${members.join(', ')}]`));
        }),
      ),
    ),
  nullable: never,
};

export const pathFunctions: Readonly<Record<string, ScalarFunction>> = { parse_path: parsePath };
