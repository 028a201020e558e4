import { execFileSync, spawnSync } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { InputReport } from '../../packages/weir/src/model/input.ts';
import { networkFlows } from '../../packages/weir/src/tables/index.ts';
import { withFiles, withFolder, withIntake, writeFiles } from '../intake/intake.ts';

const line = (uid: string): string =>
  `{"ts":1773130530.25,"uid":"${uid}","id.orig_h":"10.0.0.5","id.orig_p":50001,"id.resp_h":"203.0.113.9","id.resp_p":443,"proto":"tcp","conn_state":"SF","orig_bytes":7}\n`;
const good = line('Cgood');

/** Reads a bad file beside a good one: whatever happens to it, the good one is read. */
async function beside(content: string | Uint8Array, check: (bad: InputReport, rejects: readonly string[]) => void) {
  await withFiles({ 'a-bad.log': content, 'b-good.log': good }, async ({ inputs, rejects }) => {
    expect(inputs[1]).toMatchObject({ rows: 1, complete: true });
    const [bad] = inputs;
    if (bad)
      check(
        bad,
        rejects.map((reject) => `${reject.line} ${reject.reason}`),
      );
  });
}

describe('a file that cannot be read is listed with what to do, and the others are read', () => {
  const many = Array.from({ length: 5000 }, (_, at) => line(`C${at}`)).join('');
  const packed = gzipSync(many);

  const bad: readonly [what: string, content: string | Uint8Array, reason: RegExp][] = [
    ['of an unknown format', 'once upon a time\nthere was a log\n', /of no format that Weir knows; see weir sources/],
    ['empty', '', /is empty/],
    ['of blanks only', ' \n\t\r\n', /nothing but blanks/],
    ['binary', Uint8Array.from({ length: 5000 }, (_, at) => (at * 7919) % 251), /binary data/],
    ['in UTF-16 without a mark', Buffer.from(good, 'utf16le'), /UTF-16 without a mark/],
    ['a zip archive', Buffer.from('PK\u0003\u0004abc'), /zip archive; unpack it/],
    ['a packet capture', Uint8Array.of(0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0), /run Zeek over it/],
    [
      'gzip that is broken from the start',
      Uint8Array.of(0x1f, 0x8b, 9, 9, 9, 9, 9, 9),
      /can be unpacked .*get a whole copy/,
    ],
    ['gzip cut before its first byte of content', packed.subarray(0, 12), /can be unpacked .*get a whole copy/],
    [
      'zstd that is broken',
      Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0xff, 0xff, 0xff, 0xff),
      /can be unpacked .*get a whole copy/,
    ],
    ['packed twice', gzipSync(gzipSync(good)), /compressed twice; unpack it first/],
    ['Parquet cut short', Buffer.from('PAR1 and then nothing'), /Parquet file that cannot be read/],
  ];

  it('whatever is wrong with it', async () => {
    const files = Object.fromEntries(bad.map(([what, content]) => [what, content]));
    await withFiles({ ...files, good }, async ({ inputs, rows }) => {
      for (const [at, [what, , reason]] of bad.entries()) {
        expect(inputs[at], what).toMatchObject({ format: null, records: 0, complete: false });
        expect(inputs[at]?.reason, what).toMatch(reason);
      }
      expect(inputs.at(-1)).toMatchObject({ rows: 1, complete: true });
      expect(await rows(networkFlows, '"FlowId"')).toEqual(['Cgood']);
    });
  });

  it('text in UTF-16 with a mark is read, in either order of bytes, and told where it ends within a character', async () => {
    const little = Buffer.from(`\ufeff${many}`.replaceAll('\n', '\r\n'), 'utf16le');
    const big = Buffer.from(`\ufeff${good}`, 'utf16le').swap16();
    const files = { little, big, packed: gzipSync(little), cut: little.subarray(0, -1) };
    await withFiles(files, async ({ inputs }) => {
      expect(inputs.map(({ rows, complete }) => [rows, complete])).toEqual([
        [5000, true],
        [1, true],
        [5000, true],
        [5000, false],
      ]);
      expect(inputs[3]?.reason).toMatch(/half a character of UTF-16 at its end/);
    });
  });

  it('what is too much for the memory of the engine', async () => {
    const text =
      '#separator \\x09\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.resp_h\n1.0\tC\t10.0.0.5\t203.0.113.9\n';
    const files = { 'a.json': good, 'b.log': text };
    // The engine's buffers for JSON alone are larger than this.
    await withFiles(
      files,
      async ({ inputs }) =>
        expect(inputs).toMatchObject([
          { format: null, rows: 0, complete: false, reason: expect.stringContaining('for want of memory') },
          { format: 'zeek-tsv conn', rows: 1, complete: true },
        ]),
      { memoryMb: 60 },
    );
  });

  it('gzip and zstd are read as they are', async () => {
    await withFiles(
      { 'a.gz': packed, 'b.zst': zstdCompressSync(good), 'c.log': Buffer.concat([gzipSync(good), gzipSync(good)]) },
      async ({ inputs }) => {
        expect(inputs.map(({ rows, complete }) => [rows, complete])).toEqual([
          [5000, true],
          [1, true],
          [2, true],
        ]);
      },
    );
  });

  it('gzip that is cut gives what came before, and is not complete', async () => {
    await beside(packed.subarray(0, packed.length - 2000), (bad) => {
      expect(bad.rows).toBeGreaterThan(100);
      expect(bad).toMatchObject({ complete: false });
      expect(bad.reason).toMatch(/ends early .*what came before is used/);
    });
  });

  it('JSON that ends inside its array gives what came before, and is not complete', async () => {
    await beside(`[${good},${good.slice(0, -20)}`, (bad, rejects) => {
      expect(bad).toMatchObject({ records: 2, rows: 1, rejects: 1, complete: false });
      expect(rejects).toEqual(['2 the file ends inside the record']);
    });
  });
});

