/** The one place of the console that reads the clock: milliseconds since 1970. */
export function present(): number {
  return Date.now();
}

/** An id that nobody else draws; also where the page came without TLS, so that the browser has no better one. */
export function drawnId(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The same as a GUID, as rules have. */
export function drawnGuid(): string {
  return drawnId().replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12})$/, '$1-$2-4$3-a$4-$5');
}
