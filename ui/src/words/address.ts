// What can be told of an address without asking anybody.

const OPEN = /^(ws|http):\/\//i;

/** Whether a token sent there would cross a network in the clear. */
export function isExposed(address: string): boolean {
  const text = address.trim();
  if (!OPEN.test(text)) return false;
  try {
    const { hostname } = new URL(text);
    return !/^(localhost|\[::1\]|127(\.\d+){3})$/.test(hostname);
  } catch {
    return false;
  }
}
