import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bin, ended, smallCase, weir } from './weir.ts';

const { folder, log } = smallCase();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('query', { timeout: 120_000 }, () => {
  it('answers over logs', async () => {
    const kql = 'DeviceNetworkEvents | summarize Bytes = sum(BytesSent), First = min(Timestamp)';
    const { code, stdout } = await weir(['query', '--data', log, kql, '--format', 'json']);
    expect(JSON.parse(stdout)).toEqual({
      columns: [
        { name: 'Bytes', type: 'long' },
        { name: 'First', type: 'datetime' },
      ],
      rows: [[6000, '2026-03-12T10:00:00.0000000Z']],
    });
    expect(code).toBe(0);
  });

  it('prints what JSON cannot hold as text', async () => {
    const kql = 'print l = 9007199254740993, t = 26h, r = real(nan), d = dynamic({"a":[1]}), n = long(null), u = now()';
    const { stdout, stderr } = await weir(['query', kql, '--now', '2026-03-12', '--format', 'ndjson']);
    expect(stdout).toBe(
      '{"l":"9007199254740993","t":"1.02:00:00","r":"NaN","d":{"a":[1]},"n":null,"u":"2026-03-12T00:00:00.0000000Z"}\n',
    );
    expect(stderr).toBe('');
  });

  it('looks up columns that depend on the data', async () => {
    const kql =
      'DeviceNetworkEvents | extend d = bag_pack("sent", BytesSent, "who", "me") | project d | evaluate bag_unpack(d)';
    const [found, missing] = await Promise.all([
      weir(['query', '--data', log, `${kql} | summarize sum(sent) by who`, '--format', 'csv']),
      weir(['query', '--data', log, `${kql} | project got`, '--format', 'csv']),
    ]);
    expect([found.stdout, found.stderr, found.code]).toEqual(['who,sum_sent\nme,6000\n', '', 0]);
    expect([missing.stdout, missing.code]).toEqual(['', 2]);
    expect(missing.stderr).toContain("KS142: The name 'got' does not refer to any known column");
  });

  it('names logs that are not there before a mistake in the query', async () => {
    const { code, stderr } = await weir(['query', '--data', 'nope', '--data', log, 'DeviceNetworkEvents | tkae 1']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^weir: nope: no such file or folder\n.*No operator is called `tkae`/);
    expect(stderr).not.toContain(`${log}:`);
  });

  it('names the tables there are, and those of a table elsewhere', async () => {
    const { stderr } = await weir(['query', 'CommonSecurityLog | take 1']);
    expect(stderr).toContain(
      'What is read of `CommonSecurityLog` is in DeviceNetworkEvents, NetworkFlows. The tables are',
    );
  });

  it('says that no logs were given', async () => {
    const { code, stdout, stderr } = await weir([
      'query',
      'DeviceNetworkEvents | project DeviceName',
      '--format',
      'csv',
    ]);
    expect(stdout).toBe('DeviceName\n');
    expect(stderr).toContain('no logs were given (--data PATH), so DeviceNetworkEvents is empty');
    expect(code).toBe(0);
  });

  it('says that ago() counts from the present where the data is old, and nothing where --now was given', async () => {
    const query = [
      'query',
      '--data',
      log,
      'DeviceNetworkEvents | where Timestamp > ago(1d) | count',
      '--format',
      'csv',
    ];
    const [present, then] = await Promise.all([weir(query), weir([...query, '--now', '2026-03-12T10:00:02Z'])]);
    expect(present.stderr).toMatch(/data ends 2026-03-12 10:00 UTC.* --now 2026-03-12T10:00:02Z asks as of then/);
    expect([present.stdout, then.stdout, then.stderr]).toEqual(['Count\n0\n', 'Count\n3\n', '']);
  });

  it('points at what is wrong', async () => {
    const { code, stdout, stderr } = await weir(['query', 'DeviceNetworkEvents\n| where Nope == 1']);
    expect(stderr).toMatch(/error KS142: .*'Nope'[\s\S]*\n2 \| \| where Nope == 1\n {2}\| {9}\^{4}\n/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it("takes what only rows show to be wrong for the query's mistake", async () => {
    const rows = 'datatable(t: datetime, z: string)[datetime(2026-01-01), "Europe/Atlantis"]';
    const { code, stderr } = await weir(['query', `${rows} | project datetime_utc_to_local(t, z)`]);
    expect(code).toBe(2);
    expect(stderr).toContain("there is no time zone 'Europe/Atlantis'");
  });

  it('cannot be made to read a file', async () => {
    const { code, stdout, stderr } = await weir(['query', "externaldata(line: string)['/etc/passwd']"]);
    expect(stderr).toMatch(/error [A-Z]+\d+/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('explains itself', async () => {
    const { stdout } = await weir(['query', 'print x = 1', '--explain', 'duckdb']);
    expect(stdout).toMatch(/^SELECT CAST\(1 AS BIGINT\) AS "x"\n$/);
    const other = await weir(['query', 'print x = 1', '--explain', 'clickhouse']);
    expect(other.stdout).toMatch(/^SELECT toInt64\(1\) AS "x"\nSETTINGS /);
  });

  it('ends quietly when its reader goes away, and leaves nothing behind', async () => {
    const temporary = join(folder, 'piped');
    mkdirSync(temporary);
    const command = `'${process.execPath}' '${bin}' query 'range x from 1 to 3000000 step 1' --format csv | head -n 2`;
    const { stdout, stderr } = await ended(
      spawn('sh', ['-c', command], { env: { ...process.env, TMPDIR: temporary } }),
    );
    expect({ stdout, stderr }).toEqual({ stdout: 'x\n1\n', stderr: '' });
    expect(readdirSync(temporary)).toEqual([]);
  });
});
