import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { rulesQuery, setRule } from '../api/rules.ts';
import type { Rule } from '../api/types.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { Failure } from '../parts/Failure.tsx';
import { Field } from '../parts/Field.tsx';
import { useSay } from '../parts/notice.tsx';
import { meQuery } from '../session/session.ts';

/** Stops a rule or starts it again, with the reason that the trail keeps. */
export function SwitchRule({ rule }: { readonly rule: Rule }) {
  const { data: me } = useQuery(meQuery);
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const client = useQueryClient();
  const say = useSay();
  const enabled = rule.stopped !== null;
  const change = useMutation({
    mutationFn: () => setRule(rule.id, { enabled, reason }),
    onSuccess: async () => {
      setOpen(false);
      setReason('');
      say({ text: `${rule.name} ${enabled ? 'runs again' : 'is stopped'}.` });
      await client.invalidateQueries({ queryKey: rulesQuery.queryKey });
    },
  });
  const what = enabled ? 'Start' : 'Stop';
  if (me?.scopes.includes('write') !== true) return <span className="soft">Analysts start and stop rules.</span>;
  return (
    <>
      <button type="button" className="small" onClick={() => setOpen(true)} aria-label={`${what} ${rule.name}`}>
        {what}…
      </button>
      {isOpen && (
        <Dialog title={`${what} ${rule.name}`} onClose={() => setOpen(false)}>
          <form
            onSubmit={(event) => {
              event.preventDefault();
              change.mutate();
            }}
          >
            <p className="said">
              {enabled
                ? 'It looks again, first at the time that it missed.'
                : 'Until somebody starts it, it finds nothing. Then it looks at the time that it missed, too.'}
            </p>
            <Field
              label="Why"
              hint="At least three letters; the trail keeps it."
              minLength={3}
              value={reason}
              autoFocus
              onChange={(event) => setReason(event.target.value)}
            />
            {change.error !== null && <Failure error={change.error} />}
            <div className="dialog-foot">
              <button type="button" onClick={() => setOpen(false)}>
                Leave it
              </button>
              <button type="submit" className="primary" disabled={change.isPending}>
                {what} it
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}
