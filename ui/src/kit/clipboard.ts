// Puts text on the clipboard, also in web views that keep the modern way to themselves.

export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

function copyBySelection(text: string): boolean {
  const field = document.createElement('textarea');
  const before = document.activeElement;
  field.value = text;
  field.readOnly = true;
  field.className = 'said';
  document.body.append(field);
  field.select();
  try {
    // Old, and still the only way left where the other is refused.
    return (document as { execCommand(name: string): boolean }).execCommand('copy');
  } catch {
    return false;
  } finally {
    field.remove();
    if (before instanceof HTMLElement) before.focus();
  }
}
