import { Field } from '../parts/Field.tsx';

const day = 86_400_000;
/** As long as the service proposes. */
const lasts = 90 * day;

/** The end of an exception, a day later than `after` (milliseconds since 1970); `proposed` is a moment. */
export function Until({ after, proposed }: { readonly after: number; readonly proposed?: string | undefined }) {
  return (
    <Field
      label="Until"
      name="expires"
      type="date"
      defaultValue={proposed?.slice(0, 10) ?? dateOf(after + lasts)}
      min={dateOf(after + day)}
      hint="The first day, in UTC, on which it hides nothing new."
    />
  );
}

/** The first moment of a day as a date field gives it. */
export function firstMoment(date: string): string {
  return `${date}T00:00:00Z`;
}

function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
