/** How the records of a data set are laid out. */
export interface Template {
  readonly id: number;
  readonly fields: readonly Field[];
  /** Fields that say what the values of an options record are about; null where records are flows. */
  readonly scopes: number | null;
  /** Bytes of the shortest record. */
  readonly shortest: number;
}

export interface Field {
  /** IANA's number, or an enterprise's own; NetFlow 9 calls it the type. */
  readonly element: number;
  /** 0 is IANA; 29305 is IANA's elements of the reverse direction (RFC 5103). */
  readonly enterprise: number;
  /** Bytes; `variable` where each record tells. */
  readonly length: number;
}

export const variable = 65535;
/** What NetFlow 9 calls scopes has numbers of its own. */
const scopeOfVersion9 = 1_000_000;

/** The templates of a set, and why its rest is none. Undefined fields withdraw a template. */
export function readTemplates(
  set: Buffer,
  version: number,
  options: boolean,
): { templates: Template[]; wrong?: string } {
  const templates: Template[] = [];
  let at = 0;
  while (at + 4 <= set.length) {
    const id = set.readUInt16BE(at);
    if (id === 0) break;
    if (id < 256) return { templates, wrong: `a template with the number ${id} of a set` };
    const head = options ? 6 : 4;
    if (at + head > set.length) return { templates, wrong: cut };
    const [second, third] = [set.readUInt16BE(at + 2), options ? set.readUInt16BE(at + 4) : 0];
    // Version 9 tells lengths in bytes of an options template, IPFIX tells numbers of fields.
    const inBytes = options && version === 9;
    const count = inBytes ? (second + third) / 4 : second;
    const scopes = inBytes ? second / 4 : third;
    const fields: Field[] = [];
    at += head;
    while (fields.length < count) {
      if (at + 4 > set.length) return { templates, wrong: cut };
      const number = set.readUInt16BE(at);
      const length = set.readUInt16BE(at + 2);
      at += 4;
      const own = version === 10 && number >= 0x8000;
      if (own && at + 4 > set.length) return { templates, wrong: cut };
      const enterprise = own ? set.readUInt32BE(at) : 0;
      if (own) at += 4;
      const element = own ? number - 0x8000 : inBytes && fields.length < scopes ? scopeOfVersion9 : number;
      fields.push({ element, enterprise, length });
    }
    if (fields.length > 0) templates.push({ id, fields, scopes: options ? scopes : null, shortest: shortest(fields) });
  }
  return { templates };
}

const cut = 'a template that is cut short';

function shortest(fields: readonly Field[]): number {
  return fields.reduce((all, { length }) => all + (length === variable ? 1 : length), 0);
}

const field = (element: number, length: number): Field => ({ element, enterprise: 0, length });
const filler = (length: number): Field => field(210, length);
const version5 = [
  ...[field(8, 4), field(12, 4), field(15, 4), field(10, 2), field(14, 2), field(2, 4), field(1, 4), field(22, 4)],
  ...[field(21, 4), field(7, 2), field(11, 2), filler(1), field(6, 1), field(4, 1), field(5, 1), field(16, 2)],
  ...[field(17, 2), field(9, 1), field(13, 1), filler(2)],
];
/** The records of NetFlow 5, which has no templates. */
export const templateOfVersion5: Template = { id: 0, fields: version5, scopes: null, shortest: shortest(version5) };
