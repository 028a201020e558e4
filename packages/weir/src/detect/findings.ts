import { createHash } from 'node:crypto';
import type { Engine } from '../engine/engine.ts';
import { type Confidence, type Finding, severities } from '../model/finding.ts';
import type { Rule } from '../rules/rule.ts';
import { type Condition, conditionsOf } from './conditions.ts';
import { detailColumns, ownDetails, readDetails } from './details.ts';
import { type FloodOptions, withinLimit } from './flood.ts';
import { type Growth, growthOf } from './growth.ts';
import { keepingOf, type ToKeep } from './keeping.ts';
import { tellApart } from './members.ts';
import { overridden } from './override.ts';
import { type Scored, scoresOf } from './score.ts';
import { readStories, type Story, sumUp } from './stories.ts';
import { isAbsence, titleOf } from './title.ts';

/** A finding and what is told of it apart. */
export interface Found {
  readonly finding: Finding;
  /** Values of the rule's key columns, in lower case. */
  readonly key: readonly string[];
  readonly growth: Growth;
  /** Ids of the conditions that hold for it. */
  readonly holds: readonly string[];
  /** Where it was asked for. */
  readonly toKeep?: ToKeep;
}

export interface FindingsOptions {
  /** The tables that the rule's query reads. */
  readonly tables: readonly string[];
  readonly conditions: readonly Condition[];
  /** Whether each finding is also told as it stood at each tick that added to it; else only at the first. */
  readonly growth: boolean;
  /** Makes the facts of the evidence (`detect_facts`) where they are kept; else they are read from the tables. */
  readonly facts?: () => Promise<void>;
  /** Whether is told what is to be kept of each finding. */
  readonly keeping?: boolean;
  readonly flood?: FloodOptions;
}

/** The findings of what a rule fired on (`Evidence`), most severe first.
 *  @throws UserError `RULE_FLOODS` where they are more than anybody reads, and the gravest of them are not asked for */
export async function findingsOf(
  engine: Engine,
  rule: Rule,
  { tables, conditions, growth, keeping = false, facts, flood = {} }: FindingsOptions,
): Promise<Found[]> {
  const { key, quiet } = rule.weir.finding;
  await tellApart(engine, key, tables, { quiet, period: rule.schedule?.period ?? null, ...(facts && { facts }) });
  await withinLimit(engine, rule, flood);
  const details = await readDetails(engine, key, detailColumns(rule));
  const told = await sumUp(engine, 'detect_members', { lists: true });
  const scores = await scoresOf(told, rule);
  const holds = await conditionsOf(told, rule, conditions);
  const stories = await readStories(told);
  const kept = keeping ? await keepingOf(told) : undefined;
  const grown = growth ? await growthOf(engine, rule, conditions) : new Map<number, Growth>();
  await engine.run('DROP TABLE temp.detect_members; DROP TABLE temp.detect_stories');
  return stories
    .map((story) => {
      const scored = scores.get(story.story);
      if (scored === undefined) throw new Error(`story ${story.story} of rule ${rule.id} was not scored`);
      const said = new Map([...ownDetails(rule, story), ...(details.get(story.story) ?? [])]);
      const toKeep = kept?.get(story.story);
      const finding = overridden(rule, findingOf(rule, story, scored), said);
      const { states, whole } = grown.get(story.story) ?? { states: [], whole: false };
      // A severity that the query gives is known of the whole finding only.
      const own = rule.alert.severityColumn === undefined ? {} : { severity: finding.severity };
      return {
        finding,
        key: story.key,
        growth: { states: states.map((state) => ({ ...state, ...own })), whole },
        holds: holds.get(story.story) ?? [],
        ...(toKeep && { toKeep }),
      };
    })
    .sort((a, b) => bySeverity(a.finding, b.finding));
}

/** Most severe first, then by score, time and id: the same findings stand in the same order. */
export function bySeverity(a: Finding, b: Finding): number {
  return (
    severities.indexOf(b.severity) - severities.indexOf(a.severity) ||
    b.score - a.score ||
    (a.firstSeen < b.firstSeen ? -1 : a.firstSeen > b.firstSeen ? 1 : 0) ||
    (a.id < b.id ? -1 : 1)
  );
}

/** Its id follows from the rule, the key and the story's earliest row: over the same records it is the same however they
 *  are ordered and split among files. A record that a later scan adds before the earliest gives the story another id. */
function findingOf(rule: Rule, story: Story, scored: Scored): Finding {
  return {
    id: createHash('sha256')
      .update(JSON.stringify([rule.id, story.key, story.firstId]))
      .digest('hex')
      .slice(0, 32),
    rule: { id: rule.id, name: rule.name, version: rule.version },
    title: titleOf(story, rule.name),
    severity: scored.severity,
    score: scored.score,
    reasons: [...scored.reasons, ...doubts(story)],
    confidence: confidenceOf(rule, story),
    tactics: rule.tactics,
    techniques: techniquesOf(rule, story),
    firstSeen: story.firstSeen,
    lastSeen: story.lastSeen,
    entities: {
      device: story.device,
      account: story.account,
      accountDomain: story.domain,
      process: story.process,
      processFolder: story.folder,
      processSha256: story.sha256,
      parentProcess: story.parent,
      commandLine: story.commandLine,
      destination: story.destination,
    },
    service: story.service,
    category: story.category,
    services: story.services,
    bytesSent: story.bytesSent,
    bytesReceived: story.bytesReceived,
    bytesKnown: story.bytesKnown,
    bytesSources: story.counters,
    connections: story.connections,
    evidence: {
      count: story.evidence,
      eventIds: story.eventIds,
      ...(isAbsence(story) ? { absence: true } : {}),
      sample: story.sample,
    },
  };
}

/** Below this a row's process, bytes and name may belong to different connections. */
const doubtfulFusion = 0.5;

function doubts(story: Story): string[] {
  const said: string[] = [];
  if (isAbsence(story)) {
    said.push('runs without results are the evidence');
  } else if (story.eventIds.length < story.evidence) {
    said.push('the query cannot be followed back to single events: its result rows are the evidence');
  }
  if (story.adopted > 0) {
    said.push(
      `the process, or another part of this, is not recorded for ${story.adopted} of ${story.connections} connections; the rest of them fits no other finding`,
    );
  }
  if (story.inferred > 0) {
    said.push(
      `for ${story.inferred} of ${story.connections} connections the program is inferred from others that the endpoint reported`,
    );
  }
  if (isDoubtful(story)) {
    said.push(`endpoint and sensor were joined with a confidence of only ${story.fusionConfidence?.toFixed(2)}`);
  }
  return said;
}

function isDoubtful({ fusionConfidence }: Story): boolean {
  return fusionConfidence !== null && fusionConfidence < doubtfulFusion;
}

/** The rule's, and low where the evidence names no single events, the program is nowhere but inferred, or what was
 *  joined may not belong together. */
function confidenceOf(rule: Rule, story: Story): Confidence {
  const unfollowed = story.eventIds.length < story.evidence && !isAbsence(story);
  const onlyInferred = story.inferred > 0 && story.inferred === story.connections;
  return unfollowed || onlyInferred || isDoubtful(story) ? 'low' : rule.weir.confidence;
}

/** The rule's; of a technique whose sub-technique the service tells, that one and no other. */
function techniquesOf({ techniques }: Rule, { subTechnique }: Story): string[] {
  const [technique = ''] = subTechnique.split('.');
  if (subTechnique === '' || !techniques.includes(technique)) return [...techniques];
  const others = techniques.filter((each) => !each.startsWith(`${technique}.`));
  return [...new Set([...others, subTechnique])];
}