describe('a record that cannot be read costs no other, and is kept with its line', () => {
  it.each<[string, string | Uint8Array, string]>([
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), 'not valid UTF-8'],
    ['a zero byte', '{"ts":"\0"}', 'a zero byte in the text'],
    ['no JSON', '{"ts":', 'not valid JSON'],
    ['no object', '[1]', 'not a JSON object'],
    ['a key twice', good.trim().replace('{', '{"uid":"C0",'), 'the key "uid" stands in it twice'],
    [
      'half a surrogate pair as its time',
      '{"ts":"\\ud800","uid":"C"}',
      'the time (ts) is neither seconds since 1970 nor an ISO 8601 time',
    ],
    [
      'numbers beyond all bounds',
      good.trim().replace('1773130530.25', '1e300'),
      'the time (ts) is neither seconds since 1970 nor an ISO 8601 time',
    ],
  ])('%s', async (_, text, reason) => {
    const bytes = Buffer.concat([
      Buffer.from(line('C1')),
      Buffer.from(text),
      Buffer.from('\n'),
      Buffer.from(line('C2')),
    ]);
    await beside(bytes, (bad, rejects) => {
      expect(bad).toMatchObject({ format: 'zeek-json conn', records: 3, rows: 2, rejects: 1, complete: true });
      expect(rejects).toEqual([`2 ${reason}`]);
    });
  });

  it('JSON nested a million deep', async () => {
    const deep = `{"ts":1,"uid":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`;
    await beside(`${line('C1')}${deep}\n`, (bad) => expect(bad).toMatchObject({ records: 2, complete: true }));
  });

  it('a line of 100 MB, in bounded memory', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'long.log');
      const parts = function* (): Generator<string> {
        yield line('C1');
        yield '{"ts":"';
        for (let at = 0; at < 100; at += 1) yield 'x'.repeat(1_000_000);
        yield `"}\n${line('C2')}`;
      };
      await pipeline(Readable.from(parts()), createWriteStream(path));
      const before = process.memoryUsage().rss;
      await withIntake([path], async ({ inputs, rejects }) => {
        expect(inputs[0]).toMatchObject({ records: 3, rows: 2, rejects: 1, complete: true });
        expect(rejects[0]).toMatchObject({ line: 2, reason: 'the record is too long (over 16 MB)' });
        expect(rejects[0]?.text.length).toBeLessThan(5000);
      });
      expect(process.memoryUsage().rss - before).toBeLessThan(500e6);
    });
  });
});

