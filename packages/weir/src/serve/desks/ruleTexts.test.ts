import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AppendFile, Disk } from '../../disk/disk.ts';
import { nodeDisk } from '../../disk/nodeDisk.ts';
import { Library } from '../../schedule/library.ts';
import { Store } from '../../store/store.ts';
import { readTrail } from '../../store/trail.ts';
import { schemaWith } from '../../tables/watchlists.ts';
import { checkRule } from './ruleCheck.ts';
import { ruleFolders } from './ruleFolders.ts';
import { RuleTexts } from './ruleTexts.ts';

const id = '4b1f0c9e-0000-4000-8000-000000000001';
const other = '4b1f0c9e-0000-4000-8000-000000000002';
const rule = (bytes: number | string, { of = id, name = 'Much left' } = {}) => `id: ${of}
name: ${name}
kind: Scheduled
severity: Medium
description: What is told.
queryFrequency: 5m
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics: [Exfiltration]
relevantTechniques: [T1567]
version: 1.0.0
query: |
  let Done = dynamic(["ConnectionSuccess", "ConnectionSuccessAggregatedReport", "ConnectionRequest"]);
  DeviceNetworkEvents
  | where EvidenceTime > ago(1h) and ActionType in (Done) and BytesSent > ${bytes}
  | project EvidenceTime, DeviceName, InitiatingProcessFileName, Service, BytesSent
weir:
  needs: [bytes]
`;

let home: string;
let store: Store;
const now = 638_000_000_000_000_000n;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'weir-texts-'));
  store = Store.open(join(home, 'weir.db'));
  await mkdir(join(home, 'own/much'), { recursive: true });
  await mkdir(join(home, 'kept'));
  await writeFile(join(home, 'own/much/rule.yaml'), rule(100));
  await writeFile(join(home, 'own/much/guide.yaml'), 'means: Much.\n');
});
afterEach(async () => {
  store.close();
  await chmod(join(home, 'kept'), 0o700);
  await rm(home, { recursive: true, force: true });
});

const hosts = {
  hasPublicSuffix: () => true,
  isPublicSuffix: () => false,
  services: [],
  serviceOf: () => undefined,
} as unknown as Parameters<typeof checkRule>[1]['hosts'];
const act = (actor: string) => ({ actor, at: now });
const refused = (code: string, more: object = {}) => expect.objectContaining({ code, ...more });

/** The desk of a service that starts now. `paths` are the config's. */
async function started({ disk = nodeDisk as Disk, paths = [join(home, 'kept')], kept = store } = {}) {
  const places = { paths, own: join(home, 'own'), home: join(home, 'rules') };
  const library = new Library({ ...places, exceptions: undefined, basis: () => '' });
  const troubles: unknown[] = [];
  const texts = new RuleTexts({
    ...{ store: kept, disk, home, library, folders: ruleFolders(places), now: () => now },
    read: async () => void (await library.reload(now)),
    check: async (text) => checkRule(text, { hosts, schema: schemaWith([]) }),
    onTrouble: (error) => troubles.push(error),
  });
  await texts.reload();
  return { texts, library, troubles };
}

let written = 0;
/** Writes a file so that its time is another, however fast the test is. */
async function write(path: string, text: string): Promise<void> {
  await writeFile(join(home, path), text);
  written += 1;
  await utimes(join(home, path), written, written);
}
const read = (path: string) => readFile(join(home, path), 'utf8');
const runs = ({ rules }: Library) => rules.map((each) => /BytesSent > (\d+)/.exec(each.rule.query)?.[1]);

test('a save is the file, a version and what runs, at once; the trail says who, and why', async () => {
  await write('kept/a.yaml', rule(1));
  await chmod(join(home, 'kept/a.yaml'), 0o640);
  const { texts, library } = await started();
  expect((await texts.versions(id)).versions).toMatchObject([{ number: 1, by: null, origin: 'file', problem: '' }]);
  const saved = await texts.save(id.toUpperCase(), { yaml: rule(2), base: 1, reason: 'too loud' }, act('ana'));
  expect(saved).toMatchObject({ number: 2, by: 'ana', origin: 'page', reason: 'too loud', problem: '', at: now });
  expect(await read('kept/a.yaml')).toBe(rule(2));
  expect((await stat(join(home, 'kept/a.yaml'))).mode & 0o777).toBe(0o640);
  expect(await readdir(join(home, 'kept'))).toEqual(['a.yaml']);
  expect(runs(library)).toEqual(['2']);
  expect(texts.version(id, 1).text).toBe(rule(1));
  expect(texts.version(id, 2).text).toBe(rule(2));
  expect(() => texts.version(id, 3)).toThrow(refused('RULE_VERSION_UNKNOWN'));
  expect(readTrail(store, { limit: 9 })).toMatchObject([
    { actor: 'ana', action: 'rule.save', subject: id, details: { version: 2, base: 1, reason: 'too loud' } },
  ]);
  // A start adds nothing.
  expect((await (await started()).texts.versions(id)).versions).toHaveLength(2);
});

