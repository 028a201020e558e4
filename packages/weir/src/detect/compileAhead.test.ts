import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const fixture = fileURLToPath(new URL('compileAhead.fixture.ts', import.meta.url));

describe('compilingAhead', () => {
  it('gives rules what compiling them here gives, their mistakes too, and no query is parsed here', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [fixture]);
    expect(JSON.parse(stdout)).toEqual({
      shape: 'general',
      parsedHere: false,
      same: true,
      said: expect.stringMatching(/^unsound\.kql:1:29: .*Nowhere.*\(KS\d+\)$/),
      refused: 'refused',
    });
  });
});
