/** A rule's name on one line. */
export function readableName(name: string): string {
  return name.replace(/\s+/g, ' ').trim();
}

/** The folder that a rule of this name goes into: `much-at-night`. */
export function folderOf(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return plain === '' ? 'new-rule' : plain;
}
