/** Who may import whom: the house as one table, which ARCHITECTURE.md explains. A layer is a folder or a file, named
 *  from the repository's root; the longest name that fits a file is its layer. A layer may always import itself. */
export interface Layer {
  /** Other layers of the repository. */
  readonly may: readonly string[];
  /** Packages from outside; `node:` stands for Node's own modules. */
  readonly packages: readonly string[];
}

const kql = 'packages/kql/src/';
const weir = 'packages/weir/src/';
const page = 'packages/console/src/';

export const layers: Readonly<Record<string, Layer>> = {
  // The compiler is pure: it knows nothing of the product, of Node, or of an engine.
  [`${kql}types.ts`]: { may: [], packages: [] },
  [`${kql}diagnostics.ts`]: { may: [`${kql}types.ts`], packages: [] },
  // The only folder that touches Microsoft's parser.
  [`${kql}parse/`]: {
    may: [`${kql}types.ts`, `${kql}diagnostics.ts`],
    packages: ['#kusto-scripts', '@kusto/language-service-next', 'node:'],
  },
  [`${kql}plan/`]: { may: [`${kql}types.ts`, `${kql}sql/emit.ts`, `${kql}diagnostics.ts`], packages: [] },
  [`${kql}lower/`]: {
    may: [`${kql}types.ts`, `${kql}diagnostics.ts`, `${kql}parse/`, `${kql}plan/`, `${kql}sql/emit.ts`],
    packages: [],
  },
  // Reads the bound tree, which also stands where a query does not compile.
  [`${kql}lint/`]: { may: [`${kql}types.ts`, `${kql}diagnostics.ts`, `${kql}parse/`], packages: [] },
  [`${kql}time/`]: { may: [`${kql}types.ts`, `${kql}diagnostics.ts`, `${kql}plan/`], packages: [] },
  // Geometry that no engine has: constants in, constants out.
  [`${kql}geo/`]: { may: [`${kql}types.ts`], packages: ['s2js', 'h3-js'] },
  [`${kql}sql/emit.ts`]: { may: [`${kql}types.ts`], packages: [] },
  [`${kql}sql/`]: {
    may: [`${kql}types.ts`, `${kql}diagnostics.ts`, `${kql}plan/`, `${kql}sql/emit.ts`],
    packages: [],
  },
  [kql]: {
    may: [
      `${kql}types.ts`,
      `${kql}diagnostics.ts`,
      `${kql}parse/`,
      `${kql}plan/`,
      `${kql}lower/`,
      `${kql}time/`,
      `${kql}geo/`,
      `${kql}sql/`,
      `${kql}lint/`,
    ],
    packages: [],
  },

  // The product, in the order of the data's path.
  [`${weir}model/`]: { may: [], packages: [] },
  [`${weir}yaml/`]: { may: [`${weir}model/`], packages: ['node:', 'yaml', 'zod'] },
  [`${weir}tables/`]: { may: [], packages: ['@weir/kql'] },
  [`${weir}engine/`]: { may: [], packages: ['@duckdb/node-api'] },
  [`${weir}lake/`]: { may: [`${weir}model/`, `${weir}engine/`, `${weir}tables/`], packages: ['node:'] },
  [`${weir}source/`]: { may: [`${weir}model/`], packages: ['node:'] },
  [`${weir}normalize/`]: {
    may: [`${weir}model/`, `${weir}tables/`, `${weir}engine/`, `${weir}lake/`, `${weir}source/`],
    packages: ['node:', '@weir/kql'],
  },
  [`${weir}catalogue/`]: { may: [`${weir}model/`, `${weir}yaml/`], packages: ['node:', 'tldts', 'ipaddr.js', 'zod'] },
  // An inventory's networks are looked up as the catalogue's are, and its table is filled from what the data hold.
  [`${weir}inventory/`]: {
    may: [
      `${weir}model/`,
      `${weir}yaml/`,
      `${weir}tables/`,
      `${weir}engine/`,
      `${weir}lake/`,
      `${weir}source/`,
      `${weir}catalogue/`,
    ],
    packages: ['node:', 'ipaddr.js', 'zod'],
  },
  [`${weir}fuse/`]: {
    may: [`${weir}model/`, `${weir}tables/`, `${weir}engine/`, `${weir}lake/`],
    packages: ['ipaddr.js'],
  },
  [`${weir}rules/`]: {
    may: [`${weir}model/`, `${weir}tables/`, `${weir}yaml/`],
    packages: ['node:', '@weir/kql', 'zod'],
  },
  // Reads detections on its own, more leniently than what runs them.
  [`${weir}lint/`]: {
    may: [`${weir}model/`, `${weir}tables/`, `${weir}yaml/`, `${weir}catalogue/`, `${weir}rules/`],
    packages: ['node:', '@weir/kql', 'tldts'],
  },
  [`${weir}detect/`]: {
    may: [`${weir}model/`, `${weir}tables/`, `${weir}engine/`, `${weir}lake/`, `${weir}rules/`],
    packages: ['node:', '@weir/kql'],
  },
  // Rules as other products take them.
  [`${weir}export/`]: {
    may: [`${weir}model/`, `${weir}tables/`, `${weir}rules/`, `${weir}lint/`, `${weir}detect/`],
    packages: ['@weir/kql', 'yaml'],
  },
  // What people decided about findings: read on its own, applied to what was detected.
  [`${weir}exceptions/`]: {
    may: [`${weir}model/`, `${weir}yaml/`, `${weir}engine/`, `${weir}rules/`],
    packages: ['node:', '@weir/kql', 'zod'],
  },
  // What rules would have done over a span of time, counted.
  [`${weir}backtest/`]: {
    may: [
      `${weir}model/`,
      `${weir}tables/`,
      `${weir}engine/`,
      `${weir}lake/`,
      `${weir}rules/`,
      `${weir}detect/`,
      `${weir}exceptions/`,
    ],
    packages: ['@weir/kql'],
  },
  [`${weir}report/`]: {
    may: [`${weir}model/`, `${weir}engine/`, `${weir}lake/`],
    packages: ['node:', '@weir/kql', 'cli-table3', 'csv-stringify', 'hono'],
  },
  // Stands beside the path: it writes logs that the path reads.
  [`${weir}simulate/`]: { may: [`${weir}model/`, `${weir}yaml/`], packages: ['node:', 'zod'] },
  // Exceptions for habits, proposed from what rules find and played before a person sees them.
  [`${weir}tune/`]: {
    may: [
      `${weir}model/`,
      `${weir}lake/`,
      `${weir}rules/`,
      `${weir}detect/`,
      `${weir}exceptions/`,
      `${weir}backtest/`,
      `${weir}explain/`,
      `${weir}report/`,
    ],
    packages: ['@weir/kql', 'yaml'],
  },
  [`${weir}weir.ts`]: {
    may: [
      `${weir}tune/`,
      `${weir}model/`,
      `${weir}tables/`,
      `${weir}engine/`,
      `${weir}lake/`,
      `${weir}source/`,
      `${weir}normalize/`,
      `${weir}catalogue/`,
      `${weir}inventory/`,
      `${weir}fuse/`,
      `${weir}rules/`,
      `${weir}detect/`,
      `${weir}exceptions/`,
      `${weir}backtest/`,
      `${weir}live/`,
    ],
    packages: ['node:', '@weir/kql'],
  },
  // Tests of rules: detection over rows written by hand, or over logs that take the whole path.
  [`${weir}ruletest/`]: {
    may: [
      `${weir}model/`,
      `${weir}yaml/`,
      `${weir}tables/`,
      `${weir}engine/`,
      `${weir}lake/`,
      `${weir}catalogue/`,
      `${weir}rules/`,
      `${weir}exceptions/`,
      `${weir}detect/`,
      `${weir}report/`,
      `${weir}weir.ts`,
    ],
    packages: ['node:', '@weir/kql', 'zod'],
  },
  // What a person asks and does about findings: guides beside rules, their questions put to the lake.
  [`${weir}explain/`]: {
    may: [
      `${weir}model/`,
      `${weir}yaml/`,
      `${weir}tables/`,
      `${weir}engine/`,
      `${weir}lake/`,
      `${weir}rules/`,
      `${weir}detect/`,
      `${weir}report/`,
    ],
    packages: ['node:', '@weir/kql', 'zod'],
  },
  // Hunting queries: a file each, run once at the end of the data; and those that people keep in the service.
  [`${weir}hunts/`]: {
    may: [`${weir}model/`, `${weir}yaml/`, `${weir}tables/`, `${weir}explain/`, `${weir}report/`, `${weir}store/`],
    packages: ['node:', '@weir/kql', 'zod'],
  },
  // The service's rooms, in the order of its path. `disk/` is as narrow as a fault can be put into it.
  [`${weir}disk/`]: { may: [], packages: ['node:'] },
  [`${weir}journal/`]: { may: [`${weir}disk/`, `${weir}model/`], packages: ['node:', '@weir/kql/types'] },
  [`${weir}store/`]: { may: [`${weir}model/`], packages: ['node:'] },
  // Where logs come in: bodies, unwrapped, into the journal.
  [`${weir}doors/`]: {
    // A watched file is cut where its format allows, which recognition knows.
    may: [`${weir}model/`, `${weir}source/`, `${weir}normalize/`, `${weir}disk/`, `${weir}journal/`, `${weir}store/`],
    packages: ['node:', 'hono', '@hono/node-server', 'zod', 'protobufjs', '@weir/kql/types'],
  },
  // The lake that goes on: the manifest, commits, live fusion, compaction.
  [`${weir}live/`]: {
    may: [
      `${weir}model/`,
      `${weir}tables/`,
      `${weir}engine/`,
      `${weir}lake/`,
      `${weir}source/`,
      `${weir}normalize/`,
      `${weir}catalogue/`,
      `${weir}inventory/`,
      `${weir}fuse/`,
      `${weir}disk/`,
      `${weir}journal/`,
      `${weir}store/`,
    ],
    packages: ['node:', '@weir/kql/types'],
  },
  // Rules at their ticks over the live lake.
  [`${weir}schedule/`]: {
    may: [
      `${weir}model/`,
      `${weir}tables/`,
      `${weir}engine/`,
      `${weir}lake/`,
      `${weir}rules/`,
      `${weir}detect/`,
      `${weir}exceptions/`,
      `${weir}store/`,
      `${weir}live/`,
      // Canaries are scenarios.
      `${weir}simulate/`,
    ],
    packages: ['node:', '@weir/kql'],
  },
  // Findings that a person works on, and what is told of them.
  [`${weir}alert/`]: {
    may: [`${weir}model/`, `${weir}engine/`, `${weir}rules/`, `${weir}exceptions/`, `${weir}report/`, `${weir}store/`],
    packages: ['node:', '@weir/kql/types'],
  },
  [`${weir}notify/`]: {
    may: [`${weir}model/`, `${weir}yaml/`, `${weir}report/`, `${weir}store/`, `${weir}alert/`, `${weir}operate/`],
    packages: ['node:', '@weir/kql', 'zod', 'nodemailer', 'ipaddr.js', '@azure/monitor-ingestion'],
  },
  // Who may do what.
  [`${weir}access/`]: {
    may: [`${weir}model/`, `${weir}store/`],
    packages: ['node:', '@node-rs/argon2', 'rate-limiter-flexible', 'zod'],
  },
  [`${weir}operate/`]: {
    may: [`${weir}model/`, `${weir}yaml/`],
    packages: ['node:', 'prom-client', 'pino', 'zod', '@weir/kql/types'],
  },
  [`${weir}api/`]: {
    may: [
      `${weir}model/`,
      `${weir}tables/`,
      `${weir}engine/`,
      `${weir}rules/`,
      `${weir}exceptions/`,
      `${weir}report/`,
      `${weir}store/`,
      `${weir}live/`,
      `${weir}schedule/`,
      `${weir}alert/`,
      `${weir}hunts/`,
      `${weir}notify/`,
      `${weir}access/`,
      `${weir}operate/`,
    ],
    packages: ['node:', '@weir/kql', 'hono', '@hono/node-server', '@hono/zod-openapi', 'zod'],
  },
  // The service as one piece: every room opened, and closed in order.
  [`${weir}serve/`]: {
    may: [
      `${weir}exceptions/`,
      `${weir}backtest/`,
      `${weir}report/`,
      `${weir}ruletest/`,
      `${weir}model/`,
      `${weir}tables/`,
      `${weir}engine/`,
      `${weir}lake/`,
      `${weir}catalogue/`,
      `${weir}inventory/`,
      `${weir}explain/`,
      `${weir}hunts/`,
      `${weir}rules/`,
      `${weir}yaml/`,
      // What is saved through the API is held to what weir lint says.
      `${weir}lint/`,
      `${weir}report/`,
      `${weir}disk/`,
      `${weir}journal/`,
      `${weir}store/`,
      `${weir}doors/`,
      `${weir}live/`,
      `${weir}schedule/`,
      `${weir}simulate/`,
      `${weir}alert/`,
      `${weir}notify/`,
      `${weir}access/`,
      `${weir}operate/`,
      `${weir}api/`,
      `${weir}weir.ts`,
    ],
    packages: ['node:', '@weir/kql', 'hono', '@hono/node-server'],
  },
  // The invented company: what tells scenarios tells its days.
  'samples/': { may: [`${weir}simulate/`], packages: ['node:'] },
  // Accounts are made on the machine itself, too, whether the service runs or not; settings are checked before it does.
  [`${weir}cli/`]: {
    may: [
      `${weir}disk/`,
      `${weir}engine/`,
      `${weir}live/`,
      `${weir}notify/`,
      `${weir}access/`,
      `${weir}store/`,
      `${weir}serve/`,
      `${weir}operate/`,
      `${weir}explain/`,
      `${weir}hunts/`,
      `${weir}tune/`,
      `${weir}model/`,
      `${weir}tables/`,
      `${weir}weir.ts`,
      `${weir}report/`,
      `${weir}normalize/`,
      `${weir}lint/`,
      `${weir}rules/`,
      `${weir}export/`,
      `${weir}simulate/`,
      `${weir}ruletest/`,
      // The demo's company.
      'samples/',
      `${weir}start/folder.ts`,
    ],
    packages: ['node:', '@weir/kql', 'commander', 'ora'],
  },
  // The console: in a browser, and the service's only by its API. How figures are told and texts made harmless is the
  // reports' way.
  [`${page}words/`]: { may: [`${weir}report/`], packages: [] },
  // The compiler in a worker beside the editor: the same that runs queries in the service.
  [`${page}hunt/kql/`]: {
    // A rule's query stands in YAML, whose places the service's reader knows.
    may: [page, `${weir}yaml/`, `${weir}model/`],
    packages: ['@weir/kql', '@kusto/language-service-next'],
  },
  [`${page}hunt/editor/`]: {
    may: [page, `${page}hunt/kql/`],
    packages: [
      'react',
      '@codemirror/autocomplete',
      '@codemirror/commands',
      '@codemirror/language',
      '@codemirror/lint',
      '@codemirror/state',
      '@codemirror/view',
      '@lezer/highlight',
    ],
  },
  [page]: {
    may: [`${page}words/`, `${page}hunt/kql/`, `${page}hunt/editor/`],
    packages: [
      ...['react', 'react-dom', '@tanstack/react-query', '@tanstack/react-router', '@tanstack/react-virtual'],
      // What differs between two texts.
      'diff',
    ],
  },
  // How a released build starts.
  [`${weir}start/`]: { may: [`${weir}cli/`, `${weir}start/folder.ts`], packages: ['node:', '@weir/kql'] },
  // What is kept for later processes, where this user alone can write.
  [`${weir}start/folder.ts`]: { may: [], packages: ['node:'] },
};

/** Only these files may load Microsoft's parser: in the console's worker, and in Node. */
export const parserHomes = [`${page}hunt/kql/kql.worker.ts`, `${kql}parse/scripts.node.ts`];