test('who saves on a version that is not the latest is told who saved that, and nothing is lost', async () => {
  await write('kept/a.yaml', rule(1));
  const { texts } = await started();
  const both = await Promise.allSettled([
    texts.save(id, { yaml: rule(2), base: 1, reason: 'too loud' }, act('ana')),
    texts.save(id, { yaml: rule(3), base: 1, reason: 'too quiet' }, act('ben')),
  ]);
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect((both[1] as PromiseRejectedResult).reason).toMatchObject({
    code: 'RULE_VERSION_STALE',
    message: 'ana saved version 2 (too loud) after version 1, which this was made from',
  });
  expect(await read('kept/a.yaml')).toBe(rule(2));
  await texts.save(id, { yaml: rule(3), base: 2, reason: 'too quiet' }, act('ben'));
  expect((await texts.versions(id)).versions.map(({ by }) => by)).toEqual(['ben', 'ana', null]);
});

test('what somebody writes into the file is a version, and a save made before it is stale', async () => {
  await write('kept/a.yaml', rule(1));
  const { texts, library } = await started();
  await write('kept/a.yaml', rule(4));
  await expect(texts.save(id, { yaml: rule(2), base: 1, reason: 'why' }, act('ana'))).rejects.toThrow(
    refused('RULE_VERSION_STALE', { message: expect.stringContaining('somebody wrote into its file version 2') }),
  );
  expect(runs(library)).toEqual(['4']);
  expect(texts.version(id, 2)).toMatchObject({ by: null, origin: 'file', text: rule(4) });
  // What is broken runs as it was, and can be mended here.
  await write('kept/a.yaml', rule(5).replace('kind: Scheduled', 'kind: Hourly'));
  await texts.reload();
  expect((await texts.versions(id)).versions[0]).toMatchObject({ number: 3, problem: expect.stringContaining('3:1') });
  expect(runs(library)).toEqual(['4']);
  await texts.save(id, { yaml: rule(5), base: 3, reason: 'mended' }, act('ana'));
  expect(runs(library)).toEqual(['5']);
  expect(readTrail(store, { limit: 9 }).map(({ actor, action }) => [actor, action])).toEqual([
    ['weir', 'rule.file'],
    ['weir', 'rule.file'],
    ['ana', 'rule.save'],
  ]);
});

test.each([
  ['no YAML', 'id: [', '1:6'],
  ['no rule', rule(1).replace('severity: Medium', 'severity: Loud'), '4:1'],
  ['a query that does not compile', rule('Nothing'), '16:75'],
  [
    'a score that does not compile',
    `${rule(1)}  score: { base: 1, add: [{ because: x, when: Nope > 1, points: 1 }] }\n`,
    '20:',
  ],
  ['a query that looks less far back than it runs', rule(1).replace('queryPeriod: 1h', 'queryPeriod: 1m'), '7:1'],
  ['the id of another', rule(2, { of: other }), '1:1'],
  ['a file to be read as its guide', `${rule(2)}  guide: ../../../etc/hostname\n`, '20:3'],
])('%s is refused at its line, and nothing is written', async (_, yaml, place) => {
  await write('kept/a.yaml', rule(1));
  const { texts, library } = await started();
  const error = await texts.save(id, { yaml, base: 1, reason: 'why' }, act('ana')).catch((thrown) => thrown);
  expect(error).toMatchObject({ code: 'RULE_REFUSED', status: 422, place: expect.stringMatching(`^${place}`) });
  const { mistakes } = await texts.check({ yaml, of: id });
  expect(mistakes).toEqual(error.mistakes);
  const wrong = mistakes.find(({ severity }) => severity === 'error');
  expect(wrong?.place).toBe(error.place);
  expect(yaml.slice(0, wrong?.start).split('\n').length).toBe(Number(String(wrong?.place).split(':')[0]));
  expect(await read('kept/a.yaml')).toBe(rule(1));
  expect((await texts.versions(id)).versions).toHaveLength(1);
  expect(runs(library)).toEqual(['1']);
  expect(readTrail(store, { limit: 9 })).toEqual([]);
});

