/** Finds the longest of many host suffixes that a host ends with. Labels are compared whole, from the right; a `*` in a
 *  pattern's label stands for any characters within that label. */
export interface SuffixTree<T> {
  find(host: string): T | undefined;
}

interface Node<T> {
  readonly children: Map<string, Node<T>>;
  /** Labels with a star, the one with most written characters first. */
  readonly patterns: { readonly label: string; readonly matches: RegExp; readonly node: Node<T> }[];
  value?: T;
}

/** Builds the tree; a suffix that comes twice keeps its last value. */
export function suffixTree<T>(suffixes: Iterable<readonly [string, T]>): SuffixTree<T> {
  const root = emptyNode<T>();
  for (const [suffix, value] of suffixes) {
    let node = root;
    for (const label of suffix.split('.').reverse()) node = childFor(node, label);
    node.value = value;
  }
  return { find: (host) => deepest(root, host.split('.'), 0)?.value };
}

function emptyNode<T>(): Node<T> {
  return { children: new Map(), patterns: [] };
}

function childFor<T>(node: Node<T>, label: string): Node<T> {
  if (!label.includes('*')) {
    const child = node.children.get(label) ?? emptyNode<T>();
    node.children.set(label, child);
    return child;
  }
  const known = node.patterns.find((pattern) => pattern.label === label);
  if (known) return known.node;
  const source = label.replace(/[^a-z0-9*]/g, '\\$&').replaceAll('*', '.*');
  const pattern = { label, matches: new RegExp(`^${source}$`), node: emptyNode<T>() };
  node.patterns.push(pattern);
  node.patterns.sort((a, b) => b.label.length - a.label.length || (a.label < b.label ? -1 : 1));
  return pattern.node;
}

interface Hit<T> {
  readonly depth: number;
  readonly value: T;
}

/** The deepest node with a value; at equal depth the written label wins over one with a star. */
function deepest<T>(node: Node<T>, labels: readonly string[], depth: number): Hit<T> | undefined {
  let best: Hit<T> | undefined = node.value === undefined ? undefined : { depth, value: node.value };
  const label = labels.at(-1 - depth);
  if (label === undefined) return best;
  const child = node.children.get(label);
  const candidates = node.patterns.filter((pattern) => pattern.matches.test(label)).map((pattern) => pattern.node);
  for (const next of child ? [child, ...candidates] : candidates) {
    const hit = deepest(next, labels, depth + 1);
    if (hit && hit.depth > (best?.depth ?? -1)) best = hit;
  }
  return best;
}
