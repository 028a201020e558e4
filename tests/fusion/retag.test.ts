import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Catalogue } from '../../packages/weir/src/model/catalogue.ts';
import { deviceNetworkEvents } from '../../packages/weir/src/tables/index.ts';
import { at, catalogue } from './fused.ts';
import { batched, intakeOf, Living, later, type Told } from './living.ts';
import { crowded, world } from './worlds.ts';

const entry = {
  category: 'file-sharing',
  categories: ['file-sharing', 'code'],
  subTechnique: 'T1567.002',
  broad: false,
};

/** Another catalogue: it knows hosts and addresses that the first does not, no longer knows some that it did, and takes
 *  programs for others. */
function another(seed: number): Catalogue {
  const told = <Entry>(text: string, fresh: Entry, known: Entry | undefined): Entry | undefined =>
    [known, fresh, undefined][(text.length * 7 + (text.charCodeAt(0) || 0) + seed) % 3];
  return {
    ...catalogue,
    version: `another ${seed}`,
    matchHost: (host) => told(host, { ...entry, service: `Host ${seed}` }, catalogue.matchHost(host)),
    matchAddress: (ip) => told(ip, { ...entry, service: `Address ${seed}` }, catalogue.matchAddress(ip)),
    identify: (sighting) =>
      seed % 2 === 0
        ? catalogue.identify(sighting)
        : {
            program: `P ${seed}`,
            kind: 'browser',
            place: 'odd',
            renamed: true,
            services: [`Host ${seed}`],
            categories: [],
          },
  };
}

/** Rows that came in finished, some with tags of their own. */
const finished = fc.array(
  fc.record({
    day: fc.constantFrom(0, 3),
    RemoteHost: fc.constantFrom('', 'a.example.com'),
    Service: fc.constantFrom('', 'Own'),
    Program: fc.constantFrom('', 'own'),
  }),
  { maxLength: 3 },
);

test('law: told anew by another catalogue, all rows are as batch fusion tells them by it, whatever comes meanwhile', async () => {
  const seen = { changed: 0 };
  await fc.assert(
    fc.asyncProperty(
      crowded(world),
      crowded(world),
      finished,
      fc.nat(5),
      fc.boolean(),
      async (one, two, own, seed, more) => {
        const rows: Told[] = [
          ...own.flatMap(({ day, ...row }, n) =>
            later(
              [
                [
                  deviceNetworkEvents,
                  {
                    ...row,
                    EventId: `row:${n}`,
                    Timestamp: at('08:00:00'),
                    RemoteIP: '149.154.167.99',
                    InitiatingProcessFileName: 'rclone.exe',
                  },
                ],
              ],
              day,
            ),
          ),
          ...intakeOf(one),
          ...later(intakeOf(two), 5),
        ];
        const by = another(seed);
        const late = more ? rows.slice(-2) : [];
        const lived = await Living.with(async (living) => {
          expect(await living.retag()).toBe(false);
          await living.put(rows.slice(0, rows.length - late.length));
          await living.pass();
          await living.settle();
          living.restart(by);
          await living.retag();
          await living.put(late);
          while (await living.retag()) {
            await living.pass();
            await living.settle();
          }
          await living.pass();
          await living.settle();
          return living.tables();
        });
        const wanted = await batched(rows, by);
        expect(lived).toEqual(wanted);
        if (JSON.stringify(wanted, plain) !== JSON.stringify(await batched(rows), plain)) seen.changed += 1;
      },
    ),
    { numRuns: Number(process.env.WEIR_RUNS ?? 4), endOnFailure: true },
  );
  expect(seen.changed).toBeGreaterThan(0);
}, 300_000);

function plain(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? `${value}` : value;
}
