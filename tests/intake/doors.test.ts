import { connect } from 'node:net';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { good, type House, inFolder, openHouse, withDoors } from '../../packages/weir/src/doors/doors.fixture.ts';
import { SyslogDoor } from '../../packages/weir/src/doors/syslog/door.ts';
import { everything } from './alike.ts';
import { carried, lines, objects, recordsOf, texts } from './examples/all.ts';
import { type Files, withFiles } from './intake.ts';

const rowsOf = (files: Files) => withFiles(files, async (taken) => everything(taken));
/** Rows without what is a function of the text of a whole line: through some doors a header stands in front of it. */
const told = (rows: readonly string[]) => rows.map((row) => row.replace(/\b[a-z-]+:[0-9a-f]{16,}\b/g, 'id')).sort();

/** The rows of what comes in through a door. */
async function through(send: (url: string, house: House) => Promise<void>): Promise<string[]> {
  return inFolder(async (folder) => {
    const house = await openHouse(folder);
    await withDoors(house, (url) => send(url, house));
    const files: Record<string, string> = {};
    for (const [index, { source, body }] of (await house.entries()).entries())
      files[`${index}/${basename(source)}`] = body.toString();
    await house.close();
    return rowsOf(files);
  });
}

async function post(url: string, body: string, headers: Record<string, string> = {}): Promise<void> {
  const answer = await fetch(url, { method: 'POST', body, headers: { ...good, ...headers } });
  expect(answer.ok).toBe(true);
}

const deaf = { onNotice: () => undefined, onBug: () => undefined };

describe('what comes in by a door gives the rows that it gives as a file', () => {
  const each = async (
    some: Readonly<Record<string, string>>,
    send: (url: string, id: string, text: string) => Promise<void>,
  ) => {
    const rows = await through(async (url) => {
      for (const [id, text] of Object.entries(some)) await send(url, id, text);
    });
    expect(told(rows)).toEqual(told(await rowsOf(some)));
    expect(rows.length).toBeGreaterThan(Object.keys(some).length / 2);
  };

  it('/ingest', () => each(texts, (url, id, text) => post(`${url}/ingest/${id}`, text)));

  it('HEC, events as texts', () =>
    each(lines, (url, sourcetype, text) =>
      post(
        `${url}/services/collector`,
        recordsOf(text)
          .map((event) => JSON.stringify({ sourcetype, event }))
          .join(''),
      ),
    ));

  it('HEC, events as objects', () =>
    each(objects, (url, sourcetype, text) =>
      post(
        `${url}/services/collector`,
        recordsOf(text)
          .map((event) => `{"sourcetype":${JSON.stringify(sourcetype)},"event":${event}}`)
          .join('\n'),
      ),
    ));

  it('HEC, raw', () => each(lines, (url, id, text) => post(`${url}/services/collector/raw?sourcetype=${id}`, text)));

  it('_bulk, documents', () =>
    each(objects, (url, id, text) =>
      post(
        `${url}/${id}/_bulk`,
        recordsOf(text)
          .map((line) => `{"create":{}}\n${line}\n`)
          .join(''),
      ),
    ));

  it.each(['message', 'MESSAGE'])('_bulk, lines in %s', (member) =>
    each(carried, (url, id, text) =>
      post(
        `${url}/${id}/_bulk`,
        recordsOf(text)
          .map((line) => `{"index":{}}\n${JSON.stringify({ host: 'relay', [member]: line })}\n`)
          .join(''),
      ),
    ),
  );

  it('OTLP, bodies as texts', () =>
    each(lines, (url, id, text) => {
      const logRecords = recordsOf(text).map((line) => ({ body: { stringValue: line } }));
      const resource = { attributes: [{ key: 'service.name', value: { stringValue: id } }] };
      const body = JSON.stringify({ resourceLogs: [{ resource, scopeLogs: [{ logRecords }] }] });
      return post(`${url}/v1/logs`, body, { 'content-type': 'application/json' });
    }));

  it.each(['<134>1 2026-03-10T08:15:30Z relay app - - - ', '<134>Mar 10 08:15:30 relay app: '])(
    'syslog behind %s',
    async (header) => {
      const rows = await through(async (_url, house) => {
        const door = await SyslogDoor.listen({ reception: house.reception, port: 0, ...deaf });
        for (const text of Object.values(carried)) {
          const socket = connect(door.port, '127.0.0.1');
          socket.end(
            recordsOf(text)
              .map((line) => `${header}${line}\n`)
              .join(''),
          );
          await new Promise((resolve) => socket.once('close', resolve));
        }
        await pause(100);
        await door.close();
      });
      // Who sent it is known by the header alone.
      expect(told(rows.map((row) => row.replaceAll('|relay|', '||')))).toEqual(told(await rowsOf(carried)));
    },
  );
});
