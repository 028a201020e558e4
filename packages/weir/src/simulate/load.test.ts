import { describe, expect, test } from 'vitest';
import { UserError } from '../model/userError.ts';
import { readScenario } from './load.ts';

const whole = `name: small
title: A small one
technique: T1567
description: Nothing much.
parameters:
  size: { kind: size, default: 2 MB, range: [1 MB, 3 MB] }
  service:
    kind: variant
    default: one
    choices:
      one: { host: a.example }
      two: { host: b.example }
steps:
  - start: { id: tool, file: tool.exe, folder: 'C:\\Tools', command: 'tool.exe \${user} \${service.host}' }
  - connect: { by: tool, to: '\${service.host}', sent: '\${size}', times: [2, 5], every: 1m }
`;

const read = (text: string) => readScenario('scenarios/small.yaml', text);

/** What is said of the text with something replaced, and where: `line:column message`. */
function refusal(from: string | RegExp, to: string): string {
  expect(whole).toMatch(from);
  try {
    read(whole.replace(from, to));
  } catch (error) {
    if (error instanceof UserError) return `${error.place.replace('scenarios/small.yaml:', '')} ${error.message}`;
    throw error;
  }
  return 'is taken';
}

test('a scenario is read', () => {
  const { name, steps, parameters, device } = read(whole);
  expect(name).toBe('small');
  expect(device).toEqual({ role: 'workstation', system: 'windows' });
  expect(Object.keys(parameters)).toEqual(['size', 'service']);
  expect(steps.map((step) => Object.keys(step))).toEqual([['start'], ['connect']]);
});

describe('refused with its place', () => {
  test.each([
    ['another file name', 'name: small', 'name: large', '1:1 the file is not called large.yaml'],
    ['an unknown key', 'title: A', 'titel: x\ntitle: A', '2:1 titel: unknown key'],
    ['a size that is none', 'default: 2 MB', 'default: 2 megs', /^6:23 parameters.size.default: write a size such as/],
    ['a default outside its range', 'default: 2 MB', 'default: 4 MB', '6:23 the default is outside the range'],
    ['a range the wrong way', '[1 MB, 3 MB]', '[3 MB, 1 MB]', '6:38 the range ends before it begins'],
    ['choices that differ', 'host: b.example', 'name: b', '10:5 every choice has the same facts'],
    ['a default that is no choice', 'default: one', 'default: three', '9:5 three is none of the choices'],
    ['a parameter that is not there', `'\${size}'`, `'\${bytes}'`, `15:49 there is no parameter \${bytes}`],
    [
      'a fact that is not there',
      "service.host}', sent",
      "service.port}', sent",
      /^15:.* the parameter service has no port$/,
    ],
    ['another kind than is wanted', 'every: 1m', `every: '\${size}'`, /a duration is wanted here, and .* is a size$/],
    ['a process that nobody starts', 'by: tool', 'by: other', '15:16 no step before starts other'],
    ['neither sent nor total', 'sent:', 'received:', /^15:5 steps.1.connect: either sent or total is given$/],
    ['lasting and rate at once', 'every: 1m', 'lasting: 1m, rate: 1 MB', /lasting and rate exclude each other$/],
    ['a connection to nowhere', / to: [^,]*,/, '', /a connection goes to a host or an address$/],
    ['two steps in one', '  - connect:', '    connect:', /a step is one of start, connect and write$/],
    ['steps of what is refused', 'parameters:', 'refused: Nobody sees it.\nparameters:', /has steps, or says why not$/],
    ['a built-in as a parameter', '  size:', '  user:', /user is a placeholder that every scenario has$/],
  ])('%s', (_, from, to, said) => {
    expect(refusal(from, to)).toEqual(typeof said === 'string' ? said : expect.stringMatching(said));
  });
});
