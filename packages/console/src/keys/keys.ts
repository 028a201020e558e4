/** What keys do here: a key as the event tells it (`j`, `Enter`, `Shift+J`), and two in a row with a blank (`g a`). */
export type Keymap = Readonly<Record<string, (event: KeyboardEvent) => void>>;

/** How long the second key of two may take, in milliseconds. */
const pairWithin = 1_000;

/** Hands keys to maps, the latest that was added first; keys for a text field, a dialog or the browser stay theirs. */
export class Keyboard {
  readonly #maps: Keymap[] = [];
  #first: { readonly key: string; readonly at: number } | undefined;
  enabled = true;

  /** Gives what takes the map away again. */
  add(map: Keymap): () => void {
    this.#maps.unshift(map);
    return () => {
      this.#maps.splice(this.#maps.indexOf(map), 1);
    };
  }

  handle(event: KeyboardEvent): void {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTaken(event)) return;
    // A screen reader and a slip of the hand send single letters too: they can be turned off.
    if (!this.enabled && event.key.length === 1 && event.key !== '?') return;
    const key = nameOf(event);
    const pair =
      this.#first !== undefined && event.timeStamp - this.#first.at < pairWithin ? `${this.#first.key} ${key}` : key;
    const action = this.#find(pair) ?? this.#find(key);
    this.#first = this.#maps.some((map) => Object.keys(map).some((name) => name.startsWith(`${key} `)))
      ? { key, at: event.timeStamp }
      : undefined;
    if (action === undefined) return;
    event.preventDefault();
    action(event);
  }

  #find(key: string): Keymap[string] | undefined {
    return this.#maps.find((map) => Object.hasOwn(map, key))?.[key];
  }
}

function nameOf({ key, shiftKey }: KeyboardEvent): string {
  const isLetter = /^[a-z]$/i.test(key);
  return shiftKey && (isLetter || key.length > 1) ? `Shift+${isLetter ? key.toUpperCase() : key}` : key;
}

/** Whether the key belongs to what has the focus. */
function isTaken({ target, key }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  if (document.querySelector('dialog[open]') !== null) return true;
  if (target.closest('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], [data-own-keys]'))
    return true;
  return (key === 'Enter' || key === ' ') && target.closest('a, button, summary, input') !== null;
}
