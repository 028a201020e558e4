import { join } from 'node:path';
import { loadCatalogue } from '../../catalogue/load.ts';
import { hostKnowledge } from '../../lint/hosts.ts';
import { schemaWith } from '../../tables/watchlists.ts';
import { type CheckedRule, checkRule } from './ruleCheck.ts';

// A process of its own: linting and compiling a rule takes a processor for a while, and somebody's first draft may take it for
// longer. The service's doors do not wait for it.

export interface RuleCheckOrder {
  /** Folder of Weir's content. */
  readonly content: string;
  readonly watchlists: readonly { readonly name: string; readonly columns: readonly string[] }[];
  readonly text: string;
}

export type RuleCheckNews =
  | { readonly kind: 'checked'; readonly checked: CheckedRule }
  | { readonly kind: 'bug'; readonly message: string };

let hosts: Promise<ReturnType<typeof hostKnowledge>> | undefined;

process.on('message', async ({ content, watchlists, text }: RuleCheckOrder) => {
  let news: RuleCheckNews;
  try {
    hosts ??= loadCatalogue(join(content, 'catalogue')).then(hostKnowledge);
    news = { kind: 'checked', checked: checkRule(text, { hosts: await hosts, schema: schemaWith(watchlists) }) };
  } catch (error) {
    news = { kind: 'bug', message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
  process.send?.(news);
});
