/** Bare lower-case host of a `host`, `host:port` or `[v6]:port`; null where nothing is left. */
export function bareHost(text: string): string {
  const withoutPort = `CASE WHEN contains(${text}, ':')
    THEN regexp_replace(${text}, '^(?:([^:\\[]+)|\\[(.*)\\])(?::[0-9]*)?$', '\\1\\2') ELSE ${text} END`;
  return `nullif(rtrim(lower(${withoutPort}), '.'), '')`;
}

/** Bare lower-case host name of what a product calls a URL: a URL, or a host with or without port and path. Null for
 *  paths of files, addresses and everything else that names no host. */
export function urlHost(text: string): string {
  const schemed = `regexp_extract(${text}, '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?([^/:?#\\\\\\[\\]]+)', 1)`;
  const bare = `regexp_extract(${text}, '^([A-Za-z0-9_-]+(?:[.][A-Za-z0-9_-]+)+[.]?)(?::[0-9]+)?(?:[/?#].*)?$', 1)`;
  const host = `rtrim(lower(CASE WHEN contains(${text}, '://') THEN ${schemed} ELSE ${bare} END), '.')`;
  return `CASE WHEN ${text} IS NULL OR ${text} = '' OR regexp_full_match(${host}, '[0-9.]*') THEN NULL ELSE ${host} END`;
}
