import { createRequire } from 'node:module';

/** Loads Microsoft's two scripts, which takes about half a second, unless the process started with them. */
export function loadScripts(): void {
  if ('Kusto' in globalThis) return;
  const require = createRequire(import.meta.url);
  require('@kusto/language-service-next/bridge.min.js');
  require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');
}

/** Where the two are, in the order in which they load. */
export function scriptFiles(): string[] {
  const { resolve } = createRequire(import.meta.url);
  return ['bridge.min.js', 'Kusto.Language.Bridge.min.js'].map((name) =>
    resolve(`@kusto/language-service-next/${name}`),
  );
}
