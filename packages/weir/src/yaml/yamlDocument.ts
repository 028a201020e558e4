import { isAlias, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument, YAMLMap } from 'yaml';
import type { z } from 'zod';
import { UserError } from '../model/userError.ts';

/** A place in a file, from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A YAML file's value, and where in the text each part of it stands. */
export interface YamlDocument {
  readonly path: string;
  readonly value: unknown;
  position(at: readonly PropertyKey[]): Position;
  /** Where each line of a text value begins: one position for each line of `text`. Exact for block and one-line values;
   *  the lines of a folded or quoted value that spans several all stand at its beginning. */
  linesOf(at: readonly PropertyKey[], text: string): Position[];
}

/** Larger than any rule or list that a person edits, smaller than what would hurt. */
const bytesMax = 4 * 1024 * 1024;

/** How many nodes aliases may expand to; the defence against files that multiply themselves. */
const aliasesMax = 100;

/** Deeper than any rule or list, shallower than what exhausts the stack. */
const depthMax = 100;
const tooDeep = `lists and maps stand more than ${depthMax} deep in each other`;

/** Parses one YAML document.
 *  @throws UserError `YAML_INVALID` at line and column */
export function parseYaml(path: string, text: string): YamlDocument {
  if (text.length > bytesMax) {
    throw new UserError('YAML_INVALID', path, 'the file is larger than 4 MiB', 'Split it; rules and lists are small.');
  }
  const lineCounter = new LineCounter();
  // The library looks for a key's double by comparing it with every other, which takes hours on a long map.
  const document = parseDocument(text, { lineCounter, prettyErrors: false, uniqueKeys: false });
  const at = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const [error] = document.errors;
  if (error) {
    const isDeep = error.code === 'RESOURCE_EXHAUSTION' || /call stack/.test(error.message);
    throw yamlError(path, at(error.pos[0]), isDeep ? tooDeep : error.message);
  }
  const problem = problemOf(document.contents, [], new Map());
  if (problem !== undefined) throw yamlError(path, at(problem.offset), problem.message);
  const position = (keys: readonly PropertyKey[]): Position => at(offsetOf(document.contents, keys));
  try {
    const linesOf = (keys: readonly PropertyKey[], value: string): Position[] =>
      linePositions(text, document.getIn(keys, true), value, at);
    return { path, value: document.toJS({ maxAliasCount: aliasesMax }), position, linesOf };
  } catch (cause) {
    // The library's own refusal of an alias that expands too often or points nowhere.
    if (cause instanceof ReferenceError) throw yamlError(path, position([]), cause.message);
    throw cause;
  }
}

/** So many mistakes are told beside the first, each with its line and column. */
const alsoTold = 2;

interface Problem {
  readonly offset: number;
  readonly message: string;
}

/** The first key that its map has twice, alias of what it stands in, or part that is nested too deeply. `within` is what
 *  the node stands in, `anchors` what each name stood for last. */
function problemOf(node: unknown, within: readonly unknown[], anchors: Map<string, unknown>): Problem | undefined {
  const offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  if (isAlias(node) && within.includes(anchors.get(node.source))) {
    return { offset, message: `*${node.source} stands inside of what it names` };
  }
  if (!isMap(node) && !isSeq(node)) return undefined;
  if (within.length > depthMax) return { offset, message: tooDeep };
  if (node.anchor !== undefined) anchors.set(node.anchor, node);
  const seen = new Set<string>();
  for (const item of node.items) {
    if (isPair(item) && isScalar(item.key)) {
      const key = String(item.key.value);
      if (seen.has(key))
        return { offset: item.key.range?.[0] ?? 0, message: `the key ${key} stands here a second time` };
      seen.add(key);
    }
    const problem = problemOf(isPair(item) ? item.value : item, [...within, node], anchors);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Checks a document's value; the first thing wrong is reported at its place, others with theirs in the message.
 *  @throws UserError with the code given */
export function checkYaml<T extends z.ZodType>(document: YamlDocument, schema: T, code: string): z.output<T> {
  const checked = schema.safeParse(document.value);
  if (checked.success) return checked.data;
  const [first, ...more] = checked.error.issues.flatMap(unfold);
  if (!first) throw new Error('a failed check without an issue');
  const told = [first, ...more.slice(0, alsoTold)].map(({ path, message }, index) => {
    const key = path.map(String).join('.');
    const said = key === '' ? message : `${key}: ${message}`;
    const { line, column } = document.position(path);
    return index === 0 ? said : `${line}:${column} ${said}`;
  });
  const rest = more.length > alsoTold ? `; and ${more.length - alsoTold} more` : '';
  const message = `${told.join('; ')}${rest}`;
  throw new UserError(code, placeOf(document, first.path), message, 'Correct the file at this place.');
}

/** `file:line:column` of a part of a document. */
export function placeOf(document: YamlDocument, keys: readonly PropertyKey[]): string {
  const { line, column } = document.position(keys);
  return `${document.path}:${line}:${column}`;
}

function yamlError(path: string, { line, column }: Position, message: string): UserError {
  return new UserError('YAML_INVALID', `${path}:${line}:${column}`, message, 'Correct the YAML at this place.');
}

/** An unknown key is reported at the key, not at the map that holds it. */
function unfold(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string }[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: 'unknown key' }));
  return [{ path: issue.path, message: issue.code === 'invalid_type' ? wrongType(issue.message) : issue.message }];
}

/** `a list is expected here, not text`, from the validator's words for types. */
function wrongType(message: string): string {
  const [, expected, received] = /expected (\w+), received (\w+)/.exec(message) ?? [];
  const [wanted, found] = [typeWords[expected ?? ''], typeWords[received ?? '']];
  return wanted && found ? `${wanted} is expected here, not ${found}` : message;
}

const typeWords: Readonly<Record<string, string>> = {
  object: 'a map (key: value)',
  array: 'a list (- item)',
  string: 'text',
  number: 'a number',
  boolean: 'true or false',
  null: 'nothing',
  undefined: 'nothing',
};

/** Offset of the key that a path names; where a part of it is absent, of the nearest part that is there. */
function offsetOf(contents: unknown, keys: readonly PropertyKey[]): number {
  let node = contents;
  let offset = isNode(node) && node.range ? node.range[0] : 0;
  for (const key of keys) {
    if (node instanceof YAMLMap) {
      const pair = node.items.find((item) => isNode(item.key) && String(item.key) === String(key));
      if (isNode(pair?.key) && pair.key.range) offset = pair.key.range[0];
      node = pair?.value;
    } else {
      node = isNode(node) && 'get' in node ? node.get(key, true) : undefined;
      if (isNode(node) && node.range) offset = node.range[0];
    }
    if (node === undefined) break;
  }
  return offset;
}

/** A literal block (`|`) keeps its lines: each begins in the file where its text begins. */
function linePositions(file: string, node: unknown, value: string, at: (offset: number) => Position): Position[] {
  const lines = value.split('\n');
  const range = isScalar(node) ? node.range : undefined;
  if (!isScalar(node) || !range) return lines.map(() => ({ line: 1, column: 1 }));
  const start = at(range[0]);
  if (node.type !== 'BLOCK_LITERAL') return lines.map(() => start);
  const written = file.slice(file.indexOf('\n', range[0]) + 1, range[1]).split(/\r?\n/);
  const leading = written.findIndex((line) => line.trim() !== '');
  const shift = leading - lines.findIndex((line) => line.trim() !== '');
  return lines.map((line, index) => {
    const place = (written[index + shift] ?? '').length - line.length;
    return { line: start.line + 1 + shift + index, column: Math.max(place, 0) + 1 };
  });
}
