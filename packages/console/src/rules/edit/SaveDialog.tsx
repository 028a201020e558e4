import { useState } from 'react';
import { Dialog } from '../../parts/Dialog.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Field } from '../../parts/Field.tsx';

/** Asks why, and saves. `save` throws what is to be shown here. */
export function SaveDialog({
  title,
  place,
  why,
  save,
  onClose,
}: {
  readonly title: string;
  /** The file that is written. */
  readonly place: string;
  /** What is proposed as the reason. */
  readonly why: string;
  readonly save: (reason: string) => Promise<void>;
  readonly onClose: () => void;
}) {
  const [reason, setReason] = useState(why);
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          setBusy(true);
          save(reason)
            .catch(setFailure)
            .finally(() => setBusy(false));
        }}
      >
        <p className="said">
          It is in force at once{place !== '' && <>, and stands in {place}</>}. What it finds in times that are over
          wakes nobody.
        </p>
        <Field
          label="Why"
          hint="At least three letters; the version and the trail keep it."
          minLength={3}
          maxLength={2_000}
          value={reason}
          autoFocus
          onChange={(event) => setReason(event.target.value)}
        />
        {failure !== undefined && <Failure error={failure} />}
        <div className="dialog-foot">
          <button type="button" onClick={onClose}>
            Not yet
          </button>
          <button type="submit" className="primary" disabled={busy}>
            Save it
          </button>
        </div>
      </form>
    </Dialog>
  );
}
