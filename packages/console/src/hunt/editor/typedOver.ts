import { EditorView } from '@codemirror/view';

/** What is typed over a selection is put in here and not by the browser: it would join what is left with styles of its own,
 *  which the page's policy refuses. What is composed (an input method's text) it cannot be kept from. */
export const typedOver = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const { state } = view;
    const { from, to } = state.selection.main;
    const { data, inputType, isComposing } = event;
    if (inputType !== 'insertText' || data === null || isComposing || view.composing || from === to) return false;
    event.preventDefault();
    const typed = () => state.update(state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true });
    const isTaken = state.facet(EditorView.inputHandler).some((takes) => takes(view, from, to, data, typed));
    if (!isTaken) view.dispatch(typed());
    return true;
  },
});
