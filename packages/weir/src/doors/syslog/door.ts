import { type AddressInfo, createServer as createTcp, type Server, type Socket } from 'node:net';
import { createServer as createTls } from 'node:tls';
import type { Reception } from '../reception.ts';
import { Connection } from './connection.ts';

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
  /** 1,000 where absent. */
  readonly mostConnections?: number;
  /** Told in words: a sender that was cut off, messages that could not be kept at the end. */
  readonly onNotice: (notice: string) => void;
  /** A defect of ours: it cost one sender its connection. */
  readonly onBug: (error: unknown) => void;
}

const lookEvery = 100_000_000n;

/** Syslog over TCP and TLS. The protocol has no acknowledgement: what is on its way is kept small, written within a fifth of
 *  a second, and while there is no room nothing more is read, so that the sender's own queue keeps it. */
export class SyslogDoor {
  readonly #options: SyslogOptions;
  readonly #server: Server;
  readonly #connections = new Map<Connection, Promise<void>>();
  readonly #stop = new AbortController();
  readonly #looking: Promise<void>;
  readonly #most: number;

  private constructor(options: SyslogOptions) {
    this.#options = options;
    const { tls, mostConnections = 1_000 } = options;
    this.#most = mostConnections;
    const accept = (socket: Socket): void => this.#accept(socket);
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
    // Of TLS also those that have not shaken hands yet.
    this.#server.maxConnections = 2 * mostConnections;
    this.#server.on('tlsClientError', (error: Error) =>
      options.onNotice(`syslog: a TLS handshake failed: ${error.message}`),
    );
    this.#looking = this.#look();
  }

  /** @throws what listening throws: the port is taken, the address is none of this machine */
  static async listen(options: SyslogOptions): Promise<SyslogDoor> {
    const door = new SyslogDoor(options);
    try {
      await new Promise<void>((resolve, reject) => {
        door.#server.once('error', reject);
        door.#server.listen(options.port, options.host ?? '127.0.0.1', resolve);
      });
    } catch (error) {
      door.#stop.abort();
      throw error;
    }
    return door;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Takes no more, and ends when what was read is on disk or told as lost. */
  async close(): Promise<void> {
    this.#stop.abort();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const connection of this.#connections.keys()) connection.close();
    await Promise.all(this.#connections.values());
    await Promise.all([closed, this.#looking]);
  }

  #accept(socket: Socket): void {
    const { reception, onNotice, onBug } = this.#options;
    const connection = new Connection(socket, { reception, stop: this.#stop.signal, onNotice, onBug });
    const served = connection
      .serve()
      .catch(onBug)
      .finally(() => this.#connections.delete(connection));
    this.#connections.set(connection, served);
    if (this.#connections.size > this.#most) this.#mostGreedy().cut('too many connections');
  }

  /** Of the address that has most connections, the one that has been idle longest: no single sender shuts the door for
   *  others. */
  #mostGreedy(): Connection {
    const now = this.#options.reception.clock.now();
    const byPeer = [...Map.groupBy(this.#connections.keys(), ({ peer }) => peer).values()];
    const most = byPeer.reduce((most, each) => (each.length > most.length ? each : most));
    return most.reduce((idlest, each) => (each.idleFor(now) > idlest.idleFor(now) ? each : idlest));
  }

  async #look(): Promise<void> {
    const { clock } = this.#options.reception;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      await clock.sleep(lookEvery, signal).catch(() => undefined);
      for (const connection of this.#connections.keys()) connection.look(clock.now());
    }
  }
}
