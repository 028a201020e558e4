/** What fusion made of a scan's rows; every figure counts connections (rows of DeviceNetworkEvents that are
 *  connections: established, failed, aggregated; not listening sockets nor …Inspected rows). */
export interface FusionReport {
  readonly connections: number;
  readonly withProcess: number;
  readonly withBytes: number;
  readonly withName: number;
  /** Process, bytes and name. */
  readonly complete: number;
  readonly endpointOnly: number;
  readonly flowOnly: number;
  readonly fused: number;
  /** Flows that an endpoint of the inputs could have known (its log covers device and time, and they are no name lookups
   *  or time queries, which endpoints leave out), and those of them that found their endpoint event. */
  readonly matchableFlows: number;
  readonly matchedFlows: number;
  /** Why the rest lack what they lack, most frequent first: e.g. "no sensor saw the flow". */
  readonly gaps: readonly {
    readonly lacks: 'process' | 'bytes' | 'name';
    readonly why: string;
    readonly count: number;
  }[];
  /** Clock offsets that matching assumed, endpoint minus sensor. So many `pairs` of an event and a flow say so on that day:
   *  fewer than `enoughPairs` where it is the offset of a day beside it. */
  readonly clockOffsets: readonly {
    readonly device: string;
    readonly day: string;
    readonly seconds: number;
    readonly pairs: number;
  }[];
  /** What a person should know of the data, in sentences. */
  readonly notes: readonly string[];
}

/** So many pairs of a day that agree say how its clock is. */
export const enoughPairs = 3;
