import type { Support } from './support.ts';

/** The names that no call of compiles, as the module that completion reads. */
export function refusedModule({ plugins, aggregates, functions }: Support): string {
  const names = [...plugins, ...aggregates, ...functions].filter(({ isRefused }) => isRefused).map(({ name }) => name);
  return `/** Functions, aggregates and plug-ins that Microsoft's parser knows and that the compiler refuses whatever they are given.
 *  Written by \`npm run support\`. */
export const refused: ReadonlySet<string> = new Set([
${[...new Set(names)]
  .toSorted()
  .map((name) => `  '${name}',\n`)
  .join('')}]);
`;
}