test('a check says what it would be, and what often goes wrong', async () => {
  const { texts } = await started({ paths: [] });
  expect(await texts.check({ yaml: rule(1), of: id })).toEqual({ rule: { id, name: 'Much left' }, mistakes: [] });
  const yaml = rule(1).replace('BytesSent > 1', 'BytesSent > 1 and RemoteUrl contains "mega.nz"');
  const { mistakes } = await texts.check({ yaml, of: null });
  expect(mistakes.map(({ severity }) => severity)).not.toContain('error');
  expect(mistakes.length).toBeGreaterThan(0);
  for (const { start = 0, end = 0 } of mistakes) expect(yaml.slice(start, end)).toMatch(/contains|mega/);
  await expect(texts.check({ yaml, of: 'none' })).rejects.toThrow(refused('RULE_UNKNOWN'));
});

describe('one of Weir’s own', () => {
  test('is hidden by the home’s with its id, which has its guide; what Weir brings anew stays hidden', async () => {
    const { texts, library } = await started({ paths: [] });
    expect(await texts.versions(id)).toMatchObject({
      versions: [{ number: 1, origin: 'shipped' }],
      ...{ place: 'rules/much/rule.yaml', fixed: '' },
    });
    await texts.save(id, { yaml: rule(7), base: 1, reason: 'ours is louder' }, act('ana'));
    expect(await read('own/much/rule.yaml')).toBe(rule(100));
    expect(await read('rules/much/rule.yaml')).toBe(rule(7));
    expect(runs(library)).toEqual(['7']);
    expect(library.rules[0]?.rule.guide).toBe(join(home, 'own/much/guide.yaml'));
    expect(library.troubles).toEqual([]);
    await write('own/much/rule.yaml', rule(101));
    await texts.reload();
    expect(runs(library)).toEqual(['7']);
    await texts.save(id, { yaml: rule(8), base: 2, reason: 'and louder' }, act('ana'));
    expect(await read('rules/much/rule.yaml')).toBe(rule(8));
    // Taken away by hand, Weir's own is back.
    await rm(join(home, 'rules/much'), { recursive: true });
    await texts.reload();
    expect(runs(library)).toEqual(['101']);
    expect((await texts.versions(id)).versions[0]).toMatchObject({ number: 4, origin: 'shipped', by: null });
  });

  test('that is hidden by a broken file runs as that file last said', async () => {
    const { texts, library } = await started({ paths: [] });
    await texts.save(id, { yaml: rule(7), base: 1, reason: 'ours' }, act('ana'));
    await write('rules/much/rule.yaml', 'id: [');
    await texts.reload();
    expect(runs(library)).toEqual(['7']);
    expect(library.troubles.map(({ code }) => code)).toEqual(['YAML_INVALID']);
  });

  test('goes into the first folder that the config names', async () => {
    const paths = [join(home, 'own'), join(home, 'kept')];
    await write('kept/b.yaml', rule(3, { of: other }));
    const { texts } = await started({ paths });
    expect((await texts.versions(id)).place).toBe('kept/much/rule.yaml');
    expect((await texts.versions(other)).place).toBe('kept/b.yaml');
    const alone = await started({ paths: [join(home, 'own')] });
    expect((await alone.texts.versions(id)).fixed).toMatch(/names no folder/);
    await expect(alone.texts.save(id, { yaml: rule(7), base: 1, reason: 'why' }, act('ana'))).rejects.toThrow(
      refused('RULE_FIXED'),
    );
  });
});

