import { stat } from 'node:fs/promises';
import { sep } from 'node:path';
import { loadExceptions } from '../exceptions/load.ts';
import type { Exception } from '../model/exception.ts';
import { UserError } from '../model/userError.ts';
import { filesBelow, isRuleName, type LoadedRules, loadEachRule, ruleFiles } from '../rules/load.ts';
import type { Rule, RuleSchedule } from '../rules/rule.ts';
import { fingerprint, type LiveRule } from './bringUp.ts';

export interface LibraryOptions {
  /** Rule files and folders; where empty, those of the home and Weir's own. */
  readonly paths: readonly string[];
  /** The folder of Weir's own: one of them is hidden by a rule with its id that lies elsewhere. */
  readonly own: string;
  /** The folder of the home's rules, which need not be there. */
  readonly home: string;
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

/** The file of a rule in force. */
export interface RuleText {
  readonly rule: Rule;
  readonly text: string;
  /** Why what stands there is not what runs; empty where it is. */
  readonly problem: string;
  /** It is one of Weir's own. */
  readonly isShipped: boolean;
  /** It holds other rules, too. */
  readonly isShared: boolean;
  /** The file of Weir's own rule with this id, which this one hides: this is somebody's copy of it. */
  readonly hides: { readonly path: string; readonly text: string } | undefined;
}

/** The rules and exceptions that are in force. A file that is broken leaves what it said before in force, and is told. */
export class Library {
  readonly #options: LibraryOptions;
  #rules: readonly LiveRule[] = [];
  #texts: ReadonlyMap<string, RuleText> = new Map();
  #exceptions: readonly Exception[] = [];
  #troubles: readonly UserError[] = [];
  #seen: string | undefined;

  constructor(options: LibraryOptions) {
    this.#options = options;
  }

  get rules(): readonly LiveRule[] {
    return this.#rules;
  }

  /** Their files, by the rule's id. */
  get texts(): ReadonlyMap<string, RuleText> {
    return this.#texts;
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
    const troubles: UserError[] = [];
    const files = await this.#orTold(troubles, () => this.#files());
    const seen = await this.#stamp(files, troubles);
    if (seen === this.#seen) return undefined;
    const loaded = files === undefined ? undefined : await this.#load(files);
    const before = new Map(this.#rules.map((each) => [each.rule.id, each]));
    const wanted = loaded?.rules ?? this.#rules.map(({ rule }) => rule);
    troubles.push(...(loaded?.refused ?? []));
    troubles.push(...wanted.filter((rule) => !isScheduled(rule)).map(unscheduled));
    this.#rules = wanted.filter(isScheduled).map((rule) => {
      const revision = fingerprint([decisive(rule), this.#options.basis()]);
      const known = before.get(rule.id);
      // What is there at first was there before: the scheduler knows since when.
      const changed = this.#seen === undefined ? 0n : now;
      return { rule, revision, since: known?.revision === revision ? known.since : changed };
    });
    if (loaded !== undefined) this.#texts = textsOf(this.#rules, loaded, this.#options.own);
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

  /** The files of rules: Weir's own, and others. */
  async #files(): Promise<Files> {
    const { paths, own, home } = this.#options;
    if (paths.length === 0) {
      const isThere = await stat(home).then(
        (about) => about.isDirectory(),
        () => false,
      );
      return { others: isThere ? await filesBelow(home, isRuleName) : [], own: await ruleFiles([own]) };
    }
    const files = await ruleFiles(paths);
    return {
      others: files.filter((file) => !isBelow(file, own)),
      own: files.filter((file) => isBelow(file, own)),
    };
  }

  async #load(files: Files): Promise<Loaded> {
    const [others, own] = [await loadEachRule(files.others), await loadEachRule(files.own)];
    const first = [...others.rules, ...this.#standIns(others, [])];
    const hidden = new Map(own.rules.map((rule) => [rule.id, rule]));
    const rules = [
      // Whoever changes one of Weir's own has no guide beside it.
      ...first.map((rule) => {
        const guide = rule.guide ?? hidden.get(rule.id)?.guide;
        return guide === undefined ? rule : { ...rule, guide };
      }),
      ...own.rules.filter(({ id }) => !first.some((rule) => rule.id === id)),
    ];
    return {
      rules: [...rules, ...this.#standIns(own, rules)],
      refused: [...others.refused, ...own.refused],
      texts: new Map([...others.texts, ...own.texts]),
      own: own.rules,
    };
  }

  /** The rules as they were of files that are broken now, but those that are there already. */
  #standIns({ rules, refused }: LoadedRules, there: readonly Rule[]): Rule[] {
    const ids = new Set([...rules, ...there].map(({ id }) => id));
    return this.#rules.map(({ rule }) => rule).filter(({ id, path }) => !ids.has(id) && refusalOf(path, refused));
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
  async #stamp(files: Files | undefined, troubles: readonly UserError[]): Promise<string> {
    const { exceptions, basis } = this.#options;
    const rules = files === undefined ? troubles.map(({ message }) => message) : [...files.others, ...files.own];
    const looked = exceptions === undefined ? rules : [...rules, exceptions];
    const each = looked.map(async (file) => {
      const about = await stat(file, { bigint: true }).catch(() => undefined);
      return `${file} ${about?.mtimeNs} ${about?.size} ${about?.ino}`;
    });
    return fingerprint([await Promise.all(each), basis()]);
  }
}

interface Loaded extends LoadedRules {
  /** Weir's own, hidden ones too. */
  readonly own: readonly Rule[];
}

interface Files {
  readonly others: readonly string[];
  readonly own: readonly string[];
}

function isBelow(file: string, folder: string): boolean {
  return file.startsWith(`${folder}${sep}`);
}

/** What is wrong with a file. */
function refusalOf(path: string, refused: readonly UserError[]): UserError | undefined {
  return refused.find(({ place }) => place === path || place.startsWith(`${path}:`));
}

function textsOf(
  rules: readonly LiveRule[],
  { texts, refused, own: shipped }: Loaded,
  own: string,
): ReadonlyMap<string, RuleText> {
  const byPath = Map.groupBy(rules, ({ rule }) => rule.path);
  const shippedText = (id: string) => {
    const path = shipped.find((rule) => rule.id === id)?.path ?? '';
    const text = texts.get(path);
    return text === undefined ? undefined : { path, text };
  };
  return new Map(
    rules.flatMap(({ rule }) => {
      const text = texts.get(rule.path);
      if (text === undefined) return [];
      const refusal = refusalOf(rule.path, refused);
      const problem =
        refusal === undefined ? '' : `${refusal.place.slice(rule.path.length + 1)} ${refusal.message}`.trim();
      const isShared = (byPath.get(rule.path)?.length ?? 0) > 1;
      const isShipped = isBelow(rule.path, own);
      const hides = isShipped ? undefined : shippedText(rule.id);
      return [[rule.id, { rule, text, problem, isShipped, isShared, hides }]];
    }),
  );
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
