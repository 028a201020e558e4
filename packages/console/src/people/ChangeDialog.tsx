import type { User } from '../api/types.ts';
import { Dialog } from '../parts/Dialog.tsx';
import { roles } from './roles.ts';

/** What is to become of an account. */
export interface Wanted {
  readonly user: User;
  readonly to: { readonly role?: User['role']; readonly disabled?: boolean };
}

/** Says what a change of an account means, before it is made. */
export function ChangeDialog({
  wanted: {
    user: { name },
    to,
  },
  onClose,
  onDone,
}: {
  readonly wanted: Wanted;
  readonly onClose: () => void;
  readonly onDone: () => void;
}) {
  const { role, disabled } = to;
  const title = role !== undefined ? `Make ${name} ${role}` : disabled === true ? `Disable ${name}` : `Enable ${name}`;
  const may = roles.find((each) => each.role === role)?.may;
  return (
    <Dialog title={title} onClose={onClose}>
      <p>
        {may !== undefined
          ? `As ${role}, ${name} ${may}.`
          : disabled === true
            ? `${name} may not sign in any more, and their tokens do nothing but send logs.`
            : `${name} may sign in again, with the password of before.`}
        {disabled !== false && ' Their open sessions, and a link that they have not used yet, end.'}
      </p>
      <footer className="dialog-foot">
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        <button type="button" className="primary" onClick={onDone}>
          {title}
        </button>
      </footer>
    </Dialog>
  );
}