describe('a copy of one of Weir’s own', () => {
  const copied = async () => {
    const { texts, ...rest } = await started({ paths: [] });
    await texts.save(id, { yaml: rule(7), base: 1, reason: 'ours is louder' }, act('ana'));
    return { texts, ...rest };
  };

  test('says what it hides; one goes back to the shipped rule as a version, and back from that', async () => {
    const { texts, library } = await copied();
    expect([...texts.copies()]).toEqual([[id, { isOutdated: false }]]);
    expect(texts.shipped(id)).toEqual({ text: rule(100), before: rule(100), own: rule(7) });
    const back = (base: number) => texts.back(id.toUpperCase(), { base, reason: 'no need' }, act('ben'));
    await expect(back(1)).rejects.toThrow(refused('RULE_VERSION_STALE'));
    expect(await back(2)).toMatchObject({ number: 3, by: 'ben', reason: 'no need', origin: 'page' });
    expect(texts.version(id, 3)).toMatchObject({ text: rule(100), drops: join(home, 'rules/much/rule.yaml') });
    expect(await readdir(join(home, 'rules/much'))).toEqual([]);
    expect(runs(library)).toEqual(['100']);
    expect(library.troubles).toEqual([]);
    expect([...texts.copies()]).toEqual([]);
    expect(() => texts.shipped(id)).toThrow(refused('RULE_COPY_UNKNOWN'));
    await expect(back(3)).rejects.toThrow(refused('RULE_COPY_UNKNOWN'));
    await texts.save(id, { yaml: texts.version(id, 2).text, base: 3, reason: 'as version 2 again' }, act('ana'));
    expect(await read('rules/much/rule.yaml')).toBe(rule(7));
    expect(runs(library)).toEqual(['7']);
    expect((await texts.versions(id)).versions.map(({ by, drops }) => [by, drops !== null])).toEqual([
      ...[
        ['ana', false],
        ['ben', true],
        ['ana', false],
        [null, false],
      ],
    ]);
    expect(readTrail(store, { limit: 9 }).map(({ actor, action }) => [actor, action])).toEqual([
      ...[
        ['ana', 'rule.save'],
        ['ben', 'rule.back'],
        ['ana', 'rule.save'],
      ],
    ]);
    // A start adds nothing, and knows the copy.
    const again = await started({ paths: [] });
    expect((await again.texts.versions(id)).versions).toHaveLength(4);
    expect([...again.texts.copies()]).toEqual([[id, { isOutdated: false }]]);
  });

  test('is outdated where Weir ships another text, until somebody keeps it or goes back', async () => {
    const { texts } = await copied();
    await write('own/much/rule.yaml', rule(101));
    const { texts: later, library } = await started({ paths: [] });
    expect([...later.copies()]).toEqual([[id, { isOutdated: true }]]);
    expect(later.shipped(id)).toEqual({ text: rule(101), before: rule(100), own: rule(7) });
    // A change of one's own says nothing of what Weir changed.
    await later.save(id, { yaml: rule(8), base: 2, reason: 'louder' }, act('ana'));
    expect([...later.copies()]).toEqual([[id, { isOutdated: true }]]);
    await expect(later.seen(id, rule(100), act('ana'))).rejects.toThrow(refused('RULE_SHIPPED_STALE'));
    await later.seen(id, rule(101), act('ana'));
    expect([...later.copies()]).toEqual([[id, { isOutdated: false }]]);
    expect(runs(library)).toEqual(['8']);
    await write('own/much/rule.yaml', rule(102));
    await texts.reload();
    expect([...texts.copies()]).toEqual([[id, { isOutdated: true }]]);
    await texts.back(id, { base: 3, reason: 'theirs is better' }, act('ana'));
    expect(texts.version(id, 4).text).toBe(rule(102));
    // A new copy is made from what ships then.
    await texts.save(id, { yaml: rule(9), base: 4, reason: 'louder' }, act('ana'));
    expect([...texts.copies()]).toEqual([[id, { isOutdated: false }]]);
    expect(readTrail(store, { limit: 9 }).map(({ action }) => action)).toContain('rule.keep');
  });

  test('that is broken at a start is held against what it was made from once it is mended', async () => {
    await copied();
    await write('own/much/rule.yaml', rule(101));
    await write('rules/much/rule.yaml', 'id: [');
    const { texts, library } = await started({ paths: [] });
    expect(runs(library)).toEqual(['101']);
    await texts.reload();
    await write('rules/much/rule.yaml', rule(7));
    await texts.reload();
    expect(runs(library)).toEqual(['7']);
    expect([...texts.copies()]).toEqual([[id, { isOutdated: true }]]);
    expect(texts.shipped(id)).toMatchObject({ text: rule(101), before: rule(100) });
  });

  test('that was there before anybody looked counts as made from what shipped then', async () => {
    await mkdir(join(home, 'rules'));
    await write('rules/mine.yaml', rule(7));
    const { texts } = await started({ paths: [] });
    expect([...texts.copies()]).toEqual([[id, { isOutdated: false }]]);
    await write('own/much/rule.yaml', rule(101));
    await texts.reload();
    expect(texts.shipped(id)).toMatchObject({ text: rule(101), before: rule(100) });
    await texts.back(id, { base: 1, reason: 'no need' }, act('ana'));
    expect(await readdir(join(home, 'rules'))).toEqual([]);
  });

  test('of a home of before copies were known is held against what it was made from', async () => {
    const { texts } = await copied();
    store.statement('DELETE FROM rule_copy').run();
    await write('own/much/rule.yaml', rule(101));
    await texts.reload();
    expect(texts.shipped(id)).toMatchObject({ text: rule(101), before: rule(100) });
    expect([...texts.copies()]).toEqual([[id, { isOutdated: true }]]);
  });

  test('stays where it is the last rule of a folder that the config names, which would be refused', async () => {
    await write('kept/a.yaml', rule(7));
    const paths = [join(home, 'kept'), join(home, 'own')];
    const { texts, library } = await started({ paths });
    const back = () => texts.back(id, { base: 1, reason: 'no need' }, act('ana'));
    await expect(back()).rejects.toThrow(refused('RULE_FIXED', { advice: expect.stringContaining('take it out') }));
    expect(await read('kept/a.yaml')).toBe(rule(7));
    await write('kept/b.yaml', rule(3, { of: other }));
    await back();
    expect(runs(library)).toEqual(['3', '100']);
    expect(library.troubles).toEqual([]);
  });

  test('a rule that hides none is no copy, and one that shares its file is not dropped here', async () => {
    await write('kept/a.yaml', rule(1, { of: other }));
    const { texts } = await started();
    expect([...texts.copies()]).toEqual([]);
    await expect(texts.back(other, { base: 1, reason: 'why' }, act('ana'))).rejects.toThrow(
      refused('RULE_COPY_UNKNOWN'),
    );
    await write(
      'kept/rules.yaml',
      JSON.stringify({ resources: [armRule(id), armRule('4b1f0c9e-0000-4000-8000-000000000003')] }),
    );
    const both = await started({ paths: [join(home, 'own'), join(home, 'kept')] });
    expect([...both.texts.copies()]).toEqual([[id, { isOutdated: false }]]);
    await expect(both.texts.back(id, { base: 1, reason: 'why' }, act('ana'))).rejects.toThrow(refused('RULE_FIXED'));
  });
});

