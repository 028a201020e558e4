import { useQuery } from '@tanstack/react-query';
import { rulesQuery } from '../api/rules.ts';
import type { Rule } from '../api/types.ts';
import { capital } from '../words/names.ts';
import type { QueueSearch } from './search.ts';

/** What narrows the list and has no place of its own above it, each with the way to take it off. */
export function Chips({
  search: { rule, tag, entityKind, entity, exception },
  onSet,
}: {
  readonly search: QueueSearch;
  readonly onSet: (change: QueueSearch) => void;
}) {
  const { data: rules } = useQuery({ ...rulesQuery, enabled: rule !== undefined });
  const chips: readonly (readonly [string, string, QueueSearch])[] = [
    ...(entityKind && entity
      ? [[capital(entityKind), entity, { entityKind: undefined, entity: undefined }] as const]
      : []),
    ...(rule ? [['Rule', ruleName(rule, rules), { rule: undefined }] as const] : []),
    ...(tag ? [['Tag', tag, { tag: undefined }] as const] : []),
    ...(exception ? [['Hidden by', exception, { exception: undefined, hidden: undefined }] as const] : []),
  ];
  if (chips.length === 0) return null;
  return (
    <div className="chips">
      {chips.map(([kind, value, without]) => (
        <button key={kind} type="button" className="chip" onClick={() => onSet(without)} title="Take this off">
          {kind}: <b>{value}</b> <span aria-hidden="true">✕</span>
        </button>
      ))}
    </div>
  );
}

function ruleName(id: string, rules: readonly Rule[] | undefined): string {
  const found = rules?.find((rule) => rule.id === id)?.name;
  return found ?? (rules === undefined ? id : `${id}, which is no longer here`);
}
