import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderHtml } from './html/report.ts';
import { scanToOcsf } from './ocsf.ts';
import { dayTimeline, finding, hostileResult, manyFindings, scanResult } from './result.fixture.ts';
import { scanToCsv, scanToJson, scanToNdjson } from './scanFormats.ts';
import { renderScan } from './terminal.ts';

const named = [
  ...['id', 'rule', 'severity', 'score', 'confidence', 'techniques', 'firstSeen', 'lastSeen', 'entities', 'service'],
  ...['category', 'bytesSent', 'bytesKnown', 'connections', 'evidence'],
];

describe('scanToJson', () => {
  const whole = JSON.parse(scanToJson(scanResult()));

  it('has the documented fields', () => {
    expect(Object.keys(whole)).toEqual(
      expect.arrayContaining(['complete', 'findings', 'runs', 'inputs', 'fusion', 'dataFrom', 'dataUntil']),
    );
    for (const found of whole.findings) {
      expect(Object.keys(found)).toEqual(expect.arrayContaining(named));
      expect(Object.keys(found.entities)).toEqual(
        expect.arrayContaining(['device', 'account', 'process', 'destination']),
      );
      expect(Object.keys(found.evidence)).toEqual(['count', 'eventIds', 'sample']);
    }
    for (const input of whole.inputs) {
      expect(input.records).toBe(input.rows + input.rejects + input.ignored);
      expect(input.format === null).toBe('reason' in input);
    }
  });

  it('keeps seven decimals, every digit and what is unknown', () => {
    expect(whole.findings[0].firstSeen).toBe('2026-11-21T02:10:04.1234567Z');
    expect(whole.findings[2].bytesSent).toBeNull();
    const large = scanToJson(scanResult({ findings: [finding({ bytesSent: 2n ** 60n })] }));
    expect(JSON.parse(large).findings[0].bytesSent).toBe('1152921504606846976');
  });

  it('is the same findings as NDJSON, line by line', () => {
    const lines = scanToNdjson(scanResult()).trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(whole.findings);
  });
});

describe('scanToCsv', () => {
  it('has a header and a row a finding; unknown is empty, no cell a formula', () => {
    const lines = scanToCsv(scanResult({ findings: [finding({ bytesSent: null, service: '=1+1' })] })).split('\n');
    expect(lines[0]).toMatch(/^id,ruleId,ruleName,.*bytesSent,bytesReceived,bytesKnown,connections/);
    expect(lines[1]).toMatch(/,'=1\+1,file-sharing,,7158278,210,214,214,/);
    expect(lines).toHaveLength(3);
  });
});

/** Every way in which a scan is told. */
it('the command to type next is never broken over lines', () => {
  const of = (logs: string) =>
    renderScan(scanResult(), { width: 80, color: false, explain: (id) => `weir explain ${id} ${logs}` });
  expect(of('./logs')).toMatch(/^Next {6}weir explain \S+ \.\/logs asks these logs/m);
  const many = Array.from({ length: 12 }, (_, n) => `./logs/part-${n}`).join(' ');
  expect(of(many)).toMatch(new RegExp(`^Next {6}weir explain \\S+ ${many}\\n {10}asks these logs`, 'm'));
});

it('what left for addresses without a name is told in the page, the table and JSON, with the hunt that shows it', () => {
  const gibibyte = 2n ** 30n;
  const most = { device: 'ws-1', address: '203.0.113.9', bytesSent: 3n * gibibyte };
  const result = scanResult({ findings: [], nameless: { bytesSent: 4n * gibibyte, ofBytes: 9n * gibibyte, most } });
  const told =
    '4.0 GiB of the 9.0 GiB that is known to have left went to addresses without a name, most of all 3.0 GiB from ws-1 to 203.0.113.9';
  const table = renderScan(result, { width: 200, color: false, hunt: (id) => `weir hunt ${id} ./logs` });
  expect(table).toContain(`Nameless  ${told}\n`);
  expect(table).toMatch(/^Next {6}weir hunt nameless-addresses \.\/logs shows/m);
  expect(renderHtml(result, { timeline: null })).toContain(`${told}: the hunt nameless-addresses shows it.`);
  expect(JSON.parse(scanToJson(result)).nameless).toEqual({
    bytesSent: Number(4n * gibibyte),
    ofBytes: Number(9n * gibibyte),
    most: { ...most, bytesSent: Number(3n * gibibyte) },
  });
});

const formats = {
  table: (result: ReturnType<typeof scanResult>) => renderScan(result, { width: 100, color: false }),
  json: scanToJson,
  ndjson: scanToNdjson,
  csv: scanToCsv,
  ocsf: (result: ReturnType<typeof scanResult>) => scanToOcsf(result, { createdAt: result.dataUntil ?? 0n }),
  html: (result: ReturnType<typeof scanResult>) => renderHtml(result, { timeline: dayTimeline() }),
};

describe.each(Object.entries(formats))('as %s', (format, render) => {
  const nasty = fc
    .array(
      fc.constantFrom('\u001b[2J', '\u009b', '\u202e', '\u2066', '\u0000', '\r', '<script>', '"><b x=', "'", '=1+1'),
      {
        minLength: 1,
        maxLength: 5,
      },
    )
    .map((parts) => `a${parts.join('b')}`);

  it('nothing from a log steers a terminal or becomes markup', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const told = render(hostileResult(text));
        expect(told.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
        if (format === 'html') expect(told).not.toMatch(/<script|<b x=/);
      }),
      { numRuns: 30 },
    );
  });

  it('no secret is told', () => {
    const token = 'AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0';
    const secrets = `https://api.telegram.org/bot7712345678:${token}/x --password ${token} ?sv=1&sig=${token} https://u:${token}@h/`;
    expect(render(hostileResult(secrets))).not.toContain(token);
    expect(render(scanResult())).not.toContain('hunter2');
  });
});

