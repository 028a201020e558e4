import { expect, test } from 'vitest';
import { knownFor, sent } from './figures.ts';

test.each([
  [{ bytesSent: 5_887_518_938, bytesKnown: 74, connections: 74 }, '5.5 GiB', 'all 74 connections'],
  [{ bytesSent: 2048, bytesKnown: 1, connections: 1 }, '2.0 KiB', '1 connection'],
  [{ bytesSent: '9007199254740993', bytesKnown: 3, connections: 2_000 }, 'at least 8.0 PiB', 'known for 3 of 2,000'],
  [{ bytesSent: null, bytesKnown: 0, connections: 4 }, 'unknown', 'no count for 4 connections'],
  [{ bytesSent: 0, bytesKnown: 4, connections: 4 }, '0 B', 'all 4 connections'],
])('%o', (counted, told, known) => {
  expect([sent(counted), knownFor(counted)]).toEqual([told, known]);
});
