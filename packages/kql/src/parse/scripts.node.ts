import { createRequire } from 'node:module';

/** Loads Microsoft's two scripts, which takes about half a second. */
export function loadScripts(): void {
  const require = createRequire(import.meta.url);
  require('@kusto/language-service-next/bridge.min.js');
  require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');
}
