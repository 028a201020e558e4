import { noResults } from './evidence.ts';
import type { Story } from './stories.ts';
import { bytesInWords, countInWords, spanInWords } from './words.ts';

/** The story in one sentence: `rclone.exe on WS-07 (a.berg) sent 1.8 GiB to MEGA in 3 h 12 min over 214 connections;
 *  bytes known for 210 of 214`. What is not known is left out or said to be unknown, never told as nothing. */
export function titleOf(story: Story, ruleName: string): string {
  if (isAbsence(story)) return `${ruleName}: ${countInWords(story.evidence, 'run')} without results${lasting(story)}`;
  const where = whereTo(story);
  if (story.connections === 0) {
    const rows = countInWords(story.evidence, story.eventIds.length > 0 ? 'event' : 'result row');
    return `${ruleName}: ${who(story)}${where === '' ? '' : `, ${where}`} (${rows}${lasting(story)})`;
  }
  const connections = countInWords(story.connections, 'connection');
  const to = where === '' ? 'an unnamed destination' : where;
  if (story.bytesSent === null) {
    return `${who(story)} made ${connections} to ${to}${lasting(story)}; bytes unknown`;
  }
  const known =
    story.bytesKnown === story.connections ? '' : `; bytes known for ${story.bytesKnown} of ${story.connections}`;
  return `${who(story)} sent ${bytesInWords(story.bytesSent)} to ${to}${lasting(story)} over ${connections}${known}`;
}

/** Whether runs without results are what the story is about. */
export function isAbsence({ key }: Pick<Story, 'key'>): boolean {
  return key.length > 0 && key.every((part) => part === noResults);
}

function who({ process, processes, device, account, accounts }: Story): string {
  const by = account === '' ? '' : ` (${andMore(account, accounts)})`;
  const on = device === '' ? 'an unknown device' : device;
  return `${process === '' ? on : `${andMore(process, processes)} on ${on}`}${by}`;
}

function whereTo({ service, services, destination, destinations }: Story): string {
  if (service !== '' && services.length > 1) return andMore(service, services.length);
  const hosts = andMore(destination, destinations);
  if (service === '' || service === destination) return hosts;
  return destinations > 1 ? `${service} (${hosts})` : service;
}

function andMore(first: string, count: number): string {
  return count > 1 ? `${first} and ${count - 1} more` : first;
}

function lasting({ firstSeen, lastSeen }: Story): string {
  return lastSeen === firstSeen ? '' : ` in ${spanInWords(lastSeen - firstSeen)}`;
}
