import type { ScalarFunction } from '../../emit.ts';
import { literal } from '../../quote.ts';
import { at, never, once, requireText, text } from './values.ts';

/** The program: up to the next quote where it begins with one, otherwise up to a blank; backslashes mean nothing in it. */
const program = '^(?:"([^"]*)"?|([^ \\t]*))[ \\t]*';

/** Quotes behind their backslashes, backslashes, blanks, and all else, each in one run. */
const token = '\\\\*"+|\\\\+|[ \\t]+|[^\\\\" \\t]+';

/** The arguments behind the program: a state walks over the tokens. `a` holds the arguments that ended, `c` the one that
 *  goes on, `o` whether there is one, `q` whether a quote is open. Half of the backslashes in front of a quote stay, an
 *  odd one makes it a character; of quotes in a row every third is a character, the opening one counted. */
function others(rest: string): string {
  const [state, next] = ['_kql_a', '_kql_t.c'];
  const slashes = `(len(${next}) - len(ltrim(${next}, '\\')))`;
  const odd = `(${slashes} % 2)`;
  const quotes = `(${state}.q + len(ltrim(${next}, '\\')) - ${odd})`;
  const written = `repeat('\\', ${slashes} // 2) || repeat('"', ${odd} + ${quotes} // 3)`;
  const keep = (current: string, quote = `${state}.q`) =>
    `{'a': ${state}.a, 'c': ${state}.c || ${current}, 'o': true, 'q': ${quote}}`;
  const ended = `{'a': list_append(${state}.a, ${state}.c), 'c': '', 'o': false, 'q': CAST(0 AS BIGINT)}`;
  const step =
    `CASE WHEN ends_with(${next}, '"') THEN ${keep(written, `CASE WHEN ${quotes} % 3 = 1 THEN CAST(1 AS BIGINT) ELSE CAST(0 AS BIGINT) END`)} ` +
    `WHEN ${state}.q = 0 AND regexp_matches(${next}, '^[ \\t]') THEN ${ended} ELSE ${keep(next)} END`;
  // All elements of the list are of the state's type; a token is its `c`.
  const holding = (current: string) =>
    `{'a': CAST([] AS VARCHAR[]), 'c': ${current}, 'o': false, 'q': CAST(0 AS BIGINT)}`;
  const tokens = `list_transform(regexp_extract_all(${rest}, ${literal(token)}), lambda _kql_x: ${holding('_kql_x')})`;
  const walk = `list_reduce(list_prepend(${holding("''")}, ${tokens}), lambda _kql_a, _kql_t: ${step})`;
  return once(walk, '_kql_w', (w) => `CASE WHEN ${w}.o THEN list_append(${w}.a, ${w}.c) ELSE ${w}.a END`);
}

/** `parse_command_line(text, "windows")` by the rules of CommandLineToArgvW. That function has no answer for the empty text but
 *  its own program: there the query stops. */
const parseCommandLine: ScalarFunction = {
  emit(args, call) {
    const kind = requireText(args, 1, call, 'the kind of parser');
    if (kind.toLowerCase() !== 'windows') call.refuse(`parse_command_line knows no "${kind}"`, 'write "windows"');
    return once(text(at(args, 0)), '_kql_s', (s) => {
      const first = `regexp_extract(${s}, ${literal(program)}, 1) || regexp_extract(${s}, ${literal(program)}, 2)`;
      const rest = `regexp_replace(${s}, ${literal(program)}, '')`;
      const empty = `error('WK002: parse_command_line of an empty text is not documented: where isnotempty(…)')`;
      return `CASE WHEN ${s} = '' THEN ${empty} ELSE to_json(list_prepend(${first}, ${others(rest)})) END`;
    });
  },
  nullable: never,
};

export const commandLineFunctions: Readonly<Record<string, ScalarFunction>> = { parse_command_line: parseCommandLine };
