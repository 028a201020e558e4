import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import { Busy, type Parcel, type Reception } from '../reception.ts';
import { Sorter } from '../sorter.ts';
import { FrameRefused, Framing } from './framing.ts';
import { recordOf } from './message.ts';

/** The certificate and its key, PEM. */
export interface SyslogTls {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
  /** Whose certificates senders must show; absent: none needed. */
  readonly clientAuthorities?: string | Buffer;
}

export interface SyslogOptions {
  readonly reception: Reception;
  /** Loopback unless told otherwise. */
  readonly host?: string;
  readonly port: number;
  /** With it, syslog over TLS as RFC 5425 has it. */
  readonly tls?: SyslogTls;
  /** Told in words: a sender that was cut off, messages that could not be kept at the end. */
  readonly onNotice: (notice: string) => void;
}

const flushBytes = 256 * 1024;
const flushAfter = 2_000_000n;
const mostConnections = 1_000;

/** Syslog over TCP and TLS. The protocol has no acknowledgement: what is on its way is kept small, written within a fifth of
 *  a second, and while there is no room nothing more is read, so that the sender's own queue keeps it. */
export class SyslogDoor {
  readonly #options: SyslogOptions;
  readonly #server: Server;
  readonly #connections = new Map<Socket, Promise<void>>();
  readonly #stop = new AbortController();

  private constructor(options: SyslogOptions) {
    this.#options = options;
    const { tls } = options;
    const accept = (socket: Socket): void => {
      const served = this.#serve(socket).finally(() => this.#connections.delete(socket));
      this.#connections.set(socket, served);
    };
    this.#server = tls
      ? createTls(
          {
            cert: tls.cert,
            key: tls.key,
            minVersion: 'TLSv1.2',
            handshakeTimeout: 10_000,
            ...(tls.clientAuthorities === undefined
              ? {}
              : { ca: tls.clientAuthorities, requestCert: true, rejectUnauthorized: true }),
          },
          accept,
        )
      : createTcp(accept);
    this.#server.maxConnections = mostConnections;
    this.#server.on('tlsClientError', (error: Error) =>
      options.onNotice(`syslog: a TLS handshake failed: ${error.message}`),
    );
  }

  /** @throws what listening throws: the port is taken, the address is none of this machine */
  static async listen(options: SyslogOptions): Promise<SyslogDoor> {
    const door = new SyslogDoor(options);
    await new Promise<void>((resolve, reject) => {
      door.#server.once('error', reject);
      door.#server.listen(options.port, options.host ?? '127.0.0.1', resolve);
    });
    return door;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Takes no more, and ends when what was read is on disk or told as lost. */
  async close(): Promise<void> {
    this.#stop.abort();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#connections.keys()) socket.destroy();
    await Promise.all(this.#connections.values());
    await closed;
  }

  async #serve(socket: Socket): Promise<void> {
    const peer = (socket.remoteAddress ?? 'unknown').replace(/^::ffff:/, '');
    const framing = new Framing();
    const batch = new Batch(this.#options, peer, this.#stop.signal);
    try {
      for await (const chunk of socket) {
        await batch.add(framing.push(chunk));
      }
      await batch.add(framing.rest());
    } catch (error) {
      if (error instanceof FrameRefused) this.#options.onNotice(`syslog ${peer}: cut off: ${error.message}`);
      else if (!(error instanceof Error && 'code' in error)) throw error;
    } finally {
      socket.destroy();
      await batch.close();
    }
  }
}

/** What one sender sent and is not on disk yet. */
class Batch {
  readonly #options: SyslogOptions;
  readonly #peer: string;
  readonly #stop: AbortSignal;
  #sorter = new Sorter();
  #bytes = 0;
  #messages = 0;
  #writing: Promise<void> = Promise.resolve();
  #timed = false;

  constructor(options: SyslogOptions, peer: string, stop: AbortSignal) {
    this.#options = options;
    this.#peer = peer;
    this.#stop = stop;
  }

  /** Ends when there may be more. */
  async add(messages: readonly Buffer[]): Promise<void> {
    for (const message of messages) {
      this.#sorter.add(this.#peer, recordOf(message));
      this.#bytes += message.length;
      this.#messages += 1;
    }
    if (this.#bytes >= flushBytes) await this.#flush();
    else if (this.#bytes > 0 && !this.#timed) {
      this.#timed = true;
      const { clock } = this.#options.reception;
      void clock
        .sleep(flushAfter, this.#stop)
        .catch(() => undefined)
        .then(() => {
          this.#timed = false;
          return this.#flush();
        });
    }
  }

  async close(): Promise<void> {
    await this.#flush();
  }

  #flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#write());
    return this.#writing;
  }

  async #write(): Promise<void> {
    if (this.#messages === 0) return;
    const [bodies, messages] = [this.#sorter.bodies(), this.#messages];
    this.#sorter = new Sorter();
    [this.#bytes, this.#messages] = [0, 0];
    for (const parcel of bodies) await this.#keep({ ...parcel, door: 'syslog' }, messages);
  }

  async #keep(parcel: Parcel, messages: number): Promise<void> {
    for (;;) {
      try {
        await this.#options.reception.take(parcel);
        return;
      } catch (error) {
        if (!(error instanceof Busy)) throw error;
        if (this.#stop.aborted) {
          const told = `syslog ${this.#peer}: stopped while there was no room: some of the last ${messages} messages are lost`;
          this.#options.onNotice(told);
          return;
        }
      }
    }
  }
}
