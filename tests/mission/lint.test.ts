import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadCatalogue } from '../../packages/weir/src/catalogue/load.ts';
import { hostKnowledge } from '../../packages/weir/src/lint/hosts.ts';
import { lintFile } from '../../packages/weir/src/lint/lintFile.ts';
import { sharedPath } from '../shared.ts';

const published = sharedPath('mission', 't1567.kql');
const content = fileURLToPath(new URL('../../content', import.meta.url));

/** The defects of the published detection, by their numbers in the reference on detections, that a program can find; the
 *  others (11, 15, 20, 21) are about what the rule does not look for. */
describe.skipIf(published === undefined)('the published T1567 query, linted', async () => {
  const text = published === undefined ? '' : readFileSync(published, 'utf8');
  const hosts = hostKnowledge(await loadCatalogue(`${content}/catalogue`));
  const found = lintFile('t1567.kql', text, { hosts }).diagnostics;
  const lines = text.split('\n');
  const lineOf = (part: string) => lines.findIndex((line) => line.includes(part)) + 1;

  it.each<[number, string, string, RegExp, string]>([
    [1, 'bytes that no Defender table counts', 'WL101', /`BytesSent`/, 'RemotePort, BytesSent'],
    [1, 'bytes received', 'WL101', /`BytesReceived`/, 'RemotePort, BytesSent'],
    [1, 'an account under another name', 'WL101', /`AccountName`/, 'project Timestamp, DeviceName, AccountName'],
    [
      2,
      'the time column of one product',
      'WL102',
      /Sentinel's DeviceNetworkEvents calls the time `TimeGenerated`/,
      'where Timestamp > ago(24h)',
    ],
    [3, 'no ReportId to the end', 'WL601', /no `ReportId`/, 'project Timestamp, DeviceName, AccountName'],
    [3, 'never continuous', 'WL601', /continuously \(.*union.*comments/, 'project Timestamp, DeviceName, AccountName'],
    [4, 'an or that the next line cancels', 'WL302', /this `or` is cancelled/, 'or RemoteIPType == "Public"'],
    [5, 'discord in discordapp', 'WL201', /"discord" in "discordapp\.com"/, 'has_any ("discord")'],
    [6, 'a misspelt service', 'WL904', /"privatebin\.net"/, '"privatbin.net"'],
    [7, 'a port of two types', 'WL104', /`RemotePort_int` and `RemotePort_long`/, 'RemotePort=0'],
    [8, 'an hour in hourly buckets', 'WL405', /always spans 2 buckets/, 'bin(Timestamp, 1h)'],
    [9, 'groups by command line', 'WL501', /InitiatingProcessCommandLine/, 'bin(Timestamp, 1h)'],
    [10, 'a destination alone', 'WL509', /every browser/, 'or RemoteIPType == "Public"'],
    [12, 'file names alone', 'WL502', /file name only/, 'in~ (SuspiciousUploadProcesses)'],
    [13, 'some hosts of a service', 'WL905', /Amazon S3/, '"content.dropboxapi.com"'],
    [17, 'one of two actions', 'WL506', /aggregated/, 'ActionType == "ConnectionSuccess"'],
    [17, 'outside by address', 'WL507', /proxy/, '| where RemoteIPType == "Public"'],
    [18, 'hosts anywhere in the text', 'WL204', /\.evil\.example/, 'or RemoteIPType == "Public"'],
    [19, 'a day and an hour in one rule', 'WL404', /up to 24 times/, 'where Timestamp > ago(24h)'],
  ])('finds defect %i: %s', (_, __, code, message, line) => {
    const places = found.filter((item) => item.code === code && message.test(item.message)).map((item) => item.line);
    expect(places).toContain(lineOf(line));
  });

  it('finds nothing else', () => {
    expect(found.length).toBeLessThanOrEqual(24);
  });

  it('takes it for Defender where nobody says, and tells as much where it is told', () => {
    expect(lintFile('t1567.kql', text, { hosts }).product).toBe('defender');
    const codes = (product: 'sentinel' | 'weir') =>
      lintFile('t1567.kql', text, { hosts, product }).diagnostics.map(({ code, severity }) => `${code} ${severity}`);
    expect(codes('sentinel')).toEqual(expect.arrayContaining(['WL101 error', 'WL102 error']));
    // On Weir the columns are there, and the rest stays wrong.
    expect(codes('weir').filter((item) => item.endsWith('error'))).toEqual([]);
    expect(codes('weir')).toEqual(
      expect.arrayContaining(['WL302 warning', 'WL104 warning', 'WL405 warning', 'WL501 warning']),
    );
  });
});

const queries = sharedPath('kql', 'published-queries.jsonl');

describe.skipIf(queries === undefined)('published queries', () => {
  it('never stop it, and every diagnostic has a place, a reason and a fix', { timeout: 300_000 }, async () => {
    const hosts = hostKnowledge(await loadCatalogue(`${content}/catalogue`));
    const all = readFileSync(queries ?? '', 'utf8')
      .trim()
      .split('\n')
      .filter((_, index) => index % 7 === 0)
      .map((line) => (JSON.parse(line) as { kql: string }).kql);
    for (const kql of all) {
      const lines = kql.split('\n');
      for (const { line, column, message, fix } of lintFile('q.kql', kql, { hosts }).diagnostics) {
        expect(lines[line - 1]?.length ?? -1).toBeGreaterThanOrEqual(column - 1);
        expect(message).not.toBe('');
        expect(fix).not.toBe('');
      }
    }
  });
});
