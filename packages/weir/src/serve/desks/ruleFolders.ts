import { lstat, readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { filesBelow, isRuleName } from '../../rules/load.ts';
import type { RuleText } from '../../schedule/library.ts';

/** The longest text of a rule that is kept and saved, characters. */
export const textMax = 200_000;

/** A file and what it holds (undefined: it is not there), or why none can be written and the way out. */
export type Target = { readonly path: string; readonly before: string | undefined } | { readonly fixed: string };

export interface RuleFolders {
  /** Where the next text of a rule is written: one of Weir's own gets a file of the home's with its id, which hides it. */
  targetOf(held: RuleText): Promise<Target>;
  /** Why a rule's file cannot be taken away, and the way out; undefined: it can. */
  needed(path: string): Promise<string | undefined>;
  /** Where a new rule of this name is written. */
  newFile(name: string): Promise<Target>;
}

/** Where what is saved through the API goes. `paths` are the config's; where it names none, there is the home's folder. */
export function ruleFolders({
  paths,
  own,
  home,
}: {
  readonly paths: readonly string[];
  readonly own: string;
  readonly home: string;
}): RuleFolders {
  const folder = async (): Promise<string | undefined> => {
    if (paths.length === 0) return home;
    for (const path of paths) {
      const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true;
      if (isFolder && !`${path}${sep}`.startsWith(`${own}${sep}`)) return path;
    }
    return undefined;
  };
  const newFile = async (name: string): Promise<Target> => {
    const into = await folder();
    if (into === undefined) return { fixed: noFolder };
    const plain = folderName(name);
    for (let nth = 1; ; nth += 1) {
      const path = join(into, nth === 1 ? plain : `${plain}-${nth}`);
      // A copy that was dropped leaves its folder.
      const isFree = (await inside(path)).length === 0;
      if (isFree) return { path: join(path, 'rule.yaml'), before: undefined };
    }
  };
  return {
    newFile,
    needed: async (path) => {
      for (const named of paths) {
        const [only, ...more] = await filesBelow(named, isRuleName);
        if (only === path && more.length === 0)
          return `weir.yaml names ${named} under rules, which would hold no rule any more: take it out there, then remove the file.`;
      }
      return undefined;
    },
    targetOf: async ({ rule, text, isShipped, isShared }) => {
      if (isShared || !/\.ya?ml$/.test(rule.path))
        return { fixed: `${rule.path} holds more than this one rule: change it there.` };
      if (text.length > textMax) return { fixed: `${rule.path} is very long: change it there.` };
      if (isShipped) return newFile(basename(dirname(rule.path)));
      const isLink = (await lstat(rule.path).catch(() => undefined))?.isSymbolicLink() === true;
      // A link stays one.
      return { path: isLink ? await realpath(rule.path) : rule.path, before: text };
    },
  };
}

const noFolder =
  'weir.yaml names no folder of rules beside files and Weir’s own: name one under rules, and what is saved goes there.';

/** What is in a folder; something is in what is there and cannot be looked into. Where no name can be looked for, writing says
 *  why. */
async function inside(path: string): Promise<readonly string[]> {
  try {
    return await readdir(path);
  } catch {
    const isThere = await lstat(path).then(
      () => true,
      () => false,
    );
    return isThere ? ['?'] : [];
  }
}

/** A rule's name as that of a folder. */
function folderName(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60)
    .replace(/^-|-$/g, '');
  return plain === '' ? 'rule' : plain;
}
