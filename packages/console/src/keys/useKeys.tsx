import { createContext, useContext, useEffect, useRef } from 'react';
import { Keyboard, type Keymap } from './keys.ts';

export const KeyboardContext = createContext(new Keyboard());

/** Adds keys while the view is there. */
export function useKeys(map: Keymap): void {
  const keyboard = useContext(KeyboardContext);
  const latest = useRef(map);
  latest.current = map;
  const names = Object.keys(map).join('\n');
  useEffect(() => {
    const entries = names.split('\n').map((name) => [name, (event: KeyboardEvent) => latest.current[name]?.(event)]);
    return keyboard.add(Object.fromEntries(entries) as Keymap);
  }, [keyboard, names]);
}