describe('renderHtml', () => {
  it('is the same for the same result, and says what it leaves out of a large one', () => {
    const page = renderHtml(manyFindings(1_000), { timeline: null });
    expect(page).toBe(renderHtml(manyFindings(1_000), { timeline: null }));
    expect(page).toContain('This page tells the 400 gravest of 1,000 findings.');
    expect(page.match(/<details class="finding /g)).toHaveLength(400);
  });

  it('claims no loss and draws no amount where no byte was counted', () => {
    const { bars, ...span } = dayTimeline();
    const uncounted = bars.map((bar) => ({ ...bar, bytesSent: null, bytesKnown: 0 }));
    const told = renderHtml(scanResult({ findings: [finding({ bytesSent: null, bytesKnown: 0 })] }), {
      timeline: { ...span, bars: uncounted },
    });
    expect(told).toContain('<h1>214 connections from fs-01 to Mega; how many bytes left is not known</h1>');
    expect(told).toContain('there is no amount to draw');
    expect(told).not.toMatch(/<svg class="chart"|unknown connections/);
  });
});

describe('renderScan', () => {
  it('tells what else to know of the data apart from why something is not known, as the page does', () => {
    const told = renderScan(scanResult(), { width: 200, color: false });
    expect(told).toMatch(/\n {2}- no process for [^\n]+\n[\s\S]*\nNotes\n {2}- Times of wks-17 are one hour ahead/);
    const page = renderHtml(scanResult(), { timeline: null });
    expect(page).toMatch(
      /Why the rest is not known<\/h3>(?:(?!Times of).)*<h3>What else to know of the data<\/h3>.*Times of/s,
    );
  });

  it('tells a reason that many inputs share once, and the frequent reasons of rejects', () => {
    const inputs = scanResult().inputs.map((input, i) =>
      i === 1 ? { ...input, rejectsWhy: { a: 1, b: 7, c: 2, d: 2 } } : input,
    );
    const skipped = inputs
      .filter(({ format }) => format === null)
      .flatMap((input) => ['b.pcap', 'c.pcap', 'd.pcap', 'e.pcap'].map((path) => ({ ...input, path })));
    const told = renderScan(scanResult({ inputs: [...inputs, ...skipped] }), { width: 200, color: false });
    expect(told).toContain('Skipped logs/capture.pcap, b.pcap, c.pcap and 2 others: Packet captures are not read.');
    expect(told).toContain('in 1 input: b (7), c (2), d (2) and 1 more reason;');
  });

  it('tells path, parent and hash of the program, and where the guide is', () => {
    const runs = scanResult().runs.map((run) => ({ ...run, guide: 'content/rules/x/guide.md' }));
    const told = renderScan(scanResult({ runs }), { width: 200, color: false });
    expect(told).toMatch(/process +C:\\Tools\\rclone\.exe, started by cmd\.exe, SHA-256 0f0f/);
    expect(told).toContain('what to do: content/rules/x/guide.md');
  });

  it('says of which findings no bytes are known', () => {
    const unknown = finding({ severity: 'low', bytesSent: null, bytesKnown: 0 });
    const told = renderScan(scanResult({ findings: [unknown, finding({ severity: 'informational' })] }), {
      width: 200,
      color: false,
    });
    expect(told).toContain('1 low, 1 informational; bytes unknown for each of 214 connections of the low ones');
  });

  it('tells who counted the bytes and of what, and every service of a finding', () => {
    const one = finding({ bytesSources: ['aws-vpc-ip'], services: ['Mega', 'Dropbox'] });
    const visits = finding({ severity: 'informational', service: 'Slack', services: ['Slack', 'Mega'] });
    const told = renderScan(scanResult({ findings: [one, visits] }), { width: 200, color: false });
    expect(told).toMatch(/sent .* 6\.8 MiB received; estimated from IP packets by aws-vpc\n/);
    expect(told).toMatch(/to +Mega \(file-sharing\) \S+; also Dropbox/);
    expect(told).toContain(
      'use without evidence of an upload; by service, of which one may have several: Mega 1, Slack 1',
    );
  });

  it.each([80, 100, 120])('fits %i columns and keeps every fact', (width) => {
    const told = renderScan(scanResult(), { width, color: false });
    for (const line of told.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
    const flat = told.replace(/\s+/g, '');
    for (const fact of ['fs-01', 'CORP\\svc_backup', 'rclone.exe', 'Mega', '≥1.8GiB', '210of214', '2026-11-2102:10']) {
      expect(flat).toContain(fact);
    }
    expect(told.replace(/\s+/g, ' ')).toContain(
      '1 informational finding, use without evidence of an upload; by service, of which one may have several: Google Drive 1',
    );
  });

  it('cuts a text that no screen holds, and says by how much', () => {
    const { entities } = finding();
    const long = finding({ entities: { ...entities, commandLine: `x ${'文'.repeat(40_000)}` } });
    const told = renderScan(scanResult({ findings: [long] }), { width: 100, color: false });
    expect(told.replace(/\s+/g, ' ')).toMatch(/文… \(38,502 more characters; --format json has them\)/);
    expect(scanToCsv(scanResult({ findings: [long] }))).toContain('文'.repeat(40_000));
  });

  it('says what it leaves out', () => {
    const told = renderScan(manyFindings(400), { width: 120, color: false });
    expect(told).toContain('250 more findings not in this table: --report FILE.html tells more, --format json all.');
    expect(told).toContain('38 findings in the table without details');
  });
});
