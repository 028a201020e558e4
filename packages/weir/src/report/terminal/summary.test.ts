import { expect, test } from 'vitest';
import { quietResult } from '../result.fixture.ts';
import { blindSpots, readLine } from './summary.ts';

test('of a home no inputs and records are told, and what it has no connections for', () => {
  const quiet = quietResult();
  expect(readLine(quiet)).toMatch(/^\d+ inputs?, [\d,]+ records?, [\d,]+ connections?; first row 20/);
  const home = { ...quiet, inputs: [], fusion: { ...quiet.fusion, connections: 0 } };
  expect(readLine(home)).toMatch(/^the lake of the home, 0 connections; first row 20/);
  expect(blindSpots(home)[0]).toMatch(/^The home holds no connections, or none yet/);
});
