import { chmod, stat } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { RequestError } from '../../api/http/problem.ts';
import type { RuleCheck, RuleCopy, RuleTextDesk } from '../../api/parts.ts';
import type { Disk } from '../../disk/disk.ts';
import { readWhole, writePart } from '../../disk/wholeFile.ts';
import type { Act } from '../../model/alert.ts';
import { UserError } from '../../model/userError.ts';
import type { Library, RuleText } from '../../schedule/library.ts';
import { endRuleCopy, ruleCopies, setRuleCopy } from '../../schedule/ruleCopies.ts';
import {
  addRuleVersion,
  dropRuleVersion,
  keepRuleVersion,
  lastRuleVersion,
  lastShippedText,
  pendingRuleVersions,
  type RuleVersion,
  type RuleVersionText,
  ruleVersion,
  ruleVersions,
  setRuleProblem,
} from '../../schedule/ruleVersions.ts';
import type { Store } from '../../store/store.ts';
import { auditInto } from '../../store/trail.ts';
import { type CheckedRule, idMistake, withoutGuides } from './ruleCheck.ts';
import { type RuleFolders, textMax } from './ruleFolders.ts';

export interface RuleTextsOptions {
  readonly store: Store;
  readonly disk: Disk;
  /** The service's home. */
  readonly home: string;
  readonly folders: RuleFolders;
  readonly library: Library;
  /** Reads rules' files again where they changed. */
  readonly read: () => Promise<void>;
  readonly check: (text: string) => Promise<CheckedRule>;
  /** The present, ticks. */
  readonly now: () => bigint;
  /** Told what keeps versions from being kept, or a save from being ended. It is tried again. */
  readonly onTrouble: (error: unknown) => void;
}

/** Rules' files and what they have said. The file is what counts: what somebody writes there is a version as soon as it is
 *  seen. A save is in the store first, not yet valid, then in the file, then valid: power that is lost between leaves a
 *  version that the next start writes into the file, unless somebody else did. One thing is done at a time. */
