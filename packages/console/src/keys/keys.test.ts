import { afterAll, expect, test, vi } from 'vitest';
import { Keyboard } from './keys.ts';

vi.stubGlobal('Element', class {});
afterAll(() => vi.unstubAllGlobals());

function press(keyboard: Keyboard, key: string, more: object = {}): boolean {
  let prevented = false;
  const event = { key, timeStamp: 0, target: null, preventDefault: () => (prevented = true), ...more };
  keyboard.handle(event as unknown as KeyboardEvent);
  return prevented;
}

test('the latest map goes first, and what is taken away does nothing more', () => {
  const keyboard = new Keyboard();
  const done: string[] = [];
  keyboard.add({ j: () => done.push('list'), Escape: () => done.push('list') });
  const remove = keyboard.add({ j: () => done.push('page') });
  expect([press(keyboard, 'j'), press(keyboard, 'Escape'), press(keyboard, 'y')]).toEqual([true, true, false]);
  remove();
  press(keyboard, 'j');
  expect(done).toEqual(['page', 'list', 'list']);
});

test('two keys in a row, in time', () => {
  const keyboard = new Keyboard();
  const done: string[] = [];
  keyboard.add({ 'g a': () => done.push('go'), a: () => done.push('assign') });
  press(keyboard, 'g', { timeStamp: 0 });
  press(keyboard, 'a', { timeStamp: 500 });
  press(keyboard, 'a', { timeStamp: 600 });
  press(keyboard, 'g', { timeStamp: 700 });
  press(keyboard, 'a', { timeStamp: 1_800 });
  expect(done).toEqual(['go', 'assign', 'assign']);
});

test('shift is told of letters, and the browser keeps its own keys', () => {
  const keyboard = new Keyboard();
  const done: string[] = [];
  keyboard.add({ 'Shift+J': () => done.push('choose'), '?': () => done.push('help'), j: () => done.push('next') });
  press(keyboard, 'J', { shiftKey: true });
  press(keyboard, '?', { shiftKey: true });
  press(keyboard, 'j', { ctrlKey: true });
  expect(done).toEqual(['choose', 'help']);
});

test('single letters can be turned off, but for the help that turns them on', () => {
  const keyboard = new Keyboard();
  const done: string[] = [];
  keyboard.add({ j: () => done.push('j'), '?': () => done.push('?'), Escape: () => done.push('Escape') });
  keyboard.enabled = false;
  for (const key of ['j', '?', 'Escape']) press(keyboard, key);
  expect(done).toEqual(['?', 'Escape']);
});
