import { expect, test } from 'vitest';
import { ApiProblem } from '../api/client.ts';
import { mistakeIn, offsetOf } from './place.ts';

const problem = (place: string) =>
  new ApiProblem({ status: 400, code: 'EXCEPTION_INVALID', place, detail: 'no column Devise', advice: 'Look.' });

test('a mistake stands in its line and column', () => {
  const when = 'Process == "x"\nand Devise == "y"';
  const mistake = mistakeIn(when, problem('when:2:5'));
  expect(mistake).toMatchObject({ line: 2, column: 5, text: 'and Devise == "y"', message: 'no column Devise' });
  expect(when.slice(offsetOf(when, { line: 2, column: 5 }))).toBe('Devise == "y"');
  expect(offsetOf('x', { line: 9, column: 9 })).toBe(1);
});

test('what is wrong elsewhere is no mistake of the condition', () => {
  expect(mistakeIn('x', problem('owner'))).toBeUndefined();
  expect(mistakeIn('x', new Error('when:1:1'))).toBeUndefined();
});