export class RuleTexts implements RuleTextDesk {
  readonly #options: RuleTextsOptions;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: RuleTextsOptions) {
    this.#options = options;
  }

  /** Reads the files again where they changed, and keeps what they say as versions. */
  reload(): Promise<void> {
    return this.#inTurn(async () => {
      await this.#look();
      try {
        this.#record();
      } catch (error) {
        // Rules run, whether what they say can be kept or not.
        this.#options.onTrouble(error);
      }
    });
  }

  async check({ yaml, of }: Parameters<RuleTextDesk['check']>[0]): Promise<RuleCheck> {
    const held = of === null ? undefined : this.#held(of);
    const { rule, mistakes } = await this.#looked(yaml, held);
    return { rule: rule === undefined ? null : { id: rule.id, name: rule.name }, mistakes };
  }

  async versions(id: string): ReturnType<RuleTextDesk['versions']> {
    const held = this.#held(id);
    const { store, home, folders } = this.#options;
    const target = await folders.targetOf(held);
    const within = 'path' in target ? relative(home, target.path) : '';
    const place = 'fixed' in target ? '' : within.startsWith('..') ? target.path : within;
    return { versions: ruleVersions(store, held.rule.id), place, fixed: 'fixed' in target ? target.fixed : '' };
  }

  version(id: string, number: number): RuleVersionText {
    const found = ruleVersion(this.#options.store, this.#held(id).rule.id, number);
    if (found) return found;
    throw new UserError(
      'RULE_VERSION_UNKNOWN',
      String(number),
      'the rule has no such version',
      'Take a number from the list of its versions.',
    );
  }

  save(id: string, { yaml, base, reason }: Parameters<RuleTextDesk['save']>[1], act: Act): Promise<RuleVersion> {
    return this.#inTurn(async () => {
      await this.#readAgain();
      const { folders } = this.#options;
      const held = this.#held(id);
      const target = await folders.targetOf(held);
      if ('fixed' in target) throw fixed(held.rule.path, target.fixed);
      const last = this.#latest(held.rule.id, base);
      await this.#refuseWrong(yaml, held);
      if (yaml === last.text)
        throw new UserError('RULE_UNCHANGED', id, 'the text is what the rule says already', 'Change it first.');
      const { name } = held.rule;
      return this.#write({ id: held.rule.id, name, yaml, reason, base }, target, act);
    });
  }

  create({ yaml, reason }: Parameters<RuleTextDesk['create']>[0], act: Act): Promise<RuleVersion> {
    return this.#inTurn(async () => {
      await this.#readAgain();
      const { folders, library } = this.#options;
      const { id, name } = await this.#refuseWrong(yaml, undefined);
      const other = library.rules.find(({ rule }) => rule.id === id);
      if (other !== undefined)
        throw new UserError(
          'RULE_ID_EXISTS',
          'id',
          `the rule ${other.rule.name} has this id`,
          'Give the new one a GUID of its own, or change that one.',
        );
      const target = await folders.newFile(name);
      if ('fixed' in target) throw fixed('rules', target.fixed);
      return this.#write({ id, name, yaml, reason, base: 0 }, target, act);
    });
  }

  copies(): ReadonlyMap<string, RuleCopy> {
    const { store, library } = this.#options;
    const known = ruleCopies(store);
    return new Map(
      [...library.texts.values()].flatMap(({ rule, hides }) => {
        if (hides === undefined) return [];
        return [[rule.id, { isOutdated: (known.get(rule.id) ?? hides.text) !== hides.text }]];
      }),
    );
  }

  shipped(id: string): ReturnType<RuleTextDesk['shipped']> {
    const { rule, hides, text } = this.#copy(id);
    return { text: hides.text, before: ruleCopies(this.#options.store).get(rule.id) ?? hides.text, own: text };
  }

  seen(id: string, shipped: string, { actor, at }: Act): Promise<void> {
    return this.#inTurn(async () => {
      await this.#readAgain();
      const { store } = this.#options;
      const { rule, hides } = this.#copy(id);
      if (hides.text !== shipped)
        throw new UserError(
          'RULE_SHIPPED_STALE',
          id,
          'what ships with Weir changed while you looked',
          'Look at the difference again.',
        );
      store.transaction(() => {
        setRuleCopy(store, rule.id, hides.text);
        auditInto(store)({ at, actor, action: 'rule.keep', subject: rule.id, details: { name: rule.name } });
      });
    });
  }

  back(id: string, { base, reason }: Parameters<RuleTextDesk['back']>[1], act: Act): Promise<RuleVersion> {
    return this.#inTurn(async () => {
      await this.#readAgain();
      const { folders, disk } = this.#options;
      const held = this.#copy(id);
      const target = await folders.targetOf(held);
      if ('fixed' in target) throw fixed(held.rule.path, target.fixed);
      const last = this.#latest(held.rule.id, base);
      // A link goes, and what it leads to stays.
      const { path } = held.rule;
      const why = await folders.needed(path);
      if (why !== undefined) throw fixed(path, why);
      const made = { ...held.hides, drops: path, reason, origin: 'page' } as const;
      return this.#keep({ id: held.rule.id, name: held.rule.name, base }, made, act, async () => {
        if ((await readWhole(disk, path)) !== last.text) throw changedNow(path);
        await disk.remove(path);
      });
    });
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  #held(id: string): RuleText {
    const { library } = this.#options;
    const found = library.texts.get(id.toLowerCase());
    if (found) return found;
    throw new UserError('RULE_UNKNOWN', id, 'there is no such rule', 'Take an id from the list.');
  }

  #copy(id: string): RuleText & { readonly hides: NonNullable<RuleText['hides']> } {
    const { hides, ...held } = this.#held(id);
    if (hides) return { ...held, hides };
    throw new UserError(
      'RULE_COPY_UNKNOWN',
      id,
      'it is no copy of a rule that ships with Weir',
      'Look at the rule again: somebody may have gone back to the shipped one.',
    );
  }

  /** @throws UserError `RULE_VERSION_STALE` where that is not `base` */
  #latest(id: string, base: number): RuleVersionText {
    const last = lastRuleVersion(this.#options.store, id);
    if (last === undefined) throw new Error(`rule ${id} has a file and no version`);
    if (last.number !== base) throw stale(last, base);
    return last;
  }

  async #looked(yaml: string, held: RuleText | undefined): Promise<CheckedRule> {
    const looked = await this.#options.check(yaml);
    const { rule } = looked;
    if (rule === undefined) return looked;
    const more = [
      ...(held === undefined || rule.id === held.rule.id ? [] : [idMistake(yaml, held.rule.id)]),
      ...withoutGuides(yaml, held !== undefined && !held.isShipped ? held.text : undefined),
    ];
    return { rule, mistakes: [...more, ...looked.mistakes] };
  }

  /** @throws RequestError `RULE_REFUSED` with every mistake */
  async #refuseWrong(yaml: string, held: RuleText | undefined): Promise<NonNullable<CheckedRule['rule']>> {
    const { rule, mistakes } = await this.#looked(yaml, held);
    const wrong = mistakes.find(({ severity }) => severity === 'error');
    if (rule !== undefined && wrong === undefined) return rule;
    const { place = '1:1', message = 'this is no rule', advice = '' } = wrong ?? {};
    throw new RequestError(422, 'RULE_REFUSED', place, `line ${place}: ${message}`, advice, mistakes);
  }

  async #readAgain(): Promise<void> {
    await this.#look();
    this.#record();
  }

  async #look(): Promise<void> {
    const { store, read, onTrouble } = this.#options;
    for (const pending of pendingRuleVersions(store)) await this.#settle(pending).catch(onTrouble);
    await read();
  }

  /** Keeps as versions what files say that no version said before. */
  #record(): void {
    const { store, library, now } = this.#options;
    const copies = ruleCopies(store);
    for (const { rule, text, problem, isShipped, isShared, hides } of library.texts.values()) {
      // Of a file that is broken now it is not known whether it is the copy.
      if (isShipped && copies.has(rule.id) && library.troubles.length === 0) endRuleCopy(store, rule.id);
      if (hides !== undefined && !copies.has(rule.id))
        setRuleCopy(store, rule.id, lastShippedText(store, rule.id) ?? hides.text);
      if (isShared || text.length > textMax) continue;
      const last = lastRuleVersion(store, rule.id);
      if (last?.text === text) {
        if (last.problem !== problem) setRuleProblem(store, { ...last, problem });
        continue;
      }
      // What was about to be written may be there already.
      if (pendingRuleVersions(store).some((each) => each.rule === rule.id)) continue;
      const origin = isShipped ? 'shipped' : 'file';
      const at = now();
      store.transaction(() => {
        const file = { path: rule.path, drops: null, text };
        const version = { rule: rule.id, at, by: null, origin, reason: '', problem, ...file } as const;
        const number = addRuleVersion(store, version, { pending: false });
        if (last === undefined) return;
        const details = { name: rule.name, version: number, file: rule.path };
        auditInto(store)({ at, actor: 'weir', action: 'rule.file', subject: rule.id, details });
      });
    }
  }

  async #write(
    { yaml: text, reason, ...saved }: Saved & { readonly yaml: string; readonly reason: string },
    { path, before }: { readonly path: string; readonly before: string | undefined },
    act: Act,
  ): Promise<RuleVersion> {
    return this.#keep(saved, { path, drops: null, text, reason, origin: 'page' }, act, async () => {
      await this.#options.disk.makeFolder(dirname(path));
      await this.#put(path, before, text);
    });
  }

  /** Makes a version: it is in the store, then `change` makes the disk say so, then it is valid. */
  async #keep(
    { id, name, base }: Saved,
    made: Pick<RuleVersionText, 'path' | 'drops' | 'text' | 'reason' | 'origin'>,
    { actor, at }: Act,
    change: () => Promise<void>,
  ): Promise<RuleVersion> {
    const { store } = this.#options;
    const file = made.drops ?? made.path;
    if (pendingRuleVersions(store).some((each) => each.rule === id)) throw unsure(file);
    const version = { ...made, rule: id, at, by: actor, problem: '' };
    const number = store.transaction(() => addRuleVersion(store, version, { pending: true }));
    try {
      await change();
    } catch (error) {
      store.transaction(() => dropRuleVersion(store, { rule: id, number }));
      throw error instanceof UserError ? error : unwritable(file, error);
    }
    try {
      await this.#confirm({ ...version, number }, { name, base });
    } catch (error) {
      this.#options.onTrouble(error);
      throw unsure(file);
    }
    await this.#readAgain();
    return this.version(id, number);
  }

  /** Puts a text into a file that holds `before`. */
  async #put(path: string, before: string | undefined, text: string): Promise<void> {
    const { disk } = this.#options;
    const part = await writePart(disk, path, text);
    try {
      const mode = (await stat(path).catch(() => undefined))?.mode;
      if (mode !== undefined) await chmod(part, mode & 0o777);
      if ((await readWhole(disk, path)) !== before) throw changedNow(path);
      await disk.rename(part, path);
    } catch (error) {
      await disk.remove(part).catch(() => undefined);
      throw error;
    }
  }

  /** The version is in its file, or the file that hid it is gone: for good, and valid. */
  async #confirm(version: RuleVersionText, details: { readonly name: string; readonly base: number }): Promise<void> {
    const { store, disk } = this.#options;
    const { rule: subject, number, at, by, reason, drops, path } = version;
    const folder = dirname(drops ?? path);
    await disk.syncFolder(folder);
    // The folder may be new.
    await disk.syncFolder(dirname(folder));
    store.transaction(() => {
      keepRuleVersion(store, version);
      auditInto(store)({
        ...{ at, actor: by ?? 'weir', action: drops === null ? 'rule.save' : 'rule.back', subject },
        details: { ...details, version: number, reason },
      });
    });
  }

  /** Ends a save that was cut off. */
  async #settle(pending: RuleVersionText): Promise<void> {
    const { store, disk } = this.#options;
    const { path, text, drops } = pending;
    const last = lastRuleVersion(store, pending.rule);
    const there = await readWhole(disk, drops ?? path);
    const before = last?.path === (drops ?? path) ? last.text : undefined;
    const wanted = drops === null ? text : undefined;
    if (there !== wanted && there !== before) return store.transaction(() => dropRuleVersion(store, pending));
    if (there !== wanted && drops !== null) await disk.remove(drops);
    if (there !== wanted && drops === null) {
      await disk.makeFolder(dirname(path));
      await this.#put(path, there, text);
    }
    await this.#confirm(pending, {
      name: this.#options.library.texts.get(pending.rule)?.rule.name ?? '',
      base: last?.number ?? 0,
    });
  }
}

