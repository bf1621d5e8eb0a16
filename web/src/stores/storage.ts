/** The browser's storage of this page; undefined where it is forbidden. */
export function storage(): Storage | undefined {
  try {
    return window.localStorage;
  } catch {
    return undefined;
  }
}
