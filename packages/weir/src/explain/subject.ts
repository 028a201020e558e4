import type { Finding } from '../model/finding.ts';
import { kqlDatetime, kqlLong, kqlString, kqlStrings } from './literal.ts';

/** What a guide's questions are asked about: the parts of a finding that its JSON has too, where secrets are masked. */
export type Subject = Pick<
  Finding,
  | 'id'
  | 'title'
  | 'severity'
  | 'score'
  | 'firstSeen'
  | 'lastSeen'
  | 'service'
  | 'services'
  | 'category'
  | 'bytesSent'
  | 'bytesReceived'
> & {
  readonly rule: Pick<Finding['rule'], 'id' | 'name'>;
  readonly entities: Pick<
    Finding['entities'],
    'device' | 'account' | 'process' | 'processFolder' | 'processSha256' | 'parentProcess' | 'destination'
  >;
};

interface Placeholder {
  readonly literal: (finding: Subject) => string;
  readonly isKnown: (finding: Subject) => boolean;
}

const text = (of: (finding: Subject) => string): Placeholder => ({
  literal: (finding) => kqlString(of(finding)),
  isKnown: (finding) => of(finding) !== '',
});

const long = (of: (finding: Subject) => bigint | null): Placeholder => ({
  literal: (finding) => kqlLong(of(finding)),
  isKnown: (finding) => of(finding) !== null,
});

const moment = (of: (finding: Subject) => bigint): Placeholder => ({
  literal: (finding) => kqlDatetime(of(finding)),
  isKnown: () => true,
});

/** What `{{Name}}` stands for, under the names that exceptions and score terms use. */
export const placeholders: Readonly<Record<string, Placeholder>> = {
  DeviceName: text(({ entities }) => entities.device),
  AccountName: text(({ entities }) => entities.account),
  Process: text(({ entities }) => entities.process),
  FolderPath: text(({ entities }) => entities.processFolder),
  SHA256: text(({ entities }) => entities.processSha256),
  ParentProcess: text(({ entities }) => entities.parentProcess),
  RemoteHost: text(({ entities }) => entities.destination),
  Service: text(({ service }) => service),
  ServiceCategory: text(({ category }) => category),
  /** A list. */
  Services: {
    literal: ({ services }) => kqlStrings(services),
    isKnown: ({ services }) => services.length > 0,
  },
  FirstSeen: moment(({ firstSeen }) => firstSeen),
  LastSeen: moment(({ lastSeen }) => lastSeen),
  BytesSent: long(({ bytesSent }) => bytesSent),
  BytesReceived: long(({ bytesReceived }) => bytesReceived),
};
