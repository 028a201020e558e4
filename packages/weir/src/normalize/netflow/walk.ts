import { open } from 'node:fs/promises';
import { readTemplates, type Template, templateOfVersion5 } from './template.ts';

/** The header of a datagram (an IPFIX message). */
export interface Header {
  readonly version: 5 | 9 | 10;
  /** Source id or observation domain: exporters number their templates in each. */
  readonly domain: number;
  /** When it was exported, milliseconds since 1970. */
  readonly exported: number;
  /** Milliseconds since the exporter started; null where the header does not tell (IPFIX). */
  readonly uptime: number | null;
  /** One packet of so many was looked at; null where the header does not tell. */
  readonly sampling: number | null;
}

/** What a walk over a file of datagrams meets, in order. */
export interface Visitor {
  readonly template: (header: Header, template: Template) => void;
  /** A data set without its own header, and the template where the version fixes it. */
  readonly data: (header: Header, id: number, set: Buffer, template?: Template) => void;
  readonly broken: (reason: string, bytes: Buffer) => void;
  readonly skipped: (reason: string) => void;
}

const chunk = 1024 * 1024;
const mostOfVersion5 = 30;

/** Walks over a file of datagrams put one after another, as exporters sent them: no frame is around them, so that each
 *  begins where the one before ends. Memory is bounded by the longest set (64 kB) and the chunk that is read. `between` is
 *  awaited after each chunk. */
export async function walk(path: string, visitor: Visitor, between?: (bytes: number) => Promise<void>): Promise<void> {
  const walker = new Walker(visitor);
  const file = await open(path);
  try {
    let carried = Buffer.alloc(0);
    for (let read = 0; ; ) {
      const room = Buffer.allocUnsafe(carried.length + chunk);
      carried.copy(room);
      const { bytesRead } = await file.read(room, carried.length, chunk);
      read += bytesRead;
      const bytes = room.subarray(0, carried.length + bytesRead);
      carried = bytes.subarray(walker.push(bytes, bytesRead === 0));
      await between?.(read);
      if (bytesRead === 0) return;
    }
  } finally {
    await file.close();
  }
}

class Walker {
  readonly #visitor: Visitor;
  #header: Header | undefined;
  /** Bytes that an IPFIX message has left; NetFlow 9 does not tell. */
  #left = Number.POSITIVE_INFINITY;
  #lost = false;

  constructor(visitor: Visitor) {
    this.#visitor = visitor;
  }