test('a new rule gets a folder of its own; one with an id that is taken is refused', async () => {
  const { texts, library } = await started({ paths: [] });
  const made = await texts.create({ yaml: rule(9, { of: other, name: 'Mühl / ..' }), reason: 'a hunt' }, act('ana'));
  expect(made).toMatchObject({ rule: other, number: 1, by: 'ana' });
  expect(await read('rules/mu-hl/rule.yaml')).toContain('Mühl / ..');
  expect(runs(library)).toEqual(['9', '100']);
  const again = () => texts.create({ yaml: rule(9, { of: other }), reason: 'a hunt' }, act('ana'));
  await expect(again()).rejects.toThrow(refused('RULE_ID_EXISTS'));
  const third = '4b1f0c9e-0000-4000-8000-000000000003';
  await texts.create({ yaml: rule(9, { of: third, name: 'mu hl' }), reason: 'a hunt' }, act('ana'));
  expect((await readdir(join(home, 'rules'))).toSorted()).toEqual(['mu-hl', 'mu-hl-2']);
});

test('a file of several rules is changed where it is; a link stays one', async () => {
  await write('real.yaml', rule(1));
  await symlink(join(home, 'real.yaml'), join(home, 'kept/a.yaml'));
  const { texts } = await started();
  await texts.save(id, { yaml: rule(2), base: 1, reason: 'why' }, act('ana'));
  expect(await read('real.yaml')).toBe(rule(2));
  const template = { resources: [id, other].map((name) => armRule(name)) };
  await rm(join(home, 'kept/a.yaml'));
  await write('kept/rules.yaml', JSON.stringify(template));
  await texts.reload();
  expect((await texts.versions(other)).fixed).toMatch(/more than this one rule/);
  await expect(texts.save(other, { yaml: rule(2, { of: other }), base: 1, reason: 'why' }, act('ana'))).rejects.toThrow(
    refused('RULE_FIXED'),
  );
});

