import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { exceptionsQuery, previewQuery, renewException } from '../api/exceptions.ts';
import type { Exception } from '../api/types.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { Failure } from '../parts/Failure.tsx';
import { useSay } from '../parts/notice.tsx';
import { present } from '../present.ts';
import { useMe } from '../session/session.ts';
import { momentOf } from '../words/time.ts';
import { Hides } from './Hides.tsx';
import { Override } from './Override.tsx';
import { firstMoment, Until } from './Until.tsx';

/** Asks until when an exception goes on, and why, beside what it would hide now. */
export function RenewDialog({ exception, onClose }: { readonly exception: Exception; readonly onClose: () => void }) {
  const { id, name, rules, when, expires } = exception;
  const client = useQueryClient();
  const say = useSay();
  const { scopes } = useMe();
  const isAdmin = scopes.includes('admin');
  const { data: preview, error, refetch } = useQuery(previewQuery({ rules, when }));
  const [override, setOverride] = useState('');
  const [reason, setReason] = useState('');
  const [failure, setFailure] = useState<unknown>();
  const isConfirmed = (preview?.confirmed.length ?? 0) > 0;
  const mayBe = preview !== undefined && (preview.refusal === '' || (isConfirmed && isAdmin && override.trim() !== ''));
  const renew = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const until = String(new FormData(event.currentTarget).get('expires'));
    try {
      await renewException(id, {
        ...{ expires: firstMoment(until), reason: reason.trim() },
        ...(isConfirmed && { override: override.trim() }),
      });
    } catch (thrown) {
      setFailure(thrown);
      return;
    }
    await client.invalidateQueries({ queryKey: exceptionsQuery.queryKey });
    say({ text: `${id} holds until ${until}.` });
    onClose();
  };
  return (
    <Dialog title="Renew this exception" onClose={onClose}>
      <form onSubmit={(event) => void renew(event)}>
        <p className="said">
          {name}. {momentOf(expires) > present() ? 'It ends' : 'It ended'} on {expires.slice(0, 10)}. Its condition
          stays as it is; what it would hide is looked at anew.
        </p>
        {preview !== undefined ? (
          <>
            <Hides preview={preview} />
            {preview.refusal !== '' && (
              <Override preview={preview} isAdmin={isAdmin} said={override} onSay={setOverride} />
            )}
          </>
        ) : error !== null ? (
          <Failure error={error} again={() => void refetch()} />
        ) : (
          <p className="soft" aria-busy="true">
            Looking at what it would hide…
          </p>
        )}
        <Until after={Math.max(present(), momentOf(expires))} />
        <label className="field">
          Why does it go on?
          <textarea rows={2} maxLength={2_000} value={reason} onChange={({ target }) => setReason(target.value)} />
        </label>
        {failure !== undefined && <Failure error={failure} />}
        <footer className="dialog-foot">
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="primary" disabled={!mayBe || reason.trim() === ''}>
            Renew it
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
