import type { ScalarFunction } from '../../emit.ts';
import { literal } from '../../quote.ts';
import { at, never, once, text } from './values.ts';

/** RFC 3492 over code points: a state walks over the characters, one `list_reduce` step each. */
type State = Readonly<Record<string, string>>;

function struct(fields: State): string {
  return `{${Object.entries(fields)
    .map(([name, sql]) => `'${name}': ${sql}`)
    .join(', ')}}`;
}

const big = (value: number) => `${value}::BIGINT`;
const threshold = (k: string, bias: string) => `least(greatest(${k} - ${bias}, 1), 26)`;

/** The new bias after a delta among so many characters. */
function adapted(delta: string, count: string, first: string): string {
  return once(`CASE WHEN ${first} THEN ${delta} // 700 ELSE ${delta} // 2 END`, '_kql_d', (d) => {
    const start = struct({ d: `${d} + ${d} // ${count}`, k: big(0) });
    const step = `CASE WHEN _kql_y.d > 455 THEN ${struct({ d: '_kql_y.d // 35', k: '_kql_y.k + 36' })} ELSE _kql_y END`;
    const reduced = `list_reduce(list_transform(range(8), lambda _kql_i: ${start}), lambda _kql_y, _kql_z: ${step})`;
    return once(reduced, '_kql_v', (v) => `${v}.k + 36 * ${v}.d // (${v}.d + 38)`);
  });
}

/** A delta as digits of a base that changes from place to place. */
function digits(delta: string, bias: string): string {
  const letter = (value: string) => `chr(CAST(${value} + CASE WHEN ${value} < 26 THEN 97 ELSE 22 END AS INTEGER))`;
  const start = struct({ q: delta, k: big(0), o: `''` });
  const k = '_kql_z.k';
  const t = `${threshold(k, bias)}`;
  const last = struct({ q: big(-1), k, o: `_kql_y.o || ${letter('_kql_y.q')}` });
  const next = struct({
    q: `(_kql_y.q - ${t}) // (36 - ${t})`,
    k,
    o: `_kql_y.o || ${letter(`(${t} + (_kql_y.q - ${t}) % (36 - ${t}))`)}`,
  });
  const step = `CASE WHEN _kql_y.q < 0 THEN _kql_y WHEN _kql_y.q < ${t} THEN ${last} ELSE ${next} END`;
  const places = `list_transform(range(36, 400, 36), lambda _kql_i: ${struct({ q: big(0), k: '_kql_i', o: `''` })})`;
  return `list_reduce(${places}, lambda _kql_y, _kql_z: ${step}, ${start}).o`;
}

/** The digits behind the plain characters of a label that has others. */
function encoded(label: string): string {
  return once(
    `list_transform(string_split(${label}, ''), lambda _kql_c: CAST(unicode(_kql_c) AS BIGINT))`,
    '_kql_l',
    (l) => {
      const plain = `regexp_replace(${label}, '[^\\x00-\\x7F]', '', 'g')`;
      const state = (fields: State) =>
        struct({
          m: big(0),
          c: big(0),
          n: '_kql_a.n',
          e: '_kql_a.e',
          h: '_kql_a.h',
          b: '_kql_a.b',
          o: '_kql_a.o',
          ...fields,
        });
      const element = (c: string) => struct({ m: '_kql_m', c, n: big(0), e: big(0), h: big(0), b: big(0), o: `''` });
      const round = `list_concat([${element(big(-1))}], list_transform(${l}, lambda _kql_c: ${element('_kql_c')}), [${element(big(-2))}])`;
      const others = `list_sort(list_distinct(list_filter(${l}, lambda _kql_c: _kql_c > 127)))`;
      const start = struct({
        m: big(0),
        c: big(0),
        n: big(128),
        e: big(0),
        h: `length(${plain})`,
        b: big(72),
        o: `''`,
      });
      const found = state({
        e: big(0),
        h: '_kql_a.h + 1',
        b: adapted('_kql_a.e', '(_kql_a.h + 1)', `_kql_a.h = length(${plain})`),
        o: `_kql_a.o || ${digits('_kql_a.e', '_kql_a.b')}`,
      });
      const step =
        `CASE WHEN _kql_x.c = -1 THEN ${state({ e: '_kql_a.e + (_kql_x.m - _kql_a.n) * (_kql_a.h + 1)', n: '_kql_x.m' })} ` +
        `WHEN _kql_x.c = -2 THEN ${state({ e: '_kql_a.e + 1', n: '_kql_a.n + 1' })} ` +
        `WHEN _kql_x.c < _kql_a.n THEN ${state({ e: '_kql_a.e + 1' })} WHEN _kql_x.c = _kql_a.n THEN ${found} ELSE _kql_a END`;
      const walk = `list_reduce(flatten(list_transform(${others}, lambda _kql_m: ${round})), lambda _kql_a, _kql_x: ${step}, ${start})`;
      return `CASE WHEN ${plain} = '' THEN '' ELSE ${plain} || '-' END || ${walk}.o`;
    },
  );
}