describe('paths', () => {
  it('of odd names are read', async () => {
    const names = [
      "it's.log",
      'a b.log',
      'new\nline.log',
      'star*.log',
      '[x]{y}?.log',
      'back\\slash.log',
      '~',
      'ts=1/x.log',
      '"q".log',
    ];
    await withFiles(Object.fromEntries(names.map((name, at) => [name, line(`C${at}`)])), async ({ inputs, rows }) => {
      expect(inputs.every(({ rows, complete }) => rows === 1 && complete)).toBe(true);
      expect((await rows(networkFlows, '"FlowId"')).length).toBe(names.length);
    });
  });

  it('of folders are walked, of globs matched, each file once', async () => {
    await withFolder(async (folder) => {
      await writeFiles(folder, { 'logs/a.log': line('C1'), 'logs/deep/b.log': line('C2'), 'logs/.hidden': 'x' });
      await symlink('..', join(folder, 'logs/deep/up'));
      await symlink('a.log', join(folder, 'logs/again.log'));
      await symlink('nowhere', join(folder, 'logs/dangling'));
      const named = ['logs', 'logs/*.log', 'logs/*.none', 'missing.log'].map((name) => join(folder, name));
      await withIntake(named, async ({ inputs }) => {
        const told = inputs.map(({ path, rows, reason }) => [path.slice(folder.length + 1), reason ?? rows]);
        expect(told).toEqual([
          ['logs/a.log', 1],
          ['logs/again.log', expect.stringMatching(/the same file as .*a\.log/)],
          ['logs/dangling', 'no such file or folder'],
          ['logs/deep/b.log', 1],
          ['logs/deep/up', 'a link that leads back to a folder above it'],
          ['logs/a.log', expect.stringMatching(/the same file as/)],
          ['logs/again.log', expect.stringMatching(/the same file as/)],
          ['logs/*.none', 'the pattern matches no file'],
          ['missing.log', 'no such file or folder'],
        ]);
      });
    });
  });

  it('of an empty folder are no quiet success', async () => {
    await withFolder(async (folder) => {
      await mkdir(join(folder, 'empty/below'), { recursive: true });
      await withIntake([join(folder, 'empty')], async ({ inputs }) => {
        expect(inputs[0]).toMatchObject({ format: null, complete: false });
        expect(inputs[0]?.reason).toMatch(/no file in it/);
      });
    });
  });

  it('of a pipe, a socket and a device are not waited for', async () => {
    await withFolder(async (folder) => {
      const [pipe, socket] = [join(folder, 'pipe'), join(folder, 'socket')];
      execFileSync('mkfifo', [pipe]);
      const server = createServer().listen(socket);
      await withIntake([pipe, socket, '/dev/null'], async ({ inputs }) => {
        expect(inputs.map(({ reason }) => reason)).toEqual([
          'a named pipe; give its content on standard input with -',
          'a socket, not a file of records',
          'a device, not a file of records',
        ]);
      });
      server.close();
    });
  });

  it('of standard input are read once, plain or packed', async () => {
    for (const content of [good, gzipSync(good)]) {
      await withIntake(
        ['-', '-'],
        async ({ inputs }) => {
          expect(inputs[0]).toMatchObject({ path: '-', rows: 1, complete: true });
          expect(inputs[1]?.reason).toBe('standard input is read already');
        },
        { stdin: Readable.from([Buffer.from(content)]) },
      );
    }
  });
});

describe('a file that is gone', () => {
  it('before its turn comes is listed', async () => {
    await withFolder(async (folder) => {
      const [first, second] = await writeFiles(folder, { 'a.log': good, 'b.log': good });
      await withIntake(
        [folder],
        async ({ inputs }) => {
          expect(inputs[0]).toMatchObject({ path: first, rows: 1 });
          expect(inputs[1]).toMatchObject({
            path: second,
            format: null,
            reason: 'gone: it was there when the scan began',
          });
        },
        { onProgress: ({ path }) => void (path === first && rm(second ?? '')) },
      );
    });
  });

  it('while it is looked at is listed too', async () => {
    await withFolder(async (folder) => {
      const [path = ''] = await writeFiles(folder, { 'a.log': good });
      let gone: Promise<void> | undefined;
      const onProgress = (): void => {
        gone ??= rm(path);
      };
      await withIntake(
        [path],
        async ({ inputs }) => expect(inputs[0]).toMatchObject({ format: null, complete: false }),
        { onProgress },
      );
      await gone;
    });
  });
});

