import { useContext, useState } from 'react';
import { Dialog } from '../parts/Dialog.tsx';
import { KeyboardContext } from './useKeys.tsx';

const groups: readonly { readonly where: string; readonly keys: readonly (readonly [string, string])[] }[] = [
  {
    where: 'Everywhere',
    keys: [
      ['?', 'this help'],
      ['g a', 'go to the alerts'],
      ['g h', 'hunt'],
      ['g s', 'go to sources and health'],
      ['g r', 'go to the rules'],
      ['g e', 'go to the exceptions'],
      ['g c', 'go to coverage'],
      ['Esc', 'close, or clear'],
    ],
  },
  {
    where: 'Alerts',
    keys: [
      ['j  k', 'next and previous alert'],
      ['Enter', 'open it'],
      ['x', 'choose it, for doing the same to several'],
      ['Shift+J  Shift+K', 'choose on the way'],
      ['/', 'look for words'],
      ['v', 'views: filters kept under a name'],
      ['r', 'bring in what is new'],
    ],
  },
  {
    where: 'An alert, or those chosen',
    keys: [
      ['a', 'take it: assign to yourself'],
      ['s', 'start: in progress'],
      ['c', 'close with a verdict'],
      ['o', 'open again'],
      ['n', 'this is normal here: make an exception (on its page)'],
      ['m', 'write a comment (on its page)'],
      ['j  k', 'next and previous alert (on its page)'],
      ['u', 'back to the list (on its page)'],
    ],
  },
];

const storage = 'weir.keys';

/** Whether single letters do something, as this browser keeps it. */
export function keysWanted(): boolean {
  try {
    return localStorage.getItem(storage) !== 'off';
  } catch {
    return true;
  }
}

export function Help({ onClose }: { readonly onClose: () => void }) {
  const keyboard = useContext(KeyboardContext);
  const [on, setOn] = useState(keyboard.enabled);
  const turn = (wanted: boolean) => {
    keyboard.enabled = wanted;
    setOn(wanted);
    try {
      localStorage.setItem(storage, wanted ? 'on' : 'off');
    } catch {
      // It holds until the page is closed.
    }
  };
  return (
    <Dialog title="Keys" onClose={onClose}>
      <div className="help">
        {groups.map(({ where, keys }) => (
          <section key={where}>
            <h3>{where}</h3>
            <dl>
              {keys.map(([key, does]) => (
                <div key={key}>
                  <dt>
                    {key.split('  ').map((each) => (
                      <kbd key={each}>{each}</kbd>
                    ))}
                  </dt>
                  <dd>{does}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label className="check">
        <input type="checkbox" checked={on} onChange={(event) => turn(event.target.checked)} /> Single letters act (turn
        it off where speech or another tool types them)
      </label>
    </Dialog>
  );
}
