import { UserError } from '../model/userError.ts';
import { readAmount, writtenAs } from './amounts.ts';
import type { Scenario } from './load.ts';
import type { Random } from './random.ts';
import type { Parameter } from './schema.ts';

/** What each parameter is in one telling: numbers as amounts, texts under `name`, a variant's facts under `name.fact`. */
export interface Values {
  readonly amounts: Readonly<Record<string, number>>;
  readonly texts: Readonly<Record<string, string>>;
}

/** A scenario's parameters: what is set, else drawn from their ranges and choices, else (without `random`) the defaults.
 *  @throws UserError `PARAMETER_INVALID` for a value that the parameter does not take */
export function valuesOf(scenario: Scenario, set: ReadonlyMap<string, string>, random: Random | undefined): Values {
  const amounts: Record<string, number> = {};
  const texts: Record<string, string> = {};
  for (const [name, parameter] of Object.entries(scenario.parameters)) {
    const given = set.get(name);
    const own = random?.fork(`parameter/${name}`);
    if (parameter.kind === 'text') {
      texts[name] = given === undefined ? (own?.pick(parameter.choices) ?? parameter.default) : oneLine(name, given);
    } else if (parameter.kind === 'variant') {
      const choice = given ?? own?.pick(Object.keys(parameter.choices)) ?? parameter.default;
      const facts = Object.hasOwn(parameter.choices, choice) ? parameter.choices[choice] : undefined;
      if (facts === undefined)
        wrong(name, `${choice} is none of its choices`, Object.keys(parameter.choices).join(', '));
      texts[name] = choice;
      for (const [fact, text] of Object.entries(facts)) texts[`${name}.${fact}`] = text;
    } else {
      amounts[name] = amountOf(name, parameter, given, own);
      texts[name] = String(amounts[name]);
    }
  }
  return { amounts, texts };
}

type Numeric = Exclude<Parameter, { kind: 'text' | 'variant' }>;

function amountOf(name: string, { kind, ...parameter }: Numeric, given: string | undefined, random?: Random): number {
  const [low = 0, high = 0] = parameter.range.map((end) => readAmount(kind, end) ?? 0);
  if (given === undefined) return random?.size(low, high) ?? readAmount(kind, parameter.default) ?? low;
  const amount = readAmount(kind, given);
  if (amount === undefined) wrong(name, `${given} is no ${kind}`, writtenAs[kind]);
  if (amount < low || amount > high) wrong(name, `${given} is outside its range`, parameter.range.join(' to '));
  return amount;
}

/** A text of a person's own goes into command lines and host names, where a line break would be no record. */
function oneLine(name: string, given: string): string {
  if (given.trim() === '' || given.length > 300 || /\p{Cc}|\$\{/u.test(given))
    wrong(
      name,
      'the text is empty, too long, or has line breaks or placeholders in it',
      'up to 300 characters on one line',
    );
  return given;
}

function wrong(name: string, message: string, takes: string): never {
  throw new UserError('PARAMETER_INVALID', `--set ${name}`, message, `It takes ${takes}.`);
}
