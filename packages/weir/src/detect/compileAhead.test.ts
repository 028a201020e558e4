import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const fixture = fileURLToPath(new URL('compileAhead.fixture.ts', import.meta.url));

describe('compilingAhead', () => {
  it('gives rules what compiling them here gives, their mistakes too, and no query is parsed here; the next process has it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'weir-kept-'));
    const run = async () => JSON.parse((await promisify(execFile)(process.execPath, [fixture, folder])).stdout);
    const expected = {
      shape: 'general',
      kept: false,
      parsedHere: false,
      same: true,
      said: expect.stringMatching(/^unsound\.kql:1:29: .*Nowhere.*\(KS\d+\)$/),
      refused: 'refused',
    };
    expect(await run()).toEqual(expected);
    expect(await run()).toEqual({ ...expected, kept: true });
    await rm(folder, { recursive: true });
  });
});
