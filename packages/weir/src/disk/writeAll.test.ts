import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeAll } from './writeAll.ts';

test('law: whatever each write takes, all is written once and in order', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.uint8Array({ maxLength: 9 })),
      fc.infiniteStream(fc.integer({ min: 1, max: 12 })),
      async (parts, takes) => {
        const written: number[] = [];
        const writev = async (given: readonly Uint8Array[]) => {
          const took = Buffer.concat(given).subarray(0, takes.next().value);
          written.push(...took);
          return { bytesWritten: took.length };
        };
        await writeAll({ writev }, parts);
        expect(written).toEqual(parts.flatMap((part) => [...part]));
      },
    ),
  ));

test('a write that takes nothing is no reason to try for ever', () =>
  expect(writeAll({ writev: async () => ({ bytesWritten: 0 }) }, [Buffer.from('a')])).rejects.toThrow('nothing'));
