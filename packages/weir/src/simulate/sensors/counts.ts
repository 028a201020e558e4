import type { Random } from '../random.ts';
import type { Flow } from '../story.ts';
import { second } from '../time.ts';

/** What a network sensor counts of one connection; null is what it does not know. */
export interface Counts {
  readonly state: string;
  readonly history: string;
  readonly duration: number | null;
  readonly origBytes: number | null;
  readonly respBytes: number | null;
  readonly missed: number;
  readonly origPackets: number;
  readonly origIpBytes: number;
  readonly respPackets: number;
  readonly respIpBytes: number;
}

const segment = 1410;

/** States, counters and packet counts of a flow, as Zeek's connection log has them. */
export function count(flow: Flow, random: Random): Counts {
  const header = flow.remoteAddress.includes(':') ? 40 : 20;
  if (flow.protocol === 'udp') return datagrams(flow, header + 8);
  if (flow.outcome === 'silent') return unanswered(random.int(1, 5), header + 32);
  if (flow.outcome === 'refused') return refused(header + 32, random);
  if (flow.incident === null && random.chance(0.012)) return joinedMidway(flow, header + 20, random);
  return established(flow, header + 20, random);
}

function datagrams(flow: Flow, header: number): Counts {
  const [orig, resp] = [flow.sent, flow.received];
  const size = flow.application === 'quic' || flow.application === 'media' ? 1180 : Math.max(orig, resp, 1);
  const origPackets = Math.max(1, Math.ceil(orig / size) + Math.floor(resp / (size * 6)));
  const respPackets = Math.max(1, Math.ceil(resp / size) + Math.floor(orig / (size * 6)));
  return {
    state: 'SF',
    history: 'Dd',
    duration: flow.duration,
    origBytes: orig,
    respBytes: resp,
    missed: 0,
    origPackets,
    origIpBytes: orig + origPackets * header,
    respPackets,
    respIpBytes: resp + respPackets * header,
  };
}

/** One SYN has no duration; repeated ones do. */
function unanswered(tries: number, header: number): Counts {
  return {
    state: 'S0',
    history: 'S',
    duration: tries === 1 ? null : (2 ** (tries - 1) - 1) * second,
    origBytes: tries === 1 ? null : 0,
    respBytes: tries === 1 ? null : 0,
    missed: 0,
    origPackets: tries,
    origIpBytes: tries * header,
    respPackets: 0,
    respIpBytes: 0,
  };
}

function refused(header: number, random: Random): Counts {
  return {
    state: 'REJ',
    history: 'Sr',
    duration: random.int(250, 2_400),
    origBytes: 0,
    respBytes: 0,
    missed: 0,
    origPackets: 1,
    origIpBytes: header,
    respPackets: 1,
    respIpBytes: header - 12,
  };
}

/** The sensor came too late to know where the sequence numbers began. */
function joinedMidway(flow: Flow, header: number, random: Random): Counts {
  const packets = random.int(2, 40);
  return {
    state: 'OTH',
    history: 'DAda',
    duration: flow.duration,
    origBytes: null,
    respBytes: null,
    missed: 0,
    origPackets: packets,
    origIpBytes: packets * (header + random.int(0, 900)),
    respPackets: packets + 1,
    respIpBytes: (packets + 1) * (header + random.int(0, 1200)),
  };
}

function established(flow: Flow, header: number, random: Random): Counts {
  const [orig, resp] = flow.inbound ? [flow.received, flow.sent] : [flow.sent, flow.received];
  const [origData, respData] = [Math.ceil(orig / segment), Math.ceil(resp / segment)];
  const origPackets = 4 + origData + Math.ceil(respData / 2);
  const respPackets = 3 + respData + Math.ceil(origData / 2);
  const { state, history } = ending(flow, random);
  const missed = random.chance(0.01) ? segment * random.int(1, 60) : 0;
  const origIpBytes = orig + origPackets * header + 12;
  return {
    state,
    history: missed > 0 ? history.replace('d', 'dg') : history,
    duration: flow.duration,
    origBytes: orig,
    respBytes: resp,
    missed: Math.min(missed, resp),
    origPackets,
    // Frames that the sending host hands to its card unsegmented are recorded with length 0, and missing from this sum.
    origIpBytes:
      orig > 1_000_000 && random.chance(0.08) ? Math.round(origIpBytes * random.between(0.01, 0.4)) : origIpBytes,
    respPackets,
    respIpBytes: resp + respPackets * header + 12,
  };
}

function ending(flow: Flow, random: Random): { state: string; history: string } {
  if (flow.outcome === 'cut' || random.chance(0.05)) return { state: 'RSTR', history: 'ShADadr' };
  if (random.chance(0.12)) return { state: 'RSTO', history: 'ShADadR' };
  if (random.chance(0.03)) return { state: 'S1', history: 'ShADad' };
  return { state: 'SF', history: random.pick(['ShADadFf', 'ShADadfF', 'ShADadFfR']) };
}
