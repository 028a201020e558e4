import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lengthOf, sensorNames, simulate, tellAll } from '../../packages/weir/src/simulate/simulate.ts';
import type { Flow, Process, Question } from '../../packages/weir/src/simulate/story.ts';
import { hour } from '../../packages/weir/src/simulate/time.ts';
import { scenarios, wishesOf } from './planted.ts';

/** Everything that happens with a seed. */
function told(seed: number) {
  const flows: Flow[] = [];
  const processes: Process[] = [];
  const questions: Question[] = [];
  tellAll(wishesOf(seed), {
    flow: (flow) => flows.push(flow),
    started: (_, process) => processes.push(process),
    asked: (question) => questions.push(question),
  });
  return { planted: flows.filter(({ incident }) => incident !== null), flows, processes, questions };
}

const anySeed = fc.integer({ min: 0, max: 999_999_999 });

test('whatever the seed, what happens could happen', () => {
  fc.assert(
    fc.property(anySeed, (seed) => {
      const { planted, flows, processes, questions } = told(seed);
      const start = wishesOf(seed).start;
      expect(new Set(planted.map(({ incident }) => incident)).size).toBe(scenarios.length);
      expect(new Set(planted.map(({ device }) => device.name)).size).toBe(scenarios.length);
      for (const flow of planted) {
        expect(flow.process !== null && flow.process.created < flow.start, flow.incident ?? '').toBe(true);
        expect(flow.duration > 0 && flow.start >= start && flow.start < start + 60 * hour, flow.incident ?? '').toBe(
          true,
        );
        expect(Number.isSafeInteger(flow.sent) && flow.sent > 0 && flow.received >= 0).toBe(true);
        expect(flow.remotePort > 0 && flow.remotePort < 65_536 && flow.localPort < 65_536).toBe(true);
      }
      for (const { parent, created } of processes) expect(parent === null || parent.created <= created).toBe(true);
      for (const process of processes) expect(`${process.commandLine} ${process.program.folder}`).not.toMatch(/\$\{/);
      const ends = flows.map((flow) => [flow.localAddress, flow.localPort, flow.remoteAddress].join(' '));
      expect(new Set(ends).size).toBe(ends.length);
      for (const { host, answers } of questions) expect(`${host} ${answers}`).toMatch(/^[a-z0-9.-]+ [\d.,]+$/);
    }),
    { numRuns: 15 },
  );
});

test('the length of a telling holds everything that sensors write of it', () => {
  const wishes = wishesOf(4);
  const ends = wishes.start + lengthOf(wishes);
  const last = new Date(ends / 1000).toISOString();
  for (const { text, file } of simulate(wishes, ['defender', 'suricata'], 'records'))
    for (const [, time = ''] of text.matchAll(/"(?:time|timestamp)":"([^"]{26})/g))
      expect(time < last, file).toBe(true);
});

test('no record says what was planted', () => {
  for (const { text, file } of simulate(wishesOf(1), sensorNames, 'records'))
    for (const { name } of scenarios) expect(text.includes(name), `${name} in ${file}`).toBe(false);
});
