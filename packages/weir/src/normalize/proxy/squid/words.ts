/** SQL: the proxy refused by a rule of its own, or answered with an error without having asked anybody. A 4xx or 5xx
 *  that came from a server means that the request was sent. */
export function squidRefused(result: string, status: string, hierarchy: string): string {
  return `contains(${result}, 'DENIED') OR (regexp_full_match(${hierarchy}, '(HIER_)?NONE') AND NOT contains(${result}, 'HIT')
    AND TRY_CAST(${status} AS INTEGER) >= 400)`;
}

/** SQL: somebody answered. Of a 5xx nobody can tell whether it is the server's or the proxy's own. */
export function squidAnswered(status: string): string {
  return `TRY_CAST(${status} AS INTEGER) BETWEEN 100 AND 499`;
}

/** SQL of the target's address: that of the peer where Squid went there itself. Any other peer is a proxy again. */
export function squidPeer(hierarchy: string, peer: string): string {
  return `CASE WHEN regexp_full_match(${hierarchy}, '([A-Z_]*_)?(DIRECT|ORIGINAL_DST)') THEN ${peer} END`;
}

/** SQL of a user's name: Squid escapes the backslash after a domain. */
export function squidUser(user: string): string {
  return `regexp_replace(${user}, '%5[cC]', '\\\\')`;
}
