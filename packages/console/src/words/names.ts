/** A device without its domain: `lf-fs01` of `lf-fs01.larkfield.example`. An address stays whole. */
export function shortDevice(device: string): string {
  return /^[\d.]+$|:/.test(device) ? device : (device.split('.')[0] ?? device);
}

const stateNames = {
  new: 'New',
  'in-progress': 'In progress',
  closed: 'Closed',
  withdrawn: 'Withdrawn',
  merged: 'Merged',
} as const;

const verdictNames = { 'true-positive': 'True positive', benign: 'Benign', 'false-match': 'False match' } as const;

export function stateName(state: keyof typeof stateNames): string {
  return stateNames[state];
}

export function verdictName(verdict: keyof typeof verdictNames): string {
  return verdictNames[verdict];
}

export const verdicts = [
  { value: 'true-positive', means: 'Data left, or nearly did, and should not have.' },
  { value: 'benign', means: 'It happened as told, and it is fine here.' },
  { value: 'false-match', means: 'It is not what the rule looks for.' },
] as const;

/** A text whose first letter is a capital. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const needNames = { bytes: 'bytes', process: 'program', name: 'host name or service' } as const;

/** What a rule needs of a connection, for a person: `process or bytes` is `program or bytes`. */
export function needName(need: string): string {
  return need
    .split(' or ')
    .map((one) => needNames[one as keyof typeof needNames] ?? one)
    .join(' or ');
}

const kindNames = {
  device: 'Device',
  account: 'Account',
  process: 'Program',
  service: 'Service',
  destination: 'Destination',
} as const;

/** What a kind of entity is called. */
export function kindName(kind: keyof typeof kindNames): string {
  return kindNames[kind];
}
