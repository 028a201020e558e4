import { createWriteStream, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { finished } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeCompany } from './company.ts';

const usage = `Writes the logs of an invented company.

  node samples/generate.ts [--out DIR] [--seed TEXT] [--start DATE] [--days N] [--devices N]
                           [--truth FILE] [--pairs FILE]

--out is emptied first. --pairs writes, for every flow that a sensor saw, the network sensor's uid, the endpoint event
that stands for it, whether that event is its own or an earlier one of which it was a repeat, and the planted incident. Without options: the committed sample.`;

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

const { values } = parseArgs({
  options: {
    out: { type: 'string', default: here('company') },
    truth: { type: 'string' },
    pairs: { type: 'string' },
    seed: { type: 'string', default: 'larkfield' },
    start: { type: 'string', default: '2026-03-10' },
    days: { type: 'string', default: '3' },
    devices: { type: 'string', default: '27' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(usage);
} else {
  rmSync(values.out, { recursive: true, force: true });
  const pairs = values.pairs === undefined ? undefined : createWriteStream(values.pairs);
  pairs?.write('uid\tdevice\ttimestamp\treportId\town\tincident\n');
  const truth = await writeCompany({
    out: values.out,
    seed: values.seed,
    start: values.start,
    days: wholeNumber('days', values.days),
    devices: wholeNumber('devices', values.devices),
    onFlow: (flow, uid, sighting) => {
      if (!pairs || (uid === null && sighting === null)) return;
      const event = sighting?.event;
      const cells = [uid, event?.deviceName, event?.timestamp, event?.reportId, sighting?.own, flow.incident];
      pairs.write(`${cells.map((cell) => cell ?? '-').join('\t')}\n`);
    },
  });
  if (pairs) {
    pairs.end();
    await finished(pairs);
  }
  const file = values.truth ?? (resolve(values.out) === here('company') ? here('truth.json') : undefined);
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(truth, null, 2)}\n`);
  console.error(
    `${truth.flows} connections, ${truth.endpointEvents} endpoint events, ${truth.pairs} pairs, ${truth.incidents.length} incidents`,
  );
}

function wholeNumber(name: string, text: string): number {
  if (!/^[1-9]\d{0,6}$/.test(text)) throw new Error(`--${name} takes a whole number from 1, not ${text}`);
  return Number(text);
}
