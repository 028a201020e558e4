/** A key of `keys` that a JSON object has twice: at its top, or in its member `inside` where that is given. JSON allows
 *  it and says not what it means. The text must be sound JSON. */
export function repeatedKey(text: string, keys: ReadonlySet<string>, inside?: string): string | undefined {
  const seen = [new Set<string>(), new Set<string>()];
  let depth = 0;
  let member = '';
  let isKey = false;
  for (let at = 0; at < text.length; at += 1) {
    switch (text[at]) {
      case '{':
        depth += 1;
        isKey = true;
        if (depth === 2) seen[1]?.clear();
        break;
      case '[':
        depth += 1;
        isKey = false;
        break;
      case '}':
      case ']':
        depth -= 1;
        break;
      case ',':
        isKey = true;
        break;
      case ':':
        isKey = false;
        break;
      case '"': {
        const end = endOfText(text, at);
        if (isKey && (depth === 1 || (depth === 2 && member === inside))) {
          const key: string = JSON.parse(text.slice(at, end + 1));
          if (depth === 1) member = key;
          const known = seen[depth - 1];
          if (known?.has(key) && (keys.has(key) || key === inside)) return key;
          known?.add(key);
        }
        at = end;
      }
    }
  }
  return undefined;
}

/** Where the quote is that closes the text whose opening quote is at `start`. */
function endOfText(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); ; at = text.indexOf('"', at + 1)) {
    let escapes = 0;
    while (text[at - 1 - escapes] === '\\') escapes += 1;
    if (escapes % 2 === 0) return at;
  }
}
