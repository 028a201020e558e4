import { HighlightStyle, StreamLanguage, type StringStream, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

// Colours alone: what a word means, the parser says.

const operators = new Set(
  `where filter extend project project-away project-keep project-rename project-reorder summarize by join lookup on union
  sort order top top-nested take limit sample sample-distinct distinct count mv-expand mv-apply parse parse-where parse-kv
  make-series render evaluate let set declare print range datatable externaldata search find in serialize scan partition
  fork facet invoke as getschema materialize with kind isfuzzy withsource asc desc nulls first last step from to of
  view`.split(/\s+/),
);
const words = new Set(
  `and or not contains contains_cs has has_any has_all has_cs hasprefix hassuffix startswith endswith startswith_cs
  endswith_cs matches regex between in~ true false null`.split(/\s+/),
);
const types = new Set('bool int long real decimal datetime timespan string guid dynamic'.split(' '));

export interface State {
  /** Inside of a text over several lines. */
  long: boolean;
}

export function token(stream: StringStream, state: State): string | null {
  if (state.long || stream.match('```')) {
    state.long = !stream.match(/^.*?```/);
    if (state.long) stream.skipToEnd();
    return 'string';
  }
  if (stream.eatSpace()) return null;
  if (stream.match('//')) {
    stream.skipToEnd();
    return 'comment';
  }
  if (stream.match(/^h?@"(?:[^"]|"")*"?/i) || stream.match(/^h?@'(?:[^']|'')*'?/i)) return 'string';
  if (stream.match(/^h?"(?:[^"\\]|\\.)*"?/i) || stream.match(/^h?'(?:[^'\\]|\\.)*'?/i)) return 'string';
  if (stream.match(/^\d[\d.]*(?:e[+-]?\d+)?[a-z]*/i)) return 'number';
  const word = stream.match(/^[a-z_$][\w-]*~?/i) as RegExpMatchArray | null;
  if (word === null) {
    stream.next();
    return null;
  }
  // A minus belongs to some operators and to no other name.
  const [whole] = word;
  if (operators.has(whole)) return 'keyword';
  const plain = /^[\w$]+/.exec(whole)?.[0] ?? whole;
  stream.backUp(whole.length - (words.has(whole) ? whole.length : plain.length));
  if (operators.has(plain)) return 'keyword';
  if (words.has(whole) || words.has(plain)) return 'operatorKeyword';
  if (types.has(plain)) return 'typeName';
  return stream.match(/^\s*\(/, false) ? 'function' : 'variableName';
}

/** What tokens are called that are no names of tags. */
export const tokenTags = { function: tags.function(tags.variableName) };

const language = StreamLanguage.define<State>({
  name: 'kql',
  startState: () => ({ long: false }),
  token,
  tokenTable: tokenTags,
  languageData: { commentTokens: { line: '//' }, closeBrackets: { brackets: ['(', '[', '{', '"', "'"] } },
});

export const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--kql-keyword)', fontWeight: '600' },
  { tag: tags.operatorKeyword, color: 'var(--kql-keyword)' },
  { tag: tags.typeName, color: 'var(--kql-type)' },
  { tag: tags.function(tags.variableName), color: 'var(--kql-function)' },
  { tag: tags.string, color: 'var(--kql-string)' },
  { tag: tags.number, color: 'var(--kql-number)' },
  { tag: tags.comment, color: 'var(--ink-soft)', fontStyle: 'italic' },
]);

export const kql = [language, syntaxHighlighting(colours), EditorView.lineWrapping];
