/** `body` over the value of an expression that is evaluated once. */
export function bind(value: string, body: (name: string) => string, name: string): string {
  return `list_transform([${value}], lambda ${name}: ${body(name)})[1]`;
}

const octet = '(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])';
const decimalOctets = Array(4).fill(octet).join('[.]');

/** `:g:g:g:g:g:g:g:g:` of an IPv6 text without leading zeros, lower case; null where it is none. */
function groups(text: string): string {
  const number = (place: number): string => `TRY_CAST(d[${place}] AS INTEGER)`;
  const tail = `printf('%x:%x', ${number(1)} * 256 + ${number(2)}, ${number(3)} * 256 + ${number(4)})`;
  const octets = `len(d) = 4 AND len(list_filter(d, lambda o: TRY_CAST(o AS INTEGER) <= 255)) = 4`;
  const written = bind(
    `string_split(regexp_extract(a, '[0-9.]+$'), '.')`,
    () => `CASE WHEN ${octets} THEN regexp_replace(a, '[0-9.]+$', ${tail}) END`,
    'd',
  );
  const hexadecimal = `CASE WHEN contains(a, '.') THEN ${written} ELSE a END`;
  const missing = `8 - len(list_filter(string_split(b, ':'), lambda g: g <> ''))`;
  const zeros = `CASE WHEN starts_with(b, '::') THEN '' ELSE ':' END || repeat('0:', m - 1) || CASE WHEN ends_with(b, '::') THEN '0' ELSE '0:' END`;
  // A second gap, or one beside another colon, gives no eight groups.
  const gapFilled = bind(missing, () => `CASE WHEN m >= 1 THEN replace(b, '::', ${zeros}) END`, 'm');
  const filled = `CASE WHEN contains(b, '::') THEN ${gapFilled} ELSE b END`;
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
 *  text: putting one into that form takes twenty times as long as seeing that it is. */
function isShortest(text: string): string {
  const [group, filled] = ['(?:0|[1-9a-f][0-9a-f]{0,3})', '[1-9a-f][0-9a-f]{0,3}'];
  // No zero is beside a gap, and a gap stands for two groups at least.
  const written = `${group}(?::${group})*|(?:(?:${group}:)*${filled})?::(?:${filled}(?::${group})*)?`;
  return `regexp_full_match(${text}, '${written}')
    AND CASE WHEN contains(${text}, '::') THEN len(string_split(${text}, ':')) <= 7 ELSE len(string_split(${text}, ':')) = 8 END
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