  /** How many of the bytes are done with. */
  push(bytes: Buffer, last: boolean): number {
    let at = 0;
    while (at < bytes.length) {
      if (this.#lost) return bytes.length;
      const taken = this.#step(bytes.subarray(at), last);
      if (taken === 0 && !last) return at;
      if (taken === 0) {
        this.#lose('the file ends in the middle of a datagram', bytes.subarray(at));
        return bytes.length;
      }
      at += taken;
    }
    if (last && this.#header?.version === 10 && this.#left > 0) {
      this.#visitor.broken('the file ends inside an IPFIX message', Buffer.alloc(0));
    }
    return at;
  }

  #step(bytes: Buffer, last: boolean): number {
    if (this.#left <= 0) this.#header = undefined;
    if (!last && bytes.length < 64) return 0;
    if (bytes.length < 2) return 0;
    const first = bytes.readUInt16BE(0);
    // No set of NetFlow 9 has these numbers: another datagram begins.
    if (this.#header?.version === 9 && [5, 9, 10].includes(first)) this.#header = undefined;
    if (this.#header) return this.#set(this.#header, first, bytes, last);
    switch (first) {
      case 0:
        return this.#zeros(bytes, 'zeros between datagrams');
      case 5:
        return this.#version5(bytes, last);
      case 9:
        return this.#version9(bytes);
      case 10:
        return this.#ipfix(bytes);
      default:
        return this.#lose('no header of NetFlow 5, 9 or IPFIX where a datagram should begin: all from here', bytes);
    }
  }

  /** What cannot be read from here on is one record, whatever it was. */
  #lose(reason: string, bytes: Buffer): number {
    this.#visitor.broken(reason, bytes);
    this.#lost = true;
    return bytes.length;
  }

  #zeros(bytes: Buffer, reason: string): number {
    let end = 0;
    while (end < bytes.length && bytes[end] === 0) end += 1;
    // The zero in front of a header's version is its own.
    if (end < bytes.length && end > 1) end -= 1;
    this.#visitor.skipped(reason);
    return Math.max(end, 1);
  }

  #version5(bytes: Buffer, last: boolean): number {
    if (bytes.length < 24) return 0;
    const count = bytes.readUInt16BE(2);
    if (count === 0 || count > mostOfVersion5) {
      return this.#lose(
        `a NetFlow 5 header that claims ${count} records, where 1 to ${mostOfVersion5} can be: all from here`,
        bytes,
      );
    }
    const end = 24 + count * templateOfVersion5.shortest;
    if (bytes.length < end) {
      if (!last) return 0;
      return this.#lose(`a NetFlow 5 header that claims ${count} records, of which the file ends short`, bytes);
    }
    const sampling = bytes.readUInt16BE(22) & 0x3fff;
    const header: Header = {
      version: 5,
      domain: bytes.readUInt16BE(20),
      exported: bytes.readUInt32BE(8) * 1000 + bytes.readUInt32BE(12) / 1e6,
      uptime: bytes.readUInt32BE(4),
      sampling: sampling > 1 ? sampling : null,
    };
    this.#visitor.data(header, 0, bytes.subarray(24, end), templateOfVersion5);
    return end;
  }

  #version9(bytes: Buffer): number {
    if (bytes.length < 20) return 0;
    const [uptime, exported, domain] = [bytes.readUInt32BE(4), bytes.readUInt32BE(8) * 1000, bytes.readUInt32BE(16)];
    this.#header = { version: 9, domain, exported, uptime, sampling: null };
    this.#left = Number.POSITIVE_INFINITY;
    return 20;
  }

  #ipfix(bytes: Buffer): number {
    if (bytes.length < 16) return 0;
    const length = bytes.readUInt16BE(2);
    if (length < 16) return this.#lose(`an IPFIX message that claims ${length} bytes: all from here`, bytes);
    const [exported, domain] = [bytes.readUInt32BE(4) * 1000, bytes.readUInt32BE(12)];
    this.#header = { version: 10, domain, exported, uptime: null, sampling: null };
    this.#left = length - 16;
    return 16;
  }

  #set(header: Header, id: number, bytes: Buffer, last: boolean): number {
    if (bytes.length < 4 || this.#left < 4) {
      const rest = Math.min(bytes.length, this.#left);
      if (bytes.subarray(0, rest).some((byte) => byte !== 0))
        this.#visitor.broken('bytes behind the last set', bytes.subarray(0, rest));
      return this.#took(rest);
    }
    const length = bytes.readUInt16BE(2);
    if (id === 0 && length === 0)
      return this.#took(Math.min(this.#zeros(bytes, 'a packet filled up with zeros'), this.#left));
    if (length < 4 || length > this.#left) {
      const reason = `a set that claims ${length} bytes`;
      if (header.version === 9) return this.#lose(`${reason}: all from here`, bytes);
      if (!last && bytes.length < this.#left) return 0;
      const rest = bytes.subarray(0, this.#left);
      this.#visitor.broken(`${reason}: the rest of its message`, rest);
      return this.#took(rest.length);
    }
    if (bytes.length < length) return last ? this.#lose('the file ends inside a set', bytes) : 0;
    this.#content(header, id, bytes.subarray(4, length));
    return this.#took(length);
  }

  #took(bytes: number): number {
    this.#left -= bytes;
    return bytes;
  }

  #content(header: Header, id: number, set: Buffer): void {
    const ofTemplates = header.version === 9 ? [0, 1] : [2, 3];
    if (id >= 256) this.#visitor.data(header, id, set);
    else if (ofTemplates.includes(id)) {
      const { templates, wrong } = readTemplates(set, header.version, id === ofTemplates[1]);
      for (const template of templates) this.#visitor.template(header, template);
      if (wrong) this.#visitor.broken(wrong, set);
    } else this.#visitor.skipped('sets with a number that means nothing');
  }
}
