import { createHmac } from 'node:crypto';
import type { Notice } from '../model/notice.ts';
import { findingRecord } from '../report/findingRecord.ts';
import { ticksToIso, ticksToUnixMs } from '../report/format.ts';
import { jsonText } from '../report/harmless.ts';
import { masked } from '../report/presentable.ts';
import { guardedLookup, type Resolve, refuseAddress } from './addresses.ts';
import type { Delivery, Destination } from './destination.ts';
import type { Message } from './message.ts';
import { mustTake, post } from './post.ts';
import { wordsOf } from './words.ts';

export interface WebhookOptions {
  readonly url: string;
  /** Networks that are not public and that it may nevertheless be in. */
  readonly allow: readonly string[];
  /** PEM. */
  readonly ca?: string;
  /** Looks names up; absent: as the system does. */
  readonly resolve?: Resolve;
}

/** Posts a body to a webhook, which is nowhere that it may not be. */
export function postTo({ url, allow, ca, resolve }: WebhookOptions) {
  return async (body: string, headers: Readonly<Record<string, string>>, { now, signal }: Delivery): Promise<void> => {
    refuseAddress(new URL(url).hostname, allow);
    const lookup = guardedLookup(allow, resolve);
    const answer = await post({ url, body, signal, lookup, headers, ...(ca !== undefined && { ca }) });
    mustTake(answer, now);
  };
}

/** A webhook that takes JSON, signed where there is a key. */
export function webhookSender(options: WebhookOptions, key: string | undefined): Destination['send'] {
  const send = postTo(options);
  return (message, delivery) => {
    const body = webhookBody(message);
    const seconds = String(Math.floor(ticksToUnixMs(delivery.now) / 1_000));
    const headers = {
      'content-type': 'application/json',
      'idempotency-key': message.key,
      'webhook-id': message.key,
      'webhook-timestamp': seconds,
      ...(key !== undefined && { 'webhook-signature': signatureOf(key, message.key, seconds, body) }),
    };
    return send(body, headers, delivery);
  };
}

/** As Standard Webhooks 1.0 has it: HMAC-SHA256 over id, time in seconds and body, joined by dots. A key that begins with
 *  `whsec_` is base64, any other is taken as it is written. */
export function signatureOf(key: string, id: string, seconds: string, body: string): string {
  const bytes = key.startsWith('whsec_') ? Buffer.from(key.slice('whsec_'.length), 'base64') : Buffer.from(key);
  return `v1,${createHmac('sha256', bytes).update(`${id}.${seconds}.${body}`).digest('base64')}`;
}

function webhookBody(message: Message): string {
  const { summary, notices } = masked({ summary: message.summary, notices: message.notices });
  const { headline } = wordsOf(message);
  return jsonText({
    type: 'weir.alerts',
    key: message.key,
    at: ticksToIso(message.made),
    text: headline,
    ...summary,
    told: notices.map(noticeRecord),
  });
}

function noticeRecord({ id, at, cause, told }: Notice) {
  const head = { notice: id, at: ticksToIso(at), cause };
  if ('exception' in told) {
    const { created, expires, ...exception } = told.exception;
    return { ...head, exception: { ...exception, created: ticksToIso(created), expires: ticksToIso(expires) } };
  }
  const { alert, opened, follows, because, finding } = told;
  return {
    ...head,
    because,
    alert: { id: alert, opened: ticksToIso(opened), follows },
    finding: findingRecord(finding),
  };
}
