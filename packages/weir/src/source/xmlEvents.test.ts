import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { longestRecord } from './lines.ts';
import { readXmlEvents, type XmlPart } from './xmlEvents.ts';

async function partsOf(text: string): Promise<XmlPart[]> {
  const folder = await mkdtemp(join(tmpdir(), 'weir-test-'));
  try {
    const path = join(folder, 'a.xml');
    await writeFile(path, text);
    const parts: XmlPart[] = [];
    for await (const some of readXmlEvents(path)) parts.push(...some);
    return parts;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const told = (parts: readonly XmlPart[]): string[] => parts.map(({ line, kind, text }) => `${line} ${kind} ${text}`);

describe('events of an XML text', () => {
  it('are whole wherever the pieces that are read end, with their lines', async () => {
    const event = (at: number): string => `<Event n="${at}">\n<EventID>3</EventID>${'x'.repeat(at % 1009)}</Event>`;
    const events = Array.from({ length: 6000 }, (_, at) => event(at));
    const parts = await partsOf(`\ufeff<?xml version="1.0"?>\n<Events>\n${events.join('\n')}\n</Events>\n`);
    expect(parts.map(({ text }) => text.toString())).toEqual(events);
    expect(parts.map(({ line }) => line)).toEqual(events.map((_, at) => 3 + 2 * at));
  });

  it('are told from what stands between them, and from events that are cut', async () => {
    const text =
      'Record 1\n<Event>a</Event><Event\ta="1">b</Event>\nnoise\n<!-- c -->\n<Events/><EventID>\n<Event>d\n<Event>e</Event>\n<Event>f';
    expect(told(await partsOf(text))).toEqual([
      '2 event <Event>a</Event>',
      '2 event <Event\ta="1">b</Event>',
      '3 outside noise',
      '5 outside <Events/><EventID>',
      '6 unclosed <Event>d\n',
      '7 event <Event>e</Event>',
      '8 unclosed <Event>f',
    ]);
  });

  it('that are too long cost one part and never the next event', async () => {
    const long = 'x'.repeat(longestRecord + 3 * 1024 * 1024);
    const parts = await partsOf(`<Event>${long}</Event>\n<Event>a</Event>\n<Event>${long}<Event>b</Event>`);
    expect(parts.map(({ line, tooLong, text }) => [line, tooLong, text.length < 10_000 && text.length])).toEqual([
      [1, true, 8192],
      [2, false, 16],
      [3, true, 8192],
      [3, false, 16],
    ]);
  });

  it('may be none', async () => {
    expect(await partsOf('\n\n')).toEqual([]);
    expect(told(await partsOf('<Event'))).toEqual(['1 outside <Event']);
  });
});
