import type { Trigger } from '../rules/rule.ts';

/** Whether a run with so many results fires. */
export function fires({ operator, threshold }: Trigger, rows: number): boolean {
  switch (operator) {
    case 'GreaterThan':
      return rows > threshold;
    case 'LessThan':
      return rows < threshold;
    case 'Equal':
      return rows === threshold;
    case 'NotEqual':
      return rows !== threshold;
  }
}

/** Whether a run with any result fires, and none without. */
export function firesOnAny({ operator, threshold }: Trigger): boolean {
  return threshold === 0 && (operator === 'GreaterThan' || operator === 'NotEqual');
}
