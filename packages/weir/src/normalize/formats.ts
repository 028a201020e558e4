/** A log format that Weir reads, as people are told of it. */
export interface Format {
  readonly id: string;
  readonly title: string;
  readonly gives: readonly string[];
  readonly lacks: readonly string[];
}

export const formats: readonly Format[] = [
  {
    id: 'zeek-tsv',
    title: 'Zeek logs (conn, ssl, http, dns, quic) as text with headers',
    gives: ['payload bytes both ways', 'names from TLS, QUIC, HTTP and DNS'],
    lacks: ['process', 'account'],
  },
];
