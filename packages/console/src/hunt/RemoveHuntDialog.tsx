import { useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { huntsQuery, removeHunt } from '../api/hunt.ts';
import type { SavedHunt } from '../api/types.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { Failure } from '../parts/Failure.tsx';
import { useSay } from '../parts/notice.tsx';

/** Asks before a hunt is gone for everybody. */
export function RemoveHuntDialog({
  hunt,
  onClose,
  onRemoved,
}: {
  readonly hunt: SavedHunt;
  readonly onClose: () => void;
  readonly onRemoved: () => void;
}) {
  const client = useQueryClient();
  const say = useSay();
  const [failure, setFailure] = useState<unknown>();
  const remove = async (event: FormEvent) => {
    event.preventDefault();
    try {
      await removeHunt(hunt.id);
    } catch (error) {
      setFailure(error);
      return;
    }
    say({ text: `${hunt.name} is deleted. Its query stays in the editor until you leave.` });
    onClose();
    onRemoved();
    await client.invalidateQueries({ queryKey: huntsQuery.queryKey });
  };
  return (
    <Dialog title="Delete this hunt" onClose={onClose}>
      <form onSubmit={(event) => void remove(event)}>
        <p className="said">
          {hunt.name} goes from everybody’s list, and its link opens nothing any more. The trail keeps its query.
        </p>
        {failure !== undefined && <Failure error={failure} />}
        <footer className="dialog-foot">
          <button type="button" onClick={onClose}>
            Keep it
          </button>
          <button type="submit" className="primary">
            Delete it
          </button>
        </footer>
      </form>
    </Dialog>
  );
}
