import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { connect as secure } from 'node:tls';
import type { Severity } from '../model/finding.ts';
import type { Notice } from '../model/notice.ts';
import { ticksToIso } from '../report/format.ts';
import { cefLine } from './cef.ts';
import type { Destination } from './destination.ts';
import { DeliveryFailure } from './failure.ts';

export interface SyslogOptions {
  readonly host: string;
  readonly port: number;
  readonly over: 'udp' | 'tcp' | 'tls';
  /** PEM. */
  readonly ca?: string;
}

/** local0. */
const facility = 16;
const severityOf: Readonly<Record<Severity, number>> = { informational: 6, low: 5, medium: 4, high: 3 };

/** Alerts in CEF over syslog (RFC 5424), over TCP and TLS with their length in front (RFC 6587, 5425), over UDP one a datagram.
 *  Syslog confirms nothing: over TCP and TLS it is known that the other side took the connection and closed it in order, over
 *  UDP nothing is. */
export function syslogSender(options: SyslogOptions): Destination['send'] {
  return async ({ notices }, { signal }) => {
    const lines = notices.flatMap((notice) => ('alert' in notice.told ? [Buffer.from(syslogLine(notice))] : []));
    if (options.over === 'udp') await sendDatagrams(options, lines, signal);
    else
      await sendStream(options, Buffer.concat(lines.flatMap((line) => [Buffer.from(`${line.length} `), line])), signal);
  };
}

function syslogLine(notice: Notice): string {
  if (!('alert' in notice.told)) throw new Error('an exception is no event');
  // RFC 5424 knows six decimals.
  const at = ticksToIso(notice.at).replace(/\dZ$/, 'Z');
  return `<${facility * 8 + severityOf[notice.severity]}>1 ${at} - weir - alert - ${cefLine(notice, notice.told)}`;
}

async function sendDatagrams(
  { host, port }: SyslogOptions,
  lines: readonly Buffer[],
  signal: AbortSignal,
): Promise<void> {
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', signal });
  try {
    for (const line of lines) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      socket.send(line, port, host, (error) => (error === null ? resolve() : reject(failureOf(error))));
      await promise;
    }
  } finally {
    if (!signal.aborted) socket.close();
  }
}

/** A line that is too long for a datagram is so the next time as well. */
function failureOf(error: Error): Error {
  if (!('code' in error) || error.code !== 'EMSGSIZE') return error;
  return new DeliveryFailure('an alert is too long for a datagram: send syslog over tcp or tls', { again: false });
}

async function sendStream({ host, port, over, ca }: SyslogOptions, bytes: Buffer, signal: AbortSignal): Promise<void> {
  const socket: Socket =
    over === 'tls'
      ? secure({ host, port, servername: host, ...(ca !== undefined && { ca }) })
      : connect({ host, port });
  const abort = () => socket.destroy(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await once(socket, over === 'tls' ? 'secureConnect' : 'connect');
    socket.resume();
    socket.end(bytes);
    await once(socket, 'close');
  } finally {
    signal.removeEventListener('abort', abort);
    socket.destroy();
  }
}
