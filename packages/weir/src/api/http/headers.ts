import type { MiddlewareHandler } from 'hono';

/** The console's own files and nothing else; no script in a page or an attribute. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Headers that every answer has. What the API says is kept nowhere. */
export function securityHeaders({ tls }: { readonly tls: boolean }): MiddlewareHandler {
  return async (context, next) => {
    await next();
    const set = (name: string, value: string) => context.res.headers.set(name, value);
    set('content-security-policy', policy);
    set('x-content-type-options', 'nosniff');
    set('x-frame-options', 'DENY');
    set('referrer-policy', 'no-referrer');
    set('cross-origin-opener-policy', 'same-origin');
    set('cross-origin-resource-policy', 'same-origin');
    set('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
    if (tls) set('strict-transport-security', 'max-age=31536000');
    if (context.req.path.startsWith('/api/')) set('cache-control', 'no-store');
  };
}
