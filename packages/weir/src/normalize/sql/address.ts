/** `body` over the value of an expression that is evaluated once. */
export function bind(value: string, body: (name: string) => string, name: string): string {
  return `list_transform([${value}], lambda ${name}: ${body(name)})[1]`;
}

const octet = '(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])';
const decimalOctets = Array(4).fill(octet).join('[.]');

/** `:g:g:g:g:g:g:g:g:` of an IPv6 text without leading zeros, lower case; null where it is none. */
function groups(text: string): string {
  const dotted = `regexp_extract(a, '([0-9]+)[.]([0-9]+)[.]([0-9]+)[.]([0-9]+)$', ['a', 'b', 'c', 'd'])`;
  const number = (name: string): string => `TRY_CAST((${dotted}).${name} AS INTEGER)`;
  const tail = `printf('%x:%x', ${number('a')} * 256 + ${number('b')}, ${number('c')} * 256 + ${number('d')})`;
  const octets = ['a', 'b', 'c', 'd'].map((name) => `${number(name)} <= 255`).join(' AND ');
  const hexadecimal = `CASE WHEN NOT contains(a, '.') THEN a
    WHEN ${octets} THEN regexp_replace(a, '[0-9.]+$', ${tail}) END`;
  const left = `regexp_split_to_array(nullif(split_part(b, '::', 1), ''), ':')`;
  const right = `regexp_split_to_array(nullif(split_part(b, '::', 2), ''), ':')`;
  const missing = `8 - coalesce(len(${left}), 0) - coalesce(len(${right}), 0)`;
  const filled = `CASE WHEN contains(b, '::') THEN
      CASE WHEN ${missing} >= 1 AND split_part(b, '::', 3) = '' THEN array_to_string(list_concat(coalesce(${left}, []), list_transform(range(${missing}),
        lambda i: '0'), coalesce(${right}, [])), ':') END
    ELSE b END`;
  const plain = `CASE WHEN regexp_full_match(c, '([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}')
    THEN regexp_replace(':' || c || ':', ':0+([0-9a-f])', ':\\1', 'g') END`;
  const address = `lower(split_part(${text}, '%', 1))`;
  return bind(address, () => bind(hexadecimal, () => bind(filled, () => plain, 'c'), 'b'), 'a');
}

/** The shortest form of `groups` (RFC 5952), or the IPv4 address that it maps. */
function shortest(g: string): string {
  const hex = (part: number): string => `('0x' || split_part(${g}, ':', ${part}))::INTEGER`;
  const mapped = `printf('%d.%d.%d.%d', ${hex(8)} // 256, ${hex(8)} % 256, ${hex(9)} // 256, ${hex(9)} % 256)`;
  // Of several runs of zero groups the longest is the greatest text; of equal ones the first is found first.
  const run = `list_max(regexp_extract_all(${g}, ':(?:0:){2,}'))`;
  const around = (run: string): string => `ltrim(left(${g}, instr(${g}, ${run}) - 1), ':') || '::' ||
      rtrim(substr(${g}, instr(${g}, ${run}) + length(${run})), ':')`;
  return `CASE WHEN starts_with(${g}, ':0:0:0:0:0:ffff:') THEN ${mapped} ELSE coalesce(${bind(run, around, 'r')}, trim(${g}, ':')) END`;
}

/** An address in the one spelling that rows are joined on: IPv4-mapped addresses as IPv4, IPv6 lower case and shortest
 *  (RFC 5952) without a zone. Text that is no address stays as recorded. */
export function normalAddress(text: string): string {
  const mapped = `regexp_full_match(${text}, '::(?i:ffff):${decimalOctets}')`;
  return `CASE WHEN contains(${text}, ':') IS NOT TRUE THEN ${text}
    WHEN ${isShortest(text)} THEN ${text}
    WHEN ${mapped} THEN substr(${text}, 8)
    ELSE coalesce(${bind(groups(text), shortest, 'g')}, ${text}) END`;
}

/** True of most IPv6 addresses that are in their shortest form already, as nearly all programs write them, and of no other
 *  text: putting one into that form takes fifty times as long as seeing that it is. Those with two zero groups in a row
 *  beside a gap are left to that. */
function isShortest(text: string): string {
  const [group, filled] = ['(?:0|[1-9a-f][0-9a-f]{0,3})', '[1-9a-f][0-9a-f]{0,3}'];
  // A gap stands for two groups at least, and no zero is beside it.
  const withGap = Array.from({ length: 7 }, (_, left) => {
    const before = left > 0 ? `(?:${group}:){${left - 1}}${filled}` : '';
    return `${before}::${left < 6 ? `(?:${filled}(?::${group}){0,${5 - left}})?` : ''}`;
  });
  return `regexp_full_match(${text}, '(?:${group}:){7}${group}|${withGap.join('|')}')
    AND NOT contains(${text}, ':0:0') AND NOT starts_with(${text}, '0:0:') AND NOT starts_with(${text}, '::ffff:')`;
}

/** Whether a normal address text has the form of an address: four decimal octets, or eight hexadecimal groups, or fewer
 *  with one gap. Six of them without one are a network card's. */
export function isAddress(text: string): string {
  // The text once: where a filter asks this, the engine puts the whole expression of the text in its place.
  return `regexp_full_match(${text}, '${[decimalOctets, ...hexadecimalForms()].join('|')}')`;
}

/** Eight groups, or a gap with so many on its left and at most the rest of seven on its right. */
function hexadecimalForms(): string[] {
  const group = '[0-9a-f]{1,4}';
  const several = (least: number, most: number): string => `${group}(?::${group}){${least - 1},${most - 1}}`;
  const withGap = Array.from({ length: 8 }, (_, left) => {
    const right = 7 - left;
    return `${left > 0 ? several(left, left) : ''}::${right > 0 ? `(?:${several(1, right)})?` : ''}`;
  });
  return [several(8, 8), ...withGap];
}

/** Whether a normal address is one of an organisation's inside: private, shared (100.64/10), link-local or loopback. Texts
 *  that begin alike lie between two others, which is quicker to see than how they begin. */
export function isInside(address: string): string {
  const second = `TRY_CAST(split_part(${address}, '.', 2) AS INTEGER)`;
  const between = (first: string, end: string): string => `${address} >= '${first}' AND ${address} < '${end}'`;
  return `CASE WHEN contains(${address}, ':') THEN ${address} = '::1' OR ${between('fc', 'fe')} OR ${between('fe8', 'fec')}
    WHEN ${between('172.', '172/')} THEN ${second} BETWEEN 16 AND 31
    WHEN ${between('100.', '100/')} THEN ${second} BETWEEN 64 AND 127
    ELSE ${between('10.', '10/')} OR ${between('192.168.', '192.168/')} OR ${between('127.', '127/')} OR ${between('169.254.', '169.254/')} END`;
}
