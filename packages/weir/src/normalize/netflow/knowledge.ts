import { type Part, recordsOf, samplingOf } from './record.ts';
import type { Template } from './template.ts';
import { type Header, type Visitor, walk } from './walk.ts';

/** What the exporters tell of their records, wherever it stands: templates, intervals of samplers, and the time at which they started. A datagram has no
 *  name of its exporter, so that what stands in a record's own file comes first, and that of other files counts only where
 *  they all say the same. */
export class Knowledge {
  readonly #files = new Map<string, Known>();
  readonly #shared: readonly string[];

  private constructor(shared: readonly string[]) {
    this.#shared = shared;
  }

  /** Learns from all of these files. */
  static async of(files: readonly string[]): Promise<Knowledge> {
    const knowledge = new Knowledge(files);
    for (const file of files) await knowledge.#learnTemplates(file);
    for (const file of files) await knowledge.#learnOptions(file);
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
    const own = this.#files.get(file)?.templates.get(key);
    const [first] = own ? own.values() : [];
    if (first) return first;
    const others = new Map(this.#others(file).flatMap(({ templates }) => [...(templates.get(key) ?? [])]));
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
    const own = this.#files.get(file)?.options.get(key);
    if (own !== undefined) return own;
    const others = new Set(this.#others(file).flatMap(({ options }) => options.get(key) ?? []));
    return others.size === 1 ? [...others][0] : undefined;
  }

  #others(file: string): Known[] {
    return this.#shared.filter((other) => other !== file).flatMap((other) => this.#files.get(other) ?? []);
  }

  async #learnTemplates(file: string): Promise<void> {
    const known: Known = { templates: new Map(), options: new Map() };
    this.#files.set(file, known);
    const template = (header: Header, found: Template): void => {
      const key = keyOf(header, found.id);
      const alike = known.templates.get(key) ?? new Map();
      alike.set(JSON.stringify(found), found);
      known.templates.set(key, alike);
    };
    await walk(file, { ...blind, template });
  }

  async #learnOptions(file: string): Promise<void> {
    const known = this.#files.get(file);
    const current = new Map<string, Template>();
    const template = (header: Header, found: Template): void => void current.set(keyOf(header, found.id), found);
    const data = (header: Header, id: number, set: Buffer, fixed?: Template): void => {
      const found = fixed ?? current.get(keyOf(header, id)) ?? this.template(file, header, id, set);
      if (typeof found === 'string' || found.scopes === null) return;
      for (const values of recordsOf(set, found)) {
        const interval = samplingOf(values);
        if (interval !== undefined) known?.options.set(keyOf(header, String(values.sampler ?? '')), interval);
        if (typeof values.started === 'number') known?.options.set(keyOf(header, startTime), values.started);
      }
    };
    await walk(file, { ...blind, template, data });
  }
}

interface Known {
  /** By version, source and number: the definitions, each once. */
  readonly templates: Map<string, Map<string, Template>>;
  /** Intervals by version, source and sampler, and the times at which exporters started. */
  readonly options: Map<string, number>;
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
