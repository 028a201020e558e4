/** Bare lower-case host of a `host`, `host:port` or `[v6]:port`; null where nothing is left. */
export function bareHost(text: string): string {
  const withoutPort = `CASE WHEN contains(${text}, ':')
    THEN regexp_replace(${text}, '^(?:([^:\\[]+)|\\[(.*)\\])(?::[0-9]*)?$', '\\1\\2') ELSE ${text} END`;
  return `nullif(rtrim(lower(${withoutPort}), '.'), '')`;
}

/** Bare lower-case host name of what a product calls a URL: a URL, or a host with or without port and path. Null for
 *  paths of files, addresses and everything else that names no host.
 *
 *  Where a pattern leaves a choice between two ways to go on, the engine takes a part of the match five times as long to
 *  find as the whole of it. */
export function urlHost(text: string): string {
  const schemed = (user: string): string =>
    `regexp_extract(${text}, '^[A-Za-z][A-Za-z0-9+.-]*://${user}([^/:?#\\\\\\[\\]]+)', 1)`;
  const ofUrl = `CASE WHEN contains(${text}, '@') THEN ${schemed('(?:[^/?#@]*@)?')} ELSE ${schemed('')} END`;
  const named = '[A-Za-z0-9_-]+(?:[.][A-Za-z0-9_-]+)+';
  const behind = '(?::[0-9]+)?(?:[/?#].*)?';
  return `CASE WHEN ${text} IS NULL OR ${text} = '' THEN NULL
    WHEN contains(${text}, '://') THEN nullif(regexp_extract(rtrim(lower(${ofUrl}), '.'), '(?s)^.*[^0-9.].*$'), '')
    WHEN regexp_full_match(${text}, '[0-9.]+${behind}') THEN NULL
    WHEN regexp_full_match(${text}, '${named}[.]?${behind}') THEN lower(regexp_extract(${text}, '^${named}')) END`;
}