function armRule(name: string) {
  return {
    ...{ type: 'Microsoft.SecurityInsights/alertRules', kind: 'Scheduled', name },
    properties: {
      ...{ displayName: name, severity: 'Low', query: 'DeviceNetworkEvents', queryFrequency: 'PT1H' },
      ...{ queryPeriod: 'PT1H', triggerOperator: 'GreaterThan', triggerThreshold: 0, enabled: true },
    },
  };
}

describe('a disk that does not take it', () => {
  const failing = (face: Partial<Disk>): Disk => ({ ...nodeDisk, ...face });
  const full = () => Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }));
  const broken = () => Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO' }));

  test.each([
    ['is full', { openAppend: full }, 'DISK_FULL'],
    ['lets nobody write', { rename: broken }, 'RULE_UNWRITABLE'],
  ] as const)('that %s: it is told, and nothing is changed', async (_, face, code) => {
    await write('kept/a.yaml', rule(1));
    const { texts, library } = await started({ disk: failing(face) });
    await expect(texts.save(id, { yaml: rule(2), base: 1, reason: 'why' }, act('ana'))).rejects.toThrow(refused(code));
    expect(await readdir(join(home, 'kept'))).toEqual(['a.yaml']);
    expect(await read('kept/a.yaml')).toBe(rule(1));
    expect(runs(library)).toEqual(['1']);
    const { texts: again } = await started();
    expect((await again.versions(id)).versions).toHaveLength(1);
  });

  test('that does not confirm: it is told so, and ended when it does', async () => {
    await write('kept/a.yaml', rule(1));
    let isBroken = true;
    const disk = failing({ syncFolder: (path) => (isBroken ? broken() : nodeDisk.syncFolder(path)) });
    const { texts } = await started({ disk });
    const save = (base: number) => texts.save(id, { yaml: rule(2), base, reason: 'why' }, act('ana'));
    await expect(save(1)).rejects.toThrow(refused('RULE_BUSY'));
    await expect(save(1)).rejects.toThrow(refused('RULE_BUSY'));
    isBroken = false;
    await texts.reload();
    expect((await texts.versions(id)).versions).toMatchObject([{ number: 2, by: 'ana' }, { number: 1 }]);
    expect(readTrail(store, { limit: 9 }).map(({ actor, action }) => [actor, action])).toEqual([['ana', 'rule.save']]);
  });
});

