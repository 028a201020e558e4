import { open } from 'node:fs/promises';

/** What the records of a sample have. */
export interface Seen {
  /** Whether a member at this path has a value in one of them. */
  readonly has: (path: readonly string[]) => boolean;
  /** The names of the members at a path, with a value or null. */
  readonly names: (path: readonly string[]) => readonly string[];
  /** Some of its lines, each whole. */
  readonly lines: readonly string[];
}

/** Where in a file the sample is taken from, and how much each time. */
const places = 12;
const length = 48 * 1024;

/** What a file of JSON objects, one a line, has in lines all over it. It is a guess about the others, which whoever goes by it
 *  has to prove. */
export async function seenIn(path: string): Promise<Seen> {
  const root = emptyNode();
  const sampled: string[] = [];
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const step = Math.max(length, Math.floor((size - length) / (places - 1)));
    for (let at = 0; at < size; at += step) {
      const bytes = Buffer.alloc(Math.min(length, size - at));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, at);
      const lines = bytes.toString('utf8', 0, bytesRead).split('\n');
      // Lines that are cut are no JSON.
      for (const line of lines) {
        const record = parsed(line);
        note(root, record);
        if (typeof record === 'object' && record !== null) sampled.push(line);
      }
    }
  } finally {
    await file.close();
  }
  return { has: (path) => has(root, path), names: (path) => [...(at(root, path)?.names ?? [])], lines: sampled };
}

/** A member by the names below it, lower case as the engine's columns are alike; what is below a text is not known. */
interface Node {
  readonly below: Map<string, Node>;
  readonly names: Set<string>;
  isText: boolean;
}

function emptyNode(): Node {
  return { below: new Map(), names: new Set(), isText: false };
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function note(node: Node, value: unknown): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    node.isText ||= value !== undefined && value !== null;
    return;
  }
  for (const [name, member] of Object.entries(value)) {
    node.names.add(name);
    if (member === null) continue;
    const key = name.toLowerCase();
    const below = node.below.get(key) ?? emptyNode();
    node.below.set(key, below);
    note(below, member);
  }
}

function has(node: Node, [name, ...rest]: readonly string[]): boolean {
  if (name === undefined) return true;
  const below = node.below.get(name.toLowerCase());
  return below !== undefined && (below.isText || has(below, rest));
}

function at(node: Node | undefined, [name, ...rest]: readonly string[]): Node | undefined {
  return name === undefined ? node : at(node?.below.get(name.toLowerCase()), rest);
}
