/** What a figure of bytes is of, by the last word of its source (NetworkFlows.BytesSource). */
const layers: Readonly<Record<string, (counter: string) => string>> = {
  payload: (counter) => `payload, counted by ${counter}`,
  partial: (counter) => `payload from where the connection was met under way, counted by ${counter}`,
  ip: (counter) => `estimated from IP packets by ${counter}`,
  frame: (counter) => `estimated from Ethernet frames by ${counter}`,
  sampled: (counter) => `estimated from a sample of the packets by ${counter}`,
  rounded: (counter) => `rounded by ${counter}`,
  http: (counter) => `with the headers of HTTP, counted by ${counter}`,
  bytes: (counter) => `counted by ${counter}, which does not say of what`,
};

/** Who counted bytes, and what: `payload, counted by zeek`; `estimated from IP packets by aws-vpc and azure`. Empty where
 *  no source is told. */
export function countedText(sources: readonly string[]): string {
  const parts = sources.map((source) => {
    const [, counter = '', layer = ''] = /^(.+)-(\w+)$/.exec(source) ?? [];
    return { source, counter, words: layers[layer] };
  });
  const groups = Map.groupBy(parts, ({ words, source }) => words ?? source);
  return [...groups.values()]
    .map((group) => {
      const [{ words, source } = { words: undefined, source: '' }] = group;
      return words === undefined
        ? (alone[source] ?? `counted by ${source}`)
        : words(group.map(({ counter }) => counter).join(' and '));
    })
    .join('; ');
}

const alone: Readonly<Record<string, string>> = {
  endpoint: 'counted by the endpoint',
  bodies: 'the bodies alone, seen in clear text',
};
