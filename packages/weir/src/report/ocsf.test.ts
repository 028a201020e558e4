import { describe, expect, it } from 'vitest';
import { scanToOcsf } from './ocsf.ts';
import { at, finding, scanResult } from './result.fixture.ts';

const createdAt = at('2026-11-22T06:00:00Z');
const created = Date.parse('2026-11-22T06:00:00Z');
const lines = scanToOcsf(scanResult(), { createdAt }).trimEnd().split('\n');
const events = lines.map((line) => JSON.parse(line));

describe('scanToOcsf', () => {
  it('gives one event a finding, the gravest first', () => {
    expect(events.map((event) => event.severity)).toEqual(['High', 'Medium', 'Low', 'Informational']);
  });

  it.each(events)('carries what class 2004 of OCSF 1.8.0 requires: $message', (event) => {
    expect(event).toMatchObject({
      class_uid: 2004,
      category_uid: 2,
      activity_id: 1,
      type_uid: 200_401,
      status_id: 1,
      status: 'New',
      time: created,
      metadata: { version: '1.8.0', product: { name: 'Weir', vendor_name: 'Weir' } },
    });
    expect(event.severity_id).toBe({ Informational: 1, Low: 2, Medium: 3, High: 4 }[event.severity as string]);
    expect(event.confidence_id).toBe({ Low: 1, Medium: 2, High: 3 }[event.confidence as string]);
    expect(event.is_alert).toBe(event.severity !== 'Informational');
    expect(event.finding_info.uid).toMatch(/^f-000\d$/);
    expect(event.finding_info.title).not.toBe('');
    expect(event.finding_info.analytic).toMatchObject({ type_id: 1, type: 'Rule', uid: expect.any(String) });
    expect(event.resources.every(({ role_id, name }: { role_id: number; name: string }) => role_id === 3 && name)).toBe(
      true,
    );
    expect(event.evidences.length).toBeGreaterThan(0);
    for (const time of [event.time, event.start_time, event.end_time]) expect(Number.isInteger(time)).toBe(true);
    expect(event.start_time).toBeLessThanOrEqual(event.end_time);
  });

  it('tells the activity’s time in milliseconds, the technique with its sub-technique, and who', () => {
    expect(events[0]).toMatchObject({
      start_time: Date.parse('2026-11-21T02:10:04.123Z'),
      end_time: Date.parse('2026-11-21T04:51:30Z'),
      finding_info: {
        attacks: [
          {
            tactic: { uid: 'TA0010' },
            technique: { uid: 'T1567', name: 'Exfiltration Over Web Service' },
            sub_technique: { uid: 'T1567.002', name: 'Exfiltration to Cloud Storage' },
          },
        ],
      },
      resources: [{ hostname: 'fs-01' }, { name: 'CORP\\svc_backup' }],
      unmapped: { bytes_sent: 1_932_735_283, bytes_known: 210, connections: 214 },
    });
  });

  it('leaves out what is unknown rather than telling 0, and masks', () => {
    const [known, unknown] = events[0].evidences;
    expect(known.data).toMatchObject({ bytes_out: 52_428_800, bytes_in: 12_700, bytes: 52_441_500 });
    expect(unknown.data).not.toHaveProperty('bytes_out');
    expect(lines.join()).not.toContain('hunter2');
  });

  it('takes an address for no host name', () => {
    const { entities, evidence } = finding();
    const row = {
      ...(evidence.sample[0] ?? expect.fail('no row')),
      remoteHost: '203.0.113.9',
      remoteIp: '203.0.113.9',
    };
    const bare = finding({
      entities: { ...entities, device: '10.20.9.45' },
      evidence: { ...evidence, sample: [row] },
    });
    const event = JSON.parse(scanToOcsf(scanResult({ findings: [bare] }), { createdAt }));
    expect(event.resources[0]).toMatchObject({ name: '10.20.9.45', ip: '10.20.9.45' });
    expect(event.evidences[0].src_endpoint).toEqual({ ip: '10.20.9.45' });
    expect(event.evidences[0].dst_endpoint).not.toHaveProperty('hostname');
  });

  it('tells the story where no row was kept', () => {
    const bare = finding({ evidence: { count: 7, eventIds: [], sample: [] } });
    const event = JSON.parse(scanToOcsf(scanResult({ findings: [bare] }), { createdAt }));
    expect(event.evidences).toEqual([
      expect.objectContaining({ dst_endpoint: { hostname: bare.entities.destination, svc_name: 'Mega' } }),
    ]);
  });
});
