import type { Plan, Scalar } from '@weir/kql';

/** Columns that say who or what a finding is about. Its kind (category, sub-technique) and its amounts do not. */
const entities: ReadonlySet<string> = new Set([
  'Key',
  'DeviceName',
  'AccountName',
  'Process',
  'Program',
  'Company',
  'OriginalName',
  'FolderPath',
  'CommandLines',
  'ParentProcess',
  'Role',
  'Service',
  'RemoteHost',
]);

/** Fewer letters are in nearly every name. */
const lettersLeast = 3;

const whole: ReadonlySet<string> = new Set(['==', '=~', 'in', 'in~']);
const part =
  /^((has|contains|startswith|endswith|hasprefix|hassuffix)(_cs)?|has_any|has_all|matches regex|(ipv4_is_in|has_ipv4|has_any_ipv4)\w*)$/;

/** Whether a condition over findings holds only of those whose device, account, program, service or host it names. One that
 *  only says what is left out (`DeviceName != "x"`, `not(Process has "y")`), or how much there was, holds of whatever
 *  comes next. Conservative: what is not seen to name is said not to. */
export function namesEntities(condition: Scalar, { relation }: Plan): boolean {
  const scan = relation.kind === 'project' ? relation.input : relation;
  const named = scan.kind === 'scan' ? scan.columns.filter(({ source }) => entities.has(source)) : [];
  const ids = new Set(named.map(({ id }) => id));
  return says(condition, true, ids);
}

/** Whether a condition that holds (`truth`), or does not, does so only where it names something. */
function says(node: Scalar, truth: boolean, ids: ReadonlySet<number>): boolean {
  if (node.kind !== 'call') return false;
  const [first] = node.args;
  if (node.name === 'not') return first !== undefined && says(first, !truth, ids);
  if (node.name === 'and' || node.name === 'or') {
    const all = (node.name === 'or') === truth;
    return all ? node.args.every((arg) => says(arg, truth, ids)) : node.args.some((arg) => says(arg, truth, ids));
  }
  const positive = truth ? node.name : opposite(node.name);
  if (positive === undefined || !(whole.has(positive) || part.test(positive))) return false;
  const [texts, others] = [node.args.flatMap(textsOf), node.args.filter((arg) => arg.kind !== 'constant')];
  const [column, ...more] = others;
  if (column === undefined || more.length > 0 || !isEntity(column, ids) || texts.length === 0) return false;
  // What is a part of a text may be nothing.
  if (!whole.has(positive) && column !== first) return false;
  const tells = (text: string) => {
    if (whole.has(positive)) return text !== '';
    return positive === 'matches regex' ? isLongRegex(text) : isLong(text);
  };
  return positive === 'has_all' ? texts.some(tells) : texts.every(tells);
}

/** What holds where an operator does not; undefined where that is nothing that names. */
function opposite(name: string): string | undefined {
  if (name === '!=') return '==';
  if (name === '!~') return '=~';
  return name.startsWith('!') ? name.slice(1) : undefined;
}

function isEntity(node: Scalar, ids: ReadonlySet<number>): boolean {
  if (node.kind === 'column') return ids.has(node.id);
  const [inner] = node.kind === 'call' && /^to(lower|upper|string)$/.test(node.name) ? node.args : [];
  return inner !== undefined && isEntity(inner, ids);
}

/** A word of some length; no range of addresses wider than a network's. */
function isLong(text: string): boolean {
  return !/\/[0-7]$/.test(text) && new RegExp(`[\\p{L}\\p{N}.]{${lettersLeast}}`, 'u').test(text);
}

/** Whether whatever a regular expression fits has a word of some length. */
function isLongRegex(text: string): boolean {
  const bare = text
    .replace(/\\[pP]\{[^}]*\}|\\\w/g, ' ')
    .replace(/\\\W/g, '_')
    .replace(/\[\^?\]?(?:\[:\^?\w+:\]|[^\]])*\]/g, '.');
  // Of a group that may be missing nothing need be there.
  if (/\)(?:[?*]|\{0)/.test(bare)) return false;
  const literal = bare.replace(/\(\?\w*[:)]|[^()](?:[?*]|\{0[^}]*\})|\{[^}]*\}|\./g, ' ');
  return literal.split('|').every((part) => new RegExp(`[\\p{L}\\p{N}_]{${lettersLeast}}`, 'u').test(part));
}

function textsOf(node: Scalar): string[] {
  if (node.kind !== 'constant') return [];
  const { value } = node;
  if (typeof value === 'string') return [value];
  const list = typeof value === 'object' && value !== null && 'json' in value ? value.json : undefined;
  return Array.isArray(list) ? list.map(String) : [String(value)];
}
