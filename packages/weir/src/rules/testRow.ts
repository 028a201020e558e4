import type { Catalogue } from '../model/catalogue.ts';
import type { TestRow } from './tests.ts';

/** Fills in what intake and fusion would have: who is at the other end by the catalogue, when the row's facts were
 *  complete, an identity. What the row says itself stays. `ordinal` tells the rows of a test apart. */
export function completeRow(row: TestRow, catalogue: Catalogue, ordinal: number): TestRow {
  const host = text(row.RemoteHost ?? row.RemoteUrl);
  const address = text(row.RemoteIP ?? '203.0.113.7');
  const entry = host === '' ? catalogue.matchAddress(address) : catalogue.matchHost(host);
  const hasBytes = row.BytesSent !== undefined && row.BytesSent !== null;
  return {
    ActionType: 'ConnectionSuccess',
    Protocol: 'Tcp',
    RemoteIP: address,
    RemotePort: 443,
    RemoteIPType: 'Public',
    RemoteUrl: host,
    RemoteHost: host,
    RegistrableDomain: catalogue.registrableDomain(host),
    Service: entry?.service ?? '',
    ServiceCategory: entry?.category ?? '',
    ServiceCategories: entry?.categories ?? null,
    SubTechnique: entry?.subTechnique ?? '',
    DeviceId: text(row.DeviceName),
    ReportId: ordinal,
    InitiatingProcessAccountName: text(row.AccountName),
    EvidenceTime: row.FlowEnd ?? row.Timestamp ?? null,
    Fusion: hasBytes ? 'fused' : 'endpoint',
    EventId: `row-${ordinal}`,
    ...row,
  };
}

function text(value: TestRow[string] | undefined): string {
  return typeof value === 'string' ? value : '';
}