/** The label of plain characters and digits; NULL where they are not punycode. */
function decoded(label: string): string {
  const shape = '^(?:([\\x00-\\x7F]*)-)?([a-zA-Z0-9]*)$';
  return once(`regexp_extract(${label}, ${literal(shape)}, ['p', 'd'])`, '_kql_p', (p) => {
    const state = (fields: State) =>
      struct({
        g: big(0),
        i: '_kql_a.i',
        w: '_kql_a.w',
        o: '_kql_a.o',
        k: '_kql_a.k',
        b: '_kql_a.b',
        n: '_kql_a.n',
        t: '_kql_a.t',
        ...fields,
      });
    const element = (g: string) =>
      struct({ g, i: big(0), w: big(1), o: big(0), k: big(36), b: big(72), n: big(128), t: `''` });
    const code = `(CASE WHEN unicode(_kql_c) < 58 THEN unicode(_kql_c) - 22 ELSE unicode(lower(_kql_c)) - 97 END)::BIGINT`;
    const list = `list_transform(list_filter(string_split(${p}.d, ''), lambda _kql_c: _kql_c <> ''), lambda _kql_c: ${element(code)})`;
    const t = threshold('_kql_a.k', '_kql_a.b');
    const place = '(_kql_a.i + _kql_x.g * _kql_a.w)';
    const count = '(length(_kql_a.t) + 1)';
    const point = `(_kql_a.n + ${place} // ${count})`;
    const spot = `${place} % ${count}`;
    const done = state({
      i: `${spot} + 1`,
      w: big(1),
      o: `${spot} + 1`,
      k: big(36),
      b: adapted(`(${place} - _kql_a.o)`, count, '_kql_a.o = 0'),
      n: point,
      t: `CASE WHEN ${point} BETWEEN 128 AND 55295 OR ${point} BETWEEN 57344 AND 1114111 THEN substring(_kql_a.t, 1, ${spot}) || chr(CAST(${point} AS INTEGER)) || substring(_kql_a.t, ${spot} + 1) END`,
    });
    const more = state({ i: place, w: `_kql_a.w * (36 - ${t})`, k: '_kql_a.k + 36' });
    // A delta of more digits would overflow and is no character.
    const step = `CASE WHEN _kql_a.t IS NULL OR _kql_a.k > 360 THEN ${state({ t: 'NULL' })} WHEN _kql_x.g < ${t} THEN ${done} ELSE ${more} END`;
    const start = struct({
      g: big(0),
      i: big(0),
      w: big(1),
      o: big(0),
      k: big(36),
      b: big(72),
      n: big(128),
      t: `${p}.p`,
    });
    const walk = `list_reduce(${list}, lambda _kql_a, _kql_x: ${step}, ${start})`;
    return once(
      walk,
      '_kql_r',
      (r) => `CASE WHEN regexp_full_match(${label}, ${literal(shape)}) AND ${r}.k = 36 THEN ${r}.t END`,
    );
  });
}

/** `punycode_from_string`: what it makes of plain characters alone is not documented. */
const fromString: ScalarFunction = {
  emit: (args, call) =>
    once(
      text(at(args, 0)),
      '_kql_s',
      (s) =>
        `CASE WHEN ${s} = '' THEN '' WHEN regexp_full_match(${s}, '[\\x00-\\x7F]*') THEN error('WK002: ${call.name} of plain characters is not documented') ELSE ${encoded(s)} END`,
    ),
  nullable: never,
};

const toText: ScalarFunction = {
  emit: (args) => once(text(at(args, 0)), '_kql_s', (s) => `coalesce(${decoded(s)}, '')`),
  nullable: never,
};

/** Label by label; all of IDNA's full stops part labels, and plain labels stay as they are. */
const domainToText: ScalarFunction = {
  emit: (args) => {
    const label = `CASE WHEN regexp_full_match(_kql_s, '[\\x00-\\x7F]*') THEN _kql_s ELSE 'xn--' || ${encoded('_kql_s')} END`;
    const labels = `string_split(regexp_replace(${text(at(args, 0))}, '[\\x{3002}\\x{FF0E}\\x{FF61}]', '.', 'g'), '.')`;
    return `array_to_string(list_transform(${labels}, lambda _kql_s: ${label}), '.')`;
  },
  nullable: never,
};

const domainFromText: ScalarFunction = {
  emit: (args) => {
    const label = `CASE WHEN starts_with(lower(_kql_s), 'xn--') THEN ${once('substring(_kql_s, 5)', '_kql_q', decoded)} ELSE _kql_s END`;
    const labels = `list_transform(string_split(${text(at(args, 0))}, '.'), lambda _kql_s: ${label})`;
    return once(
      labels,
      '_kql_e',
      (e) =>
        `CASE WHEN len(list_filter(${e}, lambda _kql_f: _kql_f IS NULL)) = 0 THEN array_to_string(${e}, '.') ELSE '' END`,
    );
  },
  nullable: never,
};

export const punycodeFunctions: Readonly<Record<string, ScalarFunction>> = {
  punycode_from_string: fromString,
  punycode_to_string: toText,
  punycode_domain_to_string: domainToText,
  punycode_domain_from_string: domainFromText,
};
