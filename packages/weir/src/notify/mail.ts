import { createTransport } from 'nodemailer';
import type { Delivery, Destination } from './destination.ts';
import { DeliveryFailure } from './failure.ts';
import { cut, type Words, wordsOf } from './words.ts';

export interface MailOptions {
  readonly host: string;
  readonly port: number;
  /** `start`: TLS must follow a beginning in the clear; `whole`: TLS from the first byte; `none`: in the clear. */
  readonly tls: 'start' | 'whole' | 'none';
  readonly login?: { readonly user: string; readonly password: string };
  readonly from: string;
  readonly to: readonly string[];
  /** PEM. */
  readonly ca?: string;
}

const subjectMost = 200;
/** Milliseconds. */
const silence = 20_000;

/** Mail through a server. A repetition has the same Message-ID, by which mailboxes know it. */
export function mailSender({ host, port, tls, login, from, to, ca }: MailOptions): Destination['send'] {
  return async (message, { signal }: Delivery) => {
    const transport = createTransport({
      ...{ host, port, secure: tls === 'whole', requireTLS: tls === 'start', ignoreTLS: tls === 'none' },
      ...{ connectionTimeout: silence, greetingTimeout: silence, socketTimeout: silence },
      ...{ disableFileAccess: true, disableUrlAccess: true },
      ...(login !== undefined && { auth: { user: login.user, pass: login.password } }),
      ...(ca !== undefined && { tls: { ca } }),
    });
    signal.addEventListener('abort', () => transport.close(), { once: true });
    const words = wordsOf(message);
    try {
      await transport.sendMail({
        ...{ from, to: [...to], subject: cut(`Weir: ${words.headline}`, subjectMost) },
        messageId: `<${message.key}@weir>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
        ...{ text: mailText(words), html: mailHtml(words) },
      });
    } catch (error) {
      const { responseCode = 0, command = '' } = error as { responseCode?: number; command?: string };
      const text = error instanceof Error ? error.message : String(error);
      // A server that refuses the text for good will refuse it again; whom it refuses may be put right.
      throw new DeliveryFailure(text, { again: !(command === 'DATA' && responseCode >= 550) });
    }
  };
}

export function mailText({ headline, lines, items, rest }: Words): string {
  const told = items.map(({ title, facts }) =>
    [...(title === '' ? [] : [title]), ...facts.map(({ name, value }) => `  ${name}: ${value}`)].join('\n'),
  );
  return `${[headline, ...lines, '', told.join('\n\n'), ...(rest === '' ? [] : ['', rest])].join('\n')}\n`;
}

export function mailHtml({ headline, lines, items, rest }: Words): string {
  const told = items.map(({ title, facts }) => {
    const rows = facts.map(
      ({ name, value }) =>
        `<tr><td style="padding-right:12px;vertical-align:top;color:#555">${escaped(name)}</td><td>${escaped(value)}</td></tr>`,
    );
    return `${title === '' ? '' : `<h3>${escaped(title)}</h3>`}<table>${rows.join('')}</table>`;
  });
  return [
    '<!doctype html><html><head><meta charset="utf-8"></head><body style="font-family:sans-serif">',
    `<h2>${escaped(headline)}</h2>`,
    ...lines.map((line) => `<p>${escaped(line)}</p>`),
    ...told,
    rest === '' ? '' : `<p>${escaped(rest)}</p>`,
    '</body></html>',
  ].join('\n');
}

/** No text is markup, and no host name in it becomes a link: mail programs make links of what looks like one. */
function escaped(text: string): string {
  return text
    .replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
    .replace(/(?<=\w)\.(?=\w)/g, '&#8203;.')
    .replace(/:\/\//g, ':&#8203;//');
}
