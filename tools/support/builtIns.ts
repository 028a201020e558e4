import { loadScripts } from '../../packages/kql/src/parse/scripts.node.ts';

/** A parameter of a built-in function, as Microsoft's parser declares it. */
export interface Parameter {
  readonly name: string;
  /** What it takes: a name of Microsoft's `ParameterTypeKind` (`Number`, `DynamicArray`…). */
  readonly kind: string;
  /** The types, where the kind is `Declared`. */
  readonly types: readonly string[];
  /** It must be known while compiling. */
  readonly constant: boolean;
  readonly values: readonly string[];
  readonly optional: boolean;
}

export interface BuiltIn {
  readonly name: string;
  /** An older spelling, or one that Microsoft hides. */
  readonly hidden: boolean;
  readonly signatures: readonly (readonly Parameter[])[];
}

export interface BuiltIns {
  readonly functions: readonly BuiltIn[];
  readonly aggregates: readonly BuiltIn[];
  readonly plugins: readonly string[];
}

interface Raw {
  readonly Name: string;
  readonly IsHidden: boolean;
  readonly Signatures: unknown;
}

interface RawParameter {
  readonly Name: string;
  readonly TypeKind: number;
  readonly ArgumentKind: number;
  readonly DeclaredTypes: unknown;
  readonly MinOccurring: number;
  readonly Values: unknown;
}

/** Everything built in, as the parser knows it, in order of name. */
export function builtIns(): BuiltIns {
  loadScripts();
  // biome-ignore lint/suspicious/noExplicitAny: the parser has no types for what it puts on globalThis
  const { Kusto, Bridge } = globalThis as any;
  const { Functions, Aggregates, PlugIns, GlobalState, Symbols } = Kusto.Language;
  // Its first use fills the lists.
  void GlobalState.Default;
  const all = <T>(sequence: unknown): T[] => {
    const items: T[] = [];
    if (sequence === null || sequence === undefined) return items;
    const enumerator = Bridge.getEnumerator(sequence);
    while (enumerator.moveNext()) items.push(enumerator.Current);
    return items;
  };
  const kinds = new Map(Object.entries(Symbols.ParameterTypeKind).map(([name, value]) => [value, name]));
  const constants = new Set(['Literal', 'LiteralNotEmpty', 'Constant'].map((name) => Symbols.ArgumentKind[name]));
  const parameter = (raw: RawParameter): Parameter => ({
    name: raw.Name,
    kind: kinds.get(raw.TypeKind) ?? 'Any',
    types: all<{ readonly Name: string }>(raw.DeclaredTypes).map((type) => type.Name),
    constant: constants.has(raw.ArgumentKind),
    values: all<unknown>(raw.Values).map(String),
    optional: raw.MinOccurring === 0,
  });
  const builtIn = (raw: Raw): BuiltIn => ({
    name: raw.Name,
    hidden: raw.IsHidden,
    signatures: all<{ readonly Parameters: unknown }>(raw.Signatures).map((signature) =>
      all<RawParameter>(signature.Parameters).map(parameter),
    ),
  });
  const sorted = (raw: unknown): BuiltIn[] =>
    all<Raw>(raw)
      .filter(({ Name }) => !Name.startsWith('_'))
      .map(builtIn)
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    functions: sorted(Functions.All),
    aggregates: sorted(Aggregates.All),
    plugins: sorted(PlugIns.All).map(({ name }) => name),
  };
}
