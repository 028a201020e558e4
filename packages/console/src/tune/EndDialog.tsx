import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { endException, exceptionsQuery } from '../api/exceptions.ts';
import type { Exception } from '../api/types.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { Failure } from '../parts/Failure.tsx';
import { useSay } from '../parts/notice.tsx';
import { plural } from '../words/figures.ts';

/** Asks why an exception ends before its time. */
export function EndDialog({ exception, onClose }: { readonly exception: Exception; readonly onClose: () => void }) {
  const client = useQueryClient();
  const say = useSay();
  const [reason, setReason] = useState('');
  const [failure, setFailure] = useState<unknown>();
  const why = useRef<HTMLTextAreaElement>(null);
  useEffect(() => why.current?.focus(), []);
  const end = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await endException(exception.id, reason.trim());
    } catch (error) {
      setFailure(error);
      return;
    }
    await client.invalidateQueries({ queryKey: exceptionsQuery.queryKey });
    say({ text: `${exception.id} has ended: what it hid is shown again when its rule is asked.` });
    onClose();
  };
  return (
    <Dialog title="End this exception" onClose={onClose}>
      <form onSubmit={(event) => void end(event)}>
        <p className="said">
          {exception.name}. What it hides is shown again
          {exception.hid > 0 && `: ${plural(exception.hid, 'alert')} of the last 30 days`}, and told to nobody one by
          one.
        </p>
        <label className="field">
          Why does it end?
          <textarea
            ref={why}
            rows={3}
            maxLength={2_000}
            value={reason}
            onChange={({ target }) => setReason(target.value)}
          />
        </label>
        {failure !== undefined && <Failure error={failure} />}
        <footer className="dialog-foot">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={reason.trim() === ''}>
            End it now
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
