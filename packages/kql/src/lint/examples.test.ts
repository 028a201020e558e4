import { describe, expect, it } from 'vitest';
import { linted } from './examples.fixture.ts';
import { rules } from './registry.ts';

describe('the rules', () => {
  it('have codes of their own, in order', () => {
    const codes = rules.map(({ code }) => code);
    expect(codes.filter((code) => !/^WL\d{3}$/.test(code))).toEqual([]);
    expect(codes).toEqual([...new Set(codes)].sort());
  });

  it.each(rules.map((rule) => [rule.code, rule] as const))(
    '%s: its bad example fires it alone, at its severity',
    (code, rule) => {
      const found = linted(rule.bad);
      expect(found.map((item) => [item.code, item.severity])).toEqual([[code, rule.severity]]);
      for (const { message, fix } of found) {
        expect(message).toMatch(/^\S.*[^.]$/);
        expect(fix).toMatch(/[.)]$/);
      }
    },
  );

  it.each(rules.map((rule) => [rule.code, rule] as const))('%s: its good example is quiet', (_, rule) => {
    expect(linted(rule.good)).toEqual([]);
  });
});