describe('power that is lost at any step of a save', () => {
  /** A disk that stands still for ever at its nth step, and what a folder that was not synced loses then. */
  function dying(at: number) {
    let step = 0;
    const lost: (() => Promise<void>)[] = [];
    const opened = new Set<AppendFile>();
    const { promise: died, resolve: die } = Promise.withResolvers<false>();
    const next = async <Result>(work: () => Promise<Result>): Promise<Result> => {
      step += 1;
      if (step <= at) return work();
      die(false);
      return new Promise<never>(() => undefined);
    };
    const disk: Disk = {
      ...nodeDisk,
      makeFolder: (path) => next(() => nodeDisk.makeFolder(path)),
      openAppend: async (path) => {
        const file = await next(() => nodeDisk.openAppend(path));
        opened.add(file);
        return {
          append: async (parts) => {
            const bytes = Buffer.concat(parts);
            if (step + 1 > at) await file.append([bytes.subarray(0, bytes.length / 2)]);
            await next(() => file.append([bytes]));
            // Between writing and syncing.
            await next(async () => undefined);
          },
          close: async () => {
            opened.delete(file);
            await file.close();
          },
        };
      },
      rename: (path, to) =>
        next(async () => {
          const before = await readFile(to).catch(() => undefined);
          lost.push(() => (before === undefined ? rm(to) : writeFile(to, before)));
          await nodeDisk.rename(path, to);
        }),
      remove: (path) =>
        next(async () => {
          const before = await readFile(path).catch(() => undefined);
          if (before !== undefined) lost.push(() => writeFile(path, before));
          await nodeDisk.remove(path);
        }),
      syncFolder: (path) =>
        next(async () => {
          await nodeDisk.syncFolder(path);
          lost.length = 0;
        }),
    };
    const end = async () => {
      for (const file of opened) await file.close();
    };
    return { disk, lost, died, end };
  }
  const files = [
    ['a file of the home', ['kept'], rule(1), 'kept/a.yaml'],
    ['one of Weir’s own', [], undefined, 'rules/much/rule.yaml'],
  ] as const;
  const cases = files.flatMap(([what, ...of]) => [
    [`${what}, as the disk has it`, ...of, { isLost: false, isWritten: false }] as const,
    [`${what}, without what the folder had not kept`, ...of, { isLost: true, isWritten: false }] as const,
    [`${what}, into which somebody writes then`, ...of, { isLost: true, isWritten: true }] as const,
  ]);

  test.each(cases)('%s: the next start finds all of one text', async (_, names, text, file, { isLost, isWritten }) => {
    let isSaved = false;
    let at = 0;
    for (; !isSaved; at += 1) {
      await rm(join(home, 'rules'), { recursive: true, force: true });
      if (text !== undefined) await write(file, text);
      const path = join(home, `${at}.db`);
      const kept = Store.open(path);
      const paths = names.map((name) => join(home, name));
      const { disk, lost, died, end } = dying(at);
      const before = await started({ disk, paths, kept });
      const save = before.texts.save(id, { yaml: rule(2), base: 1, reason: 'why' }, act('ana')).then(() => true);
      isSaved = await Promise.race([save, died]);
      await end();
      if (isLost) for (const undo of lost) await undo();
      const isTheirs = isWritten && !isSaved;
      if (isTheirs) {
        await mkdir(join(home, file, '..'), { recursive: true });
        await write(file, rule(3));
      }
      kept.close();
      const again = Store.open(path);
      const { texts, library, troubles } = await started({ paths, kept: again });
      expect(troubles).toEqual([]);
      const bytes = isTheirs ? 3 : 2;
      expect(await read(file)).toBe(rule(bytes));
      expect(runs(library)).toEqual([String(bytes)]);
      expect((await texts.versions(id)).versions.map(({ by, origin }) => [by, origin])).toEqual([
        isTheirs ? [null, 'file'] : ['ana', 'page'],
        [null, text === undefined ? 'shipped' : 'file'],
      ]);
      again.close();
    }
    expect(at).toBeGreaterThan(5);
  });

  test.each([
    ['as the disk has it', { isLost: false, isWritten: false }],
    ['without what the folder had not kept', { isLost: true, isWritten: false }],
    ['into which somebody writes then', { isLost: true, isWritten: true }],
  ] as const)('a copy that is dropped, %s: the next start has one of both', async (_, { isLost, isWritten }) => {
    let isBack = false;
    let at = 0;
    const file = 'rules/much/rule.yaml';
    for (; !isBack; at += 1) {
      await rm(join(home, 'rules'), { recursive: true, force: true });
      const path = join(home, `back-${at}.db`);
      const kept = Store.open(path);
      await (await started({ paths: [], kept })).texts.save(id, { yaml: rule(7), base: 1, reason: 'ours' }, act('ana'));
      const { disk, lost, died, end } = dying(at);
      const before = await started({ disk, paths: [], kept });
      const back = before.texts.back(id, { base: 2, reason: 'why' }, act('ben')).then(() => true);
      isBack = await Promise.race([back, died]);
      await end();
      if (isLost) for (const undo of lost.toReversed()) await undo();
      const isTheirs = isWritten && !isBack;
      if (isTheirs) await write(file, rule(3));
      kept.close();
      const again = Store.open(path);
      const { texts, library, troubles } = await started({ paths: [], kept: again });
      expect(troubles).toEqual([]);
      expect(await read(file).catch(() => undefined)).toBe(isTheirs ? rule(3) : undefined);
      expect(runs(library)).toEqual([isTheirs ? '3' : '100']);
      expect((await texts.versions(id)).versions.map(({ by, drops }) => [by, drops !== null])).toEqual([
        isTheirs ? [null, false] : ['ben', true],
        ...[
          ['ana', false],
          [null, false],
        ],
      ]);
      expect(readTrail(again, { limit: 9 }).map(({ action }) => action)).toEqual([
        'rule.save',
        isTheirs ? 'rule.file' : 'rule.back',
      ]);
      again.close();
    }
    expect(at).toBeGreaterThan(1);
  });
});