describe('weir scan', { timeout: 120_000 }, () => {
  const weir = new URL('../../packages/weir/bin/weir.mjs', import.meta.url).pathname;
  const run = (script: string, args: readonly string[]) =>
    spawnSync('bash', ['-c', script, 'bash', process.execPath, weir, ...args], { encoding: 'utf8' });
  const scan = 'node=$1; weir=$2; shift 2; "$node" "$weir" scan "$@" --format json';
  const read = `node=$1; shift 2; "$node" "${new URL('read.ts', import.meta.url).pathname}" "$@"`;

  it('exits 2 where nothing could be read, and says so in its result', async () => {
    await withFolder(async (folder) => {
      const { status, stdout } = run(scan, await writeFiles(folder, { 'a.log': '' }));
      expect(status).toBe(2);
      expect(JSON.parse(stdout)).toMatchObject({
        complete: false,
        findings: [],
        inputs: [{ format: null, records: 0 }],
      });
    });
  });

  const tls = (name: string): string =>
    `{"timestamp":"2026-03-10T08:15:30.000000+0000","flow_id":7,"event_type":"tls","src_ip":"10.0.0.5","src_port":50001,"dest_ip":"203.0.113.9","dest_port":443,"proto":"TCP","tls":{"sni":"${name}.larkfield.example"}}\n`;
  it.each([
    ['of one table', (name: string) => line(`C${name}`)],
    ['of several tables', tls],
  ])('stops on a full disk with records %s, names the folder and says TMPDIR', async (_what, record) => {
    await withFolder(async (folder) => {
      const records = Array.from({ length: 30_000 }, (_, at) =>
        record(`${at.toString(36)}${(at * 7919 * 31).toString(36)}`),
      );
      const paths = await writeFiles(folder, { 'a.log': records.join('') });
      const { status, stdout, stderr } = run(`ulimit -f 100; export TMPDIR="${folder}"; ${scan}`, paths);
      expect(stderr).toContain('the disk is full');
      expect(stderr).toContain(folder);
      expect(stderr).toContain('TMPDIR');
      // Names of folders are drawn, and may have the word in them.
      expect(stderr.replaceAll(/\/\S+/g, '')).not.toContain('bug');
      expect([status, stdout]).toEqual([2, '']);
    });
  });

  it('goes on where a packed input alone does not fit the disk', async () => {
    await withFolder(async (folder) => {
      const paths = await writeFiles(folder, { 'a.gz': gzipSync('x'.repeat(1_000_000)), 'b.log': good });
      const { stdout } = run(`ulimit -f 200; export TMPDIR="${folder}"; ${read}`, paths);
      const inputs = JSON.parse(stdout);
      expect(inputs[0].complete).toBe(false);
      expect(inputs[0].reason).toMatch(/the disk is full: .*TMPDIR/);
      expect(inputs[1]).toMatchObject({ rows: 1 });
    });
  });

  it('lists a file that it may not read', async () => {
    await withFolder(async (folder) => {
      const [secret = '', open = ''] = await writeFiles(folder, { 'a.log': good, 'b.log': good });
      await chmod(secret, 0);
      await chmod(folder, 0o777);
      const { stdout } = run(`export TMPDIR="${folder}" WEIR_TEST_WITHOUT_ROOT=1; ${read}`, [secret, open]);
      expect(JSON.parse(stdout)).toMatchObject([
        { reason: 'not readable: permission denied; run Weir as a user who may read it' },
        { rows: 1 },
      ]);
    });
  });

  it('names the rejects file that cannot be written', async () => {
    await withFolder(async (folder) => {
      const paths = await writeFiles(folder, { 'a.log': good });
      const rejectsFile = join(folder, 'no/such/folder');
      const read = withIntake(paths, async () => undefined, { withoutRejects: true, rejectsFile });
      await expect(read).rejects.toMatchObject({ code: 'REJECTS_UNWRITABLE', place: rejectsFile });
    });
  });
});

describe('progress', () => {
  it('tells the bytes of every input, of packed ones as they are on disk', async () => {
    await withFolder(async (folder) => {
      const packed = gzipSync(good.repeat(1000));
      const paths = await writeFiles(folder, { 'a.log': good, 'b.gz': packed, 'c.csv': 'x' });
      await writeFile(join(folder, 'd.json'), `[${good}]`);
      const seen = new Map<string, Set<number>>();
      await withIntake([...paths, join(folder, 'd.json')], async () => undefined, {
        onProgress: ({ path, bytesRead, bytesTotal }) => {
          expect(bytesRead).toBeLessThanOrEqual(bytesTotal);
          seen.set(path, (seen.get(path) ?? new Set()).add(bytesTotal));
        },
      });
      expect(seen.get(paths[0] ?? '')).toEqual(new Set([good.length]));
      expect(seen.get(paths[1] ?? '')).toContain(packed.length);
      expect(seen.has(join(folder, 'd.json'))).toBe(true);
    });
  });
});
