import { type ReactNode, useState } from 'react';
import { Dialog } from '../../parts/Dialog.tsx';
import { Failure } from '../../parts/Failure.tsx';
import { Field } from '../../parts/Field.tsx';

/** Asks why, and makes a version. `save` throws what is to be shown here. */
export function SaveDialog({
  title,
  does,
  why,
  save,
  onClose,
  children,
}: {
  readonly title: string;
  /** What its button says. */
  readonly does: string;
  /** What is proposed as the reason. */
  readonly why: string;
  readonly save: (reason: string) => Promise<void>;
  readonly onClose: () => void;
  /** What comes of it. */
  readonly children: ReactNode;
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
        <p className="said">{children}</p>
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
            {does}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
