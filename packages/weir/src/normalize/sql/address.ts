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
    WHEN ${mapped} THEN substr(${text}, 8)
    ELSE coalesce(${bind(groups(text), shortest, 'g')}, ${text}) END`;
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

/** Whether a normal address is one of an organisation's inside: private, shared (100.64/10), link-local or loopback. */
export function isInside(address: string): string {
  const second = `TRY_CAST(split_part(${address}, '.', 2) AS INTEGER)`;
  const prefixes = (...starts: string[]): string =>
    starts.map((start) => `starts_with(${address}, '${start}')`).join(' OR ');
  return `CASE WHEN contains(${address}, ':') THEN ${address} = '::1' OR ${prefixes('fc', 'fd', 'fe8', 'fe9', 'fea', 'feb')}
    WHEN starts_with(${address}, '172.') THEN ${second} BETWEEN 16 AND 31
    WHEN starts_with(${address}, '100.') THEN ${second} BETWEEN 64 AND 127
    ELSE ${prefixes('10.', '192.168.', '127.', '169.254.')} END`;
}
