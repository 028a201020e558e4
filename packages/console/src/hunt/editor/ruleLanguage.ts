import { HighlightStyle, StreamLanguage, type StringStream, syntaxHighlighting } from '@codemirror/language';
import { tags } from '@lezer/highlight';
import { colours, type State as KqlState, token as kqlToken, tokenTags } from './language.ts';

// Colours alone, as of queries: a rule's YAML, and the KQL in it.

interface State {
  /** A text over several lines, and how far its key stands in; of the query with what KQL needs. */
  block: { readonly indent: number; readonly kql: KqlState | undefined } | undefined;
}

function token(stream: StringStream, state: State): string | null {
  // A block ends where a line stands no further in than its key.
  if (
    stream.sol() &&
    state.block !== undefined &&
    stream.indentation() <= state.block.indent &&
    /\S/.test(stream.string)
  )
    state.block = undefined;
  // What stands behind the block's key begins it.
  if (state.block !== undefined && stream.match(/^\s*:\s*[|>][\d+-]*\s*$/)) return null;
  if (state.block?.kql !== undefined) return kqlToken(stream, state.block.kql);
  if (state.block !== undefined) {
    stream.skipToEnd();
    return null;
  }
  if (stream.eatSpace()) return null;
  if (stream.match('#')) {
    stream.skipToEnd();
    return 'comment';
  }
  const key = stream.match(/^(?:- +)?([\w.-]+)(?=\s*:(?:\s|$))/) as RegExpMatchArray | null;
  if (key !== null) {
    const kql = key[1] === 'query' ? { long: false } : undefined;
    const isBlock = stream.match(/^\s*:\s*[|>][\d+-]*\s*$/, false);
    if (isBlock || kql !== undefined) state.block = { indent: stream.indentation(), kql };
    return 'propertyName';
  }
  if (stream.match(/^"(?:[^"\\]|\\.)*"?/) || stream.match(/^'(?:[^']|'')*'?/)) return 'string';
  if (stream.match(/^-?\d[\d.]*(?=[\s,\]}]|$)/)) return 'number';
  if (!stream.match(/^[^\s"'#,:[\]{}]+/)) stream.next();
  return null;
}

const language = StreamLanguage.define<State>({
  name: 'rule',
  startState: () => ({ block: undefined }),
  copyState: ({ block }) => ({ block: block && { indent: block.indent, kql: block.kql && { ...block.kql } } }),
  token,
  tokenTable: tokenTags,
  languageData: { commentTokens: { line: '#' }, closeBrackets: { brackets: ['(', '[', '{', '"', "'"] } },
});

const keys = HighlightStyle.define([{ tag: tags.propertyName, color: 'var(--accent)', fontWeight: '600' }]);

export const rule = [language, syntaxHighlighting(colours), syntaxHighlighting(keys)];
