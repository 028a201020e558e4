import { isDeepStrictEqual } from 'node:util';
import { compile, parserAtWork } from '@weir/kql';
import { UserError } from '../model/userError.ts';
import { bareQuery } from '../rules/bareQuery.ts';
import type { Rule } from '../rules/rule.ts';
import { schemaWith } from '../tables/watchlists.ts';
import { compiledAhead, compilingAhead } from './compileAhead.ts';
import { compiled, known } from './compiled.ts';
import { ruleQuery } from './ruleQuery.ts';
import { scoreQuery, scoreText } from './score.ts';

// A process that has not compiled yet, for compileAhead.test.ts: prints what came of it as JSON. Its argument is a folder for what
// it compiles.

const schema = schemaWith([{ name: 'Partners', columns: ['Name'] }]);
const sound = bareQuery(
  'sound.kql',
  "let list = _GetWatchlist('Partners'); DeviceNetworkEvents | where RemoteUrl !in (list) | summarize sum(BytesSent) by DeviceName, bin(Timestamp, 1h)",
);
const unsound = bareQuery('unsound.kql', 'DeviceNetworkEvents | where Nowhere == 1');

const saidOf = (rule: Rule): string | undefined => {
  try {
    ruleQuery(rule, schema);
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return `${error.place}: ${error.message}`;
    throw error;
  }
};

/** A run that is refused while the thread is at work leaves nobody waiting. */
const refused = await compilingAhead([sound], schema, () => Promise.reject(new Error('refused'))).catch(
  (error: Error) => error.message,
);
await compiledAhead(sound);

const run = async () => {
  const kept = known(scoreText(unsound)) !== undefined;
  await compiledAhead(sound);
  const { shape } = ruleQuery(sound, schema);
  scoreQuery(sound);
  const parsedHere = parserAtWork();
  const query = { text: sound.query, schema, lineage: 'EventId' } as const;
  const given = [compiled(query), compiled(scoreText(sound))];
  await compiledAhead(unsound);
  const said = saidOf(unsound);
  const here = [
    compile(sound.query, { schema, dialect: 'duckdb', lineage: 'EventId' }),
    compile(scoreText(sound).text, { schema: scoreText(sound).schema, dialect: 'duckdb' }),
  ];
  return { shape: shape.shape, kept, parsedHere, same: isDeepStrictEqual(given, here), said };
};
const during = await compilingAhead([sound, unsound], schema, run, process.argv[2]);
process.stdout.write(JSON.stringify({ ...during, refused }));