interface Saved {
  readonly id: string;
  readonly name: string;
  /** 0: the rule is new. */
  readonly base: number;
}

function stale({ number, by, reason, origin }: RuleVersion, base: number): UserError {
  const who =
    by === null ? (origin === 'shipped' ? 'a new Weir brought' : 'somebody wrote into its file') : `${by} saved`;
  const why = reason === '' ? '' : ` (${reason})`;
  return new UserError(
    'RULE_VERSION_STALE',
    'base',
    `${who} version ${number}${why} after version ${base}, which this was made from`,
    `Look at what changed, and save on version ${number}.`,
  );
}

function changedNow(path: string): UserError {
  return new UserError(
    'RULE_VERSION_STALE',
    path,
    'somebody changed the file at this moment',
    'Look at what the rule says now, and save on that.',
  );
}

function fixed(place: string, why: string): UserError {
  return new UserError('RULE_FIXED', place, 'it cannot be changed here', why);
}

function unwritable(path: string, error: unknown): UserError {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new UserError('DISK_FULL', path, 'the disk is full: nothing was changed', 'Make room, and save again.');
  return new UserError(
    'RULE_UNWRITABLE',
    path,
    `the file cannot be written (${code ?? message}): nothing was changed`,
    'Let the user that Weir runs as write there, or change the file where it comes from.',
  );
}

function unsure(path: string): UserError {
  return new UserError(
    'RULE_BUSY',
    path,
    'the disk has not confirmed yet that the rule is written',
    'It is tried again within seconds: look at its versions before you save again.',
  );
}
