type Field = HTMLInputElement | HTMLTextAreaElement;

/**
 * Shows the page's own values in a form whose answer has come, but in the fields that were changed since it was sent:
 * those keep what somebody has typed meanwhile. React would reset them all.
 */
export function settle(form: HTMLFormElement, given: FormData): void {
  const now = new FormData(form);
  const isChanged = ({ name }: Field) => String(now.getAll(name)) !== String(given.getAll(name));
  const restorers = [...form.elements].filter(isField).filter(isChanged).map(restorerOf);
  form.reset();
  for (const restore of restorers) restore();
}

function isField(element: Element): element is Field {
  return element instanceof HTMLTextAreaElement || element instanceof HTMLInputElement;
}

function restorerOf(field: Field): () => void {
  if (field.type === "radio" || field.type === "checkbox") {
    const box = field as HTMLInputElement;
    const { checked } = box;
    return () => {
      box.checked = checked;
    };
  }
  const { value, selectionStart, selectionEnd } = field;
  return () => {
    field.value = value;
    // A date has no selection.
    if (selectionStart !== null) field.setSelectionRange(selectionStart, selectionEnd);
  };
}
