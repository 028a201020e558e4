import { sqlText } from '../../engine/sql.ts';
import { bind } from './address.ts';

const month = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
/** `Mar 10 08:15:30`, with the year, fractions or a zone that some devices add. */
const oldTime = `${month} +[0-9]{1,2} (?:[0-9]{4} )?[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.][0-9]+)?(?: (?:UTC|GMT|[A-Z]{1,3}T))?:?`;
const isoTime = '[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9]{2}:?[0-9]{2})?';
const data = '(?:-|(?:\\[(?:[^\\]"]|"(?:[^"\\\\]|\\\\.)*")*\\])+)';
/** A host is a word that ends in no colon; a tag is one that does, before a blank (so that `CEF:0|` is none). */
const before = `(?:${oldTime}|${isoTime}) +(?:([^ ]*[^ :]) +)?(?:[^ :\\[]+(?:\\[[^\\] ]*\\])?: +)?`;
const prefix = `^(?:<[0-9]{1,3}>)?(?:1 (?:-|${isoTime}) ([^ ]+) [^ ]+ [^ ]+ [^ ]+ ${data} ?\ufeff?|${before})?`;

/** SQL: a text without what syslog puts in front (RFC 3164 and 5424, as sent or as rsyslog writes it); a text without
 *  that stays as it is. */
export function syslogMessage(text: string): string {
  // Nothing of it begins so, which is seen at once.
  return `CASE WHEN regexp_matches(${text}, '^(?:[0-9]{5}|CEF:)') THEN ${text} ELSE regexp_replace(${text}, ${sqlText(prefix)}, '') END`;
}

/** SQL: the host that syslog names in front of a text; null where there is none. */
export function syslogHost(text: string): string {
  // Only one of the two forms has taken part.
  const host = (found: string): string => `nullif(nullif(${found}['newer'] || ${found}['older'], ''), '-')`;
  return bind(`regexp_extract(${text}, ${sqlText(prefix)}, ['newer', 'older'])`, host, 'found');
}

/** `syslogMessage` for the texts that recognition looks at. */
export function withoutSyslog(text: string): string {
  return text.replace(new RegExp(prefix), '');
}
