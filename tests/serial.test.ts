import { expect, test } from 'vitest';
import { nextSerial } from './serial.ts';

const first = nextSerial();

test('numbers begin anew in each file, whichever files ran before it in the same process', () => {
  expect(first).toBe(1);
});
