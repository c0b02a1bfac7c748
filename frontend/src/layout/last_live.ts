// Where somebody watched last, so that the way back from other pages leads there. In: paths as they are
// shown. Out: the address of the live page.
let last = '/';

export function noteLive(path: string, search: string): void {
  if (path === '/') last = search === '' ? '/' : `/?${search}`;
}

export function lastLive(): string {
  return last;
}
