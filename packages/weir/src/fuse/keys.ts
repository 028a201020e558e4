/** SQL for a protocol's family from any spelling (`Tcp`, `TcpV4`, `tcp`, `6`): lower case, '' where unknown. */
export function protocolFamily(column: string): string {
  return `CASE WHEN lower(${column}) LIKE 'tcp%' OR ${column} = '6' THEN 'tcp'
    WHEN lower(${column}) LIKE 'udp%' OR ${column} = '17' THEN 'udp'
    WHEN lower(${column}) LIKE '%icmp%' OR ${column} IN ('1', '58') THEN 'icmp'
    WHEN lower(${column}) IN ('-', 'unknown', 'null') THEN ''
    ELSE lower(${column}) END`;
}

/** SQL for a protocol family in Defender's spelling: `Tcp`. */
export function defenderProtocol(family: string): string {
  return `upper(left(${family}, 1)) || substr(${family}, 2)`;
}

/** SQL for a port of the match key. ICMP has none; logs write its type and code there, or nothing. Elsewhere 0 is no
 *  port but an unknown one. */
export function keyPort(port: string, family: string): string {
  return `CASE WHEN ${family} = 'icmp' THEN 0 ELSE nullif(${port}, 0) END`;
}

/** SQL for an address and a port as one number, null where either is: the engine looks for one in a fraction of the time. */
export function packedEnd(address: string, port: string): string {
  return `(${address}::BIGINT * ${2 ** 32} + ${port})`;
}

/** SQL over a flow: its two ends in an order that does not hang on which of them is local, so that two tellings of one
 *  connection have equal ends; `flipped` where the local end comes second. */
export function unorderedEnds(
  f: string,
): Record<'lowAddress' | 'lowPort' | 'highAddress' | 'highPort' | 'flipped', string> {
  const flipped = `(${f}.localAddress > ${f}.remoteAddress OR (${f}.localAddress = ${f}.remoteAddress AND ${f}.localPort > ${f}.remotePort))`;
  const choose = (one: string, other: string) => `CASE WHEN ${flipped} THEN ${f}.${other} ELSE ${f}.${one} END`;
  return {
    lowAddress: choose('localAddress', 'remoteAddress'),
    lowPort: choose('localPort', 'remotePort'),
    highAddress: choose('remoteAddress', 'localAddress'),
    highPort: choose('remotePort', 'localPort'),
    flipped: `coalesce(${flipped}, false)`,
  };
}

/** SQL over a flow: whether both ends are known, as far as its protocol has ports. */
export function knowsBothEnds(f: string): string {
  return `(${f}.localAddress IS NOT NULL AND ${f}.remoteAddress IS NOT NULL
    AND ((${f}.localPort IS NOT NULL AND ${f}.remotePort IS NOT NULL) OR ${f}.protocol NOT IN ('', 'tcp', 'udp')))`;
}

/** SQL for the bare lower-case host of what a log calls a URL: a URL, `host:port`, a host. '' where it is an address,
 *  a file (`C:\\…\\Firefox.lnk`) or nothing. What nearly all are is seen first: to take a host out by a group takes the
 *  engine up to ten times as long, where each row has a URL of its own. */
export function bareHost(column: string): string {
  const text = `lower(${column})`;
  const host = `rtrim(regexp_extract(lower(trim(${column})), '${hostOfUrl}', 1), '.')`;
  const named = (name: string): string =>
    `CASE WHEN regexp_full_match(${name}, '[0-9.]+|.*[.]lnk') THEN '' ELSE ${name} END`;
  return `CASE WHEN ${column} = '' THEN ''
    WHEN regexp_full_match(${text}, '${plainHost}') THEN ${named(text)}
    WHEN regexp_full_match(${text}, '${plainUrl}') THEN ${named(`split_part(split_part(${text}, '/', 3), ':', 1)`)}
    WHEN regexp_full_match(${host}, '${hostName}') THEN ${named(host)}
    ELSE '' END`;
}

const plainHost = '[a-z0-9_-]+(?:[.][a-z0-9_-]+)*';
const plainUrl = `[a-z][a-z0-9+.-]*://${plainHost}(?::[0-9]+)?(?:/.*)?`;
const hostOfUrl = String.raw`^(?:[a-z][a-z0-9+.-]*://)?(?:[^/@?#\s]*@)?([^/:?#\\\s]+)(?::[0-9]+)?(?:[/?#].*)?$`;
const hostName = String.raw`[^\s.\\"<>\[\]%]+(?:[.][^\s.\\"<>\[\]%]+)*`;

/** SQL over an EventId: who tells it, by what ids of Weir's making begin with. Ids of somebody else's are one teller's. */
export function endpointTeller(id: string): string {
  return `CASE WHEN contains(${id}, ':') AND NOT starts_with(${id}, 'row:') THEN split_part(${id}, ':', 1) ELSE '' END`;
}
