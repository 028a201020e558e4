import { stat } from 'node:fs/promises';
import { loadExceptions } from '../exceptions/load.ts';
import type { Exception } from '../model/exception.ts';
import { UserError } from '../model/userError.ts';
import { loadEachRule, ruleFiles } from '../rules/load.ts';
import type { Rule, RuleSchedule } from '../rules/rule.ts';
import { fingerprint, type LiveRule } from './bringUp.ts';

export interface LibraryOptions {
  /** Rule files and folders; Weir's own where empty. */
  readonly paths: readonly string[];
  /** The folder of Weir's own. */
  readonly own: string;
  /** A file of exceptions. */
  readonly exceptions: string | undefined;
  /** What else decides what rules find, as the catalogue's version and the inventory's: a change of it is one of every rule. */
  readonly basis: () => string;
}

/** What has become of the files at a reload. */
export interface Reloaded {
  /** Ids of the rules that are new or changed, and of those that are gone. */
  readonly changed: readonly string[];
  readonly gone: readonly string[];
}

/** The rules and exceptions that are in force. A file that is broken leaves what it said before in force, and is told. */
export class Library {
  readonly #options: LibraryOptions;
  #rules: readonly LiveRule[] = [];
  #exceptions: readonly Exception[] = [];
  #troubles: readonly UserError[] = [];
  #seen: string | undefined;

  constructor(options: LibraryOptions) {
    this.#options = options;
  }

  get rules(): readonly LiveRule[] {
    return this.#rules;
  }

  /** Those of the file. */
  get exceptions(): readonly Exception[] {
    return this.#exceptions;
  }

  /** What is wrong with files, each with its place and the way out. */
  get troubles(): readonly UserError[] {
    return this.#troubles;
  }

  /** Reads the files again where one of them, or the basis, has changed; undefined where none has. `now` is the present,
   *  ticks: what lies wholly before it, a changed rule finds for nobody to be woken. */
  async reload(now: bigint): Promise<Reloaded | undefined> {
    const paths = this.#options.paths.length > 0 ? this.#options.paths : [this.#options.own];
    const seen = await this.#stamp(paths);
    if (seen === this.#seen) return undefined;
    const troubles: UserError[] = [];
    const loaded = await this.#orTold(troubles, () => loadEachRule(paths));
    const before = new Map(this.#rules.map((each) => [each.rule.id, each]));
    const wanted =
      loaded === undefined ? this.#rules.map(({ rule }) => rule) : [...loaded.rules, ...this.#standIns(loaded)];
    troubles.push(...(loaded?.refused ?? []));
    troubles.push(...wanted.filter((rule) => !isScheduled(rule)).map(unscheduled));
    this.#rules = wanted.filter(isScheduled).map((rule) => {
      const revision = fingerprint([decisive(rule), this.#options.basis()]);
      const known = before.get(rule.id);
      // What is there at first was there before: the scheduler knows since when.
      const changed = this.#seen === undefined ? 0n : now;
      return { rule, revision, since: known?.revision === revision ? known.since : changed };
    });
    // What exceptions can name is not known where the rules cannot be read.
    if (loaded !== undefined) await this.#reloadExceptions(troubles);
    this.#troubles = troubles;
    this.#seen = seen;
    return {
      changed: this.#rules
        .filter((each) => before.get(each.rule.id)?.revision !== each.revision)
        .map(({ rule }) => rule.id),
      gone: [...before.keys()].filter((id) => !this.#rules.some(({ rule }) => rule.id === id)),
    };
  }

  /** The rules as they were of files that are broken now. */
  #standIns({ rules, refused }: { readonly rules: readonly Rule[]; readonly refused: readonly UserError[] }): Rule[] {
    const ids = new Set(rules.map(({ id }) => id));
    return this.#rules
      .map(({ rule }) => rule)
      .filter(
        ({ id, path }) => !ids.has(id) && refused.some(({ place }) => place === path || place.startsWith(`${path}:`)),
      );
  }

  async #reloadExceptions(troubles: UserError[]): Promise<void> {
    const { exceptions, paths, own } = this.#options;
    if (exceptions === undefined) return;
    const read = await this.#orTold(troubles, async () => {
      const others = paths.length === 0 ? [] : (await loadEachRule([own])).rules;
      const folders = await Promise.all(paths.map(async (path) => (await stat(path)).isDirectory()));
      const all = troubles.length === 0 && folders.every((folder) => folder);
      return loadExceptions(exceptions, { rules: [...this.#rules.map(({ rule }) => rule), ...others], all });
    });
    if (read !== undefined) this.#exceptions = read;
  }

  async #orTold<Result>(troubles: UserError[], work: () => Promise<Result>): Promise<Result | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      troubles.push(error);
      return undefined;
    }
  }

  /** A text that changes where a file does. */
  async #stamp(paths: readonly string[]): Promise<string> {
    const { exceptions, basis } = this.#options;
    const rules = await ruleFiles(paths).catch((error: Error) => [error.message]);
    const files = exceptions === undefined ? rules : [...rules, exceptions];
    const each = files.map(async (file) => {
      const about = await stat(file, { bigint: true }).catch(() => undefined);
      return `${file} ${about?.mtimeNs} ${about?.size} ${about?.ino}`;
    });
    return fingerprint([await Promise.all(each), basis()]);
  }
}

function isScheduled(rule: Rule): rule is Rule & { readonly schedule: RuleSchedule } {
  return rule.schedule !== null;
}

function unscheduled({ path }: Rule): UserError {
  const advice = 'Write it as a rule with queryFrequency and queryPeriod.';
  return new UserError('RULE_UNSCHEDULED', path, 'a bare query says not when it is to run', advice);
}

/** What of a rule decides what it finds and how it is told. */
function decisive({ path: _path, idAt: _idAt, queryLines: _lines, guide: _guide, weir, ...rule }: Rule): unknown {
  const add = weir.score.add.map(({ at: _at, ...term }) => term);
  return { ...rule, weir: { ...weir, score: { ...weir.score, add } } };
}
