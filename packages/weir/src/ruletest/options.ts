import type { Catalogue } from '../model/catalogue.ts';
import type { Rule } from '../rules/rule.ts';
import type { ClickHouseProcess } from './clickhouse.ts';

/** How the tests of rules are run. */
export interface RunTestsOptions {
  readonly catalogue: Catalogue;
  /** Folder of Weir's content, for tests that read logs. */
  readonly content: string;
  /** An empty folder; whoever made it removes it. */
  readonly workDirectory: string;
  /** How many tests run at a time. */
  readonly workers: number;
  readonly onTest?: (rule: Rule) => void;
  /** Runs the rules on ClickHouse too. */
  readonly clickhouse?: ClickHouseProcess;
}
