/** What became of a connection by the word that a product writes: refused in any way is failed, let through is
 *  established. A reset by a client or server (`client-rst`) ends a connection that stood; `reset-both` is the firewall's
 *  own refusal. */
export function outcomeOf(action: string): string {
  const word = `lower(coalesce(${action}, ''))`;
  return `CASE WHEN regexp_matches(${word}, '${spared}') THEN 'established'
    WHEN regexp_matches(${word}, '${refused}') THEN 'failed'
    WHEN regexp_matches(${word}, '${passed}') THEN 'established' ELSE 'unknown' END`;
}

const spared = '(not|un)[ _-]?(block|den|drop)';
const refused = 'den(y|ied)|drop|block|reject|reset|prevent|discard|refuse|quarantine|sinkhole|ip-conn|fail|ban';
const passed = 'allow|accept|permit|pass|close|rst|timeout|start|alert|detect|monitor|success|tunnel|encrypt|decrypt';
