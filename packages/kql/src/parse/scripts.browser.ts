/** In a browser the page or its worker loads Microsoft's two scripts, which no bundler can take apart.
 *  @throws Error where it has not. */
export function loadScripts(): void {
  if ('Kusto' in globalThis) return;
  throw new Error(
    'The parser is not loaded: put bridge.min.js and Kusto.Language.Bridge.min.js of @kusto/language-service-next into <script> elements or importScripts first.',
  );
}
