import type { ParserDiagnostic } from './microsoft.ts';

/** Errors of Microsoft's binder for queries that the engine runs (kql.md 2.4). */
export function allowed(diagnostic: ParserDiagnostic, text: string): boolean {
  const before = text.slice(0, diagnostic.span.start);
  const at = text.slice(diagnostic.span.start, diagnostic.span.start + diagnostic.span.length);
  switch (diagnostic.code) {
    case 'KS107':
      // `count(x)` counts rows as `count()` does.
      return /^count\b/.test(at) || /\bcount\s*\(\s*$/.test(before);
    default:
      return false;
  }
}
