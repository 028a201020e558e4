import { expect, test } from 'vitest';
import { type Chart, chartOf } from './chart.ts';
import { marksOf, timeMarks } from './scale.ts';

const time = { name: 'At', type: 'datetime' };
const text = { name: 'Service', type: 'string' };
const sent = { name: 'BytesSent', type: 'long' };
const drawn = (...given: Parameters<typeof chartOf>) => chartOf(...given) as Chart;

test('a timechart has its moments, a series a text, and gaps where nothing is known', () => {
  const rows = [
    ['2026-03-01T11:00:00.0000000Z', 'Mega', null],
    ['2026-03-01T10:00:00.0000000Z', 'Mega', '9007199254740993'],
    ['2026-03-01T10:00:00.0000000Z', 'Telegram', 5],
    [null, 'Telegram', 7],
  ];
  const chart = drawn({ chart: 'timechart', properties: {} }, [time, text, sent], rows);
  const at = Date.parse('2026-03-01T10:00:00Z');
  expect(chart).toMatchObject({ kind: 'line', x: { type: 'time' }, y: { name: 'BytesSent', unit: 'bytes' } });
  expect(chart.series).toEqual([
    {
      name: 'Mega',
      points: [
        { x: at, y: 9007199254740992 },
        { x: at + 3_600_000, y: null },
      ],
    },
    { name: 'Telegram', points: [{ x: at, y: 5 }] },
  ]);
  expect(chart.leftOut).toBe('1 rows without At are not drawn');
});

test('what cannot be drawn says why', () => {
  const why = (...given: Parameters<typeof chartOf>) => (chartOf(...given) as { why: string }).why;
  expect(why({ chart: 'treemap', properties: {} }, [text, sent], [])).toBe('render treemap is not drawn here.');
  expect(why({ chart: 'timechart', properties: {} }, [text, sent], [])).toMatch(/needs a column of moments/);
  expect(why({ chart: 'barchart', properties: {} }, [text], [])).toMatch(/needs a column of numbers/);
  expect(why({ chart: 'piechart', properties: {} }, [text, sent], [['a', -1]])).toMatch(/negative/);
});

test('of very many series and slices it says what is left out', () => {
  const rows = Array.from({ length: 40 }, (_, n) => ['2026-03-01T10:00:00.0000000Z', `s${n}`, n]);
  const chart = drawn({ chart: 'timechart', properties: {} }, [time, text, sent], rows);
  expect(chart.series.map(({ name }) => name).slice(0, 2)).toEqual(['s39', 's38']);
  expect(chart.leftOut).toBe('the 12 largest of 40 series are drawn');
  const pie = drawn(
    { chart: 'piechart', properties: {} },
    [text, sent],
    rows.map(([, name, n]) => [name, n]),
  );
  expect(pie.series[0]?.points).toHaveLength(12);
  const sum = pie.series[0]?.points.reduce((all, { y }) => all + (y ?? 0), 0);
  expect([sum, pie.x.names.at(-1)]).toEqual([780, '29 others']);
});

test('what is not known is no slice, and makes what it belongs to a least', () => {
  const rows = [
    ['Mega', 40],
    ['Mega', null],
    ['Box', null],
    ['Telegram', 60],
  ];
  const pie = drawn({ chart: 'piechart', properties: {} }, [text, sent], rows);
  expect(pie.unknown).toBe(2);
  expect(pie.series[0]?.points.map(({ x, y, isLeast }) => [pie.x.names[x], y, isLeast])).toEqual([
    ['Telegram', 60, false],
    ['Mega', 40, true],
    ['Box', null, false],
  ]);
  const many = [...Array.from({ length: 20 }, (_, n) => [`s${n}`, n]), ['none', null]];
  const others = drawn({ chart: 'piechart', properties: {} }, [text, sent], many).series[0]?.points.at(-1);
  expect(others).toMatchObject({ y: 36, isLeast: true });
  const stack = drawn({ chart: 'columnchart', properties: { kind: 'stacked' } }, [text, sent], rows);
  expect(stack.unknown).toBe(2);
});

test('axes have round marks that hold everything', () => {
  expect(marksOf(0, 47, 'number')).toEqual([0, 10, 20, 30, 40, 50]);
  expect(marksOf(-3, 4, 'number')).toEqual([-4, -2, 0, 2, 4]);
  expect(marksOf(0, 300 * 2 ** 20, 'bytes').map((mark) => mark / 2 ** 20)).toEqual([0, 64, 128, 192, 256, 320]);
  const from = Date.parse('2026-03-01T10:07:00Z');
  expect(timeMarks(from, from + 7_200_000).map(({ text }) => text)).toEqual(['10:30', '11:00', '11:30', '12:00']);
});
