import { UserError } from '../../../../weir/src/model/userError.ts';
import { parseYaml } from '../../../../weir/src/yaml/yamlDocument.ts';

/** The query of a rule's text, and where it stands there. Offsets in characters. */
export interface QueryPart {
  readonly kql: string;
  /** A place of the query, in the rule's text. */
  inText(offset: number): number;
  /** A place of the rule's text, in the query; undefined outside of it. */
  inKql(offset: number): number | undefined;
}

/** Undefined where the text is no YAML yet, has no query, or writes it so that its places are not those of the text, as
 *  folded over several lines: then the service alone looks at it. */
export function queryPart(text: string): QueryPart | undefined {
  const found = queryOf(text);
  if (found === undefined) return undefined;
  const { kql, places } = found;
  const starts = lineStarts(text);
  let ahead = 0;
  const lines = kql.split('\n').map((line, nth) => {
    const place = places[nth];
    const start = place === undefined ? text.length : (starts[place.line - 1] ?? text.length) + place.column - 1;
    const part = { start, from: ahead, length: line.length, isThere: text.startsWith(line, start) };
    ahead += line.length + 1;
    return part;
  });
  if (!lines.every(({ isThere, start }, nth) => isThere && start > (lines[nth - 1]?.start ?? -1))) return undefined;
  return {
    kql,
    inText: (offset) => {
      const line = lines.findLast(({ from }) => from <= offset) ?? lines[0];
      return line === undefined ? 0 : line.start + Math.min(offset - line.from, line.length);
    },
    inKql: (offset) => {
      const line = lines.find(({ start, length }) => offset >= start && offset <= start + length);
      return line && line.from + offset - line.start;
    },
  };
}

function queryOf(text: string) {
  try {
    const document = parseYaml('rule.yaml', text);
    const kql = (document.value as { query?: unknown } | null)?.query;
    return typeof kql === 'string' ? { kql, places: document.linesOf(['query'], kql) } : undefined;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
