import { parseArgs } from 'node:util';

/** What the command line asks for.
 *
 *  ```
 *  npm run conformance -- [--id TEXT] [--list OUTCOME]... [--json] [--cases FILE...] [--queries FILE...]
 *  ``` */
export interface Asked {
  /** Only cases whose id holds this text. */
  readonly id: string | undefined;
  /** Outcomes whose cases are listed. */
  readonly list: readonly string[];
  readonly json: boolean;
  /** Files of recorded cases, the refused ones among them, and of published queries; undefined for the shared ones. */
  readonly files: { readonly cases: readonly string[]; readonly queries: readonly string[] } | undefined;
}

/** @throws Error for an option that is not known */
export function readArguments(words: readonly string[]): Asked {
  const { values } = parseArgs({
    args: repeated(words),
    options: {
      id: { type: 'string' },
      list: { type: 'string', multiple: true },
      json: { type: 'boolean' },
      cases: { type: 'string', multiple: true },
      queries: { type: 'string', multiple: true },
    },
  });
  const { cases, queries } = values;
  const own = cases !== undefined || queries !== undefined;
  return {
    id: values.id,
    list: values.list ?? [],
    json: values.json ?? false,
    files: own ? { cases: cases ?? [], queries: queries ?? [] } : undefined,
  };
}

/** `--cases A B` as `--cases A --cases B`. */
function repeated(words: readonly string[]): string[] {
  let flag: string | undefined;
  return words.flatMap((word, index) => {
    if (word.startsWith('--')) flag = word;
    const further = flag === '--cases' || flag === '--queries' ? words[index - 1] !== flag : false;
    return further && !word.startsWith('--') && flag !== undefined ? [flag, word] : [word];
  });
}
