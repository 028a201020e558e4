import { type Part, recordsOf, samplingOf } from './record.ts';
import type { Template } from './template.ts';
import { type Header, type Visitor, walk } from './walk.ts';

/** What exporters tell of their records wherever it stands: templates, intervals of samplers, and when they started. A
 *  datagram has no name of its exporter, so that what stands in a record's own file comes first, and that of other files
 *  counts only where they all say the same. */
export class Knowledge {
  readonly #files = new Map<string, Known>();
  /** Of all files that were learned from together. */
  readonly #shared: Known = nothing();

  /** Learns from all of these files. */
  static async of(files: readonly string[]): Promise<Knowledge> {
    const knowledge = new Knowledge();
    for (const file of files) await knowledge.#learnTemplates(file, [knowledge.#shared]);
    for (const file of files) await knowledge.#learnOptions(file, [knowledge.#shared]);
    return knowledge;
  }

  /** Learns from a file that was not among those before, for its own records. */
  async learn(file: string): Promise<void> {
    if (this.#files.has(file)) return;
    await this.#learnTemplates(file);
    await this.#learnOptions(file);
  }

  /** The template of a data set that none before it in its file has; or why there is none. */
  template(file: string, header: Header, id: number, set: Buffer): Template | string {
    const key = keyOf(header, id);
    const [own] = this.#files.get(file)?.templates.get(key)?.values() ?? [];
    if (own) return own;
    const others = this.#shared.templates.get(key) ?? new Map<string, Template>();
    const [only] = others.values();
    const named = `template ${id} of source ${header.domain}`;
    if (!only) return `a data set whose ${named} is in none of the inputs`;
    if (others.size > 1)
      return `a data set whose ${named} is in other inputs, which differ: give Weir the files of one exporter`;
    const fits = set.length >= only.shortest && (only.fields.some(isVariable) || set.length % only.shortest < 4);
    return fits ? only : `a data set that ${named}, which is in another input, does not fit`;
  }

  /** What is told about a flow outside of its record. */
  told(file: string, header: Header, values: Values): Told {
    const { sampler } = values;
    const named = sampler !== undefined && sampler !== 0;
    const interval =
      samplingOf(values) ??
      header.sampling ??
      (named ? this.#option(file, header, sampler) : undefined) ??
      this.#option(file, header, '');
    const known = interval === undefined ? !named : true;
    return {
      sampling: !known ? undefined : (interval ?? 1) > 1 ? interval : null,
      started: this.#option(file, header, startTime),
    };
  }

  /** What options records tell for a sampler, or as the time of the start; undefined where nobody tells it. */
  #option(file: string, header: Header, name: unknown): number | undefined {
    const key = keyOf(header, String(name));
    const told = this.#files.get(file)?.options.get(key) ?? this.#shared.options.get(key);
    const [only] = told ?? [];
    return told?.size === 1 ? only : undefined;
  }

  async #learnTemplates(file: string, also: readonly Known[] = []): Promise<void> {
    const own = nothing();
    this.#files.set(file, own);
    const template = (header: Header, found: Template): void => {
      const key = keyOf(header, found.id);
      for (const { templates } of [own, ...also]) {
        const alike = templates.get(key) ?? new Map<string, Template>();
        templates.set(key, alike.set(JSON.stringify(found), found));
      }
    };
    await walk(file, { ...blind, template });
  }

  async #learnOptions(file: string, also: readonly Known[] = []): Promise<void> {
    const own = this.#files.get(file) ?? nothing();
    const current = new Map<string, Template>();
    const template = (header: Header, found: Template): void => void current.set(keyOf(header, found.id), found);
    const learn = (key: string, value: number | undefined): void => {
      if (value === undefined) return;
      for (const { options } of [own, ...also]) options.set(key, (options.get(key) ?? new Set()).add(value));
    };
    const data = (header: Header, id: number, set: Buffer, fixed?: Template): void => {
      const found = fixed ?? current.get(keyOf(header, id)) ?? this.template(file, header, id, set);
      if (typeof found === 'string' || found.scopes === null) return;
      for (const values of recordsOf(set, found)) {
        learn(keyOf(header, String(values.sampler ?? '')), samplingOf(values));
        learn(keyOf(header, startTime), typeof values.started === 'number' ? values.started : undefined);
      }
    };
    await walk(file, { ...blind, template, data });
  }
}

interface Known {
  /** By version, source and number: the definitions, each once. */
  readonly templates: Map<string, Map<string, Template>>;
  /** Intervals by version, source and sampler, and the times at which exporters started. */
  readonly options: Map<string, Set<number>>;
}

function nothing(): Known {
  return { templates: new Map(), options: new Map() };
}

const startTime = 'started';

export interface Told {
  /** One packet of how many was looked at: null where each was, as far as is known; undefined where not each was, and
   *  nobody tells more. */
  readonly sampling: number | null | undefined;
  /** When the exporter started, milliseconds since 1970. */
  readonly started: number | undefined;
}

type Values = Readonly<Partial<Record<Part, number | bigint | string>>>;

const blind: Visitor = { template: () => {}, data: () => {}, broken: () => {}, skipped: () => {} };

export function keyOf({ version, domain }: Header, id: number | string): string {
  return `${version}:${domain}:${id}`;
}

function isVariable({ length }: { length: number }): boolean {
  return length === 65535;
}
