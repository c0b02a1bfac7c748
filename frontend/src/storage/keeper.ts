// A place where a person's choices stay between visits. In: a name. Out: text kept under it by the browser.
// What the text means is its owner's business.

export interface Keeper {
  /** Returns the text saved last; undefined where there is none. */
  load(): string | undefined;
  save(text: string): void;
}

/** Keeper that keeps nothing. */
export function noKeeper(): Keeper {
  return { load: () => undefined, save: () => undefined };
}

/** Keeper in the browser's own storage. Where that is forbidden or full, choices last as long as the page. */
export function browserKeeper(key: string): Keeper {
  return {
    load() {
      try {
        return window.localStorage.getItem(key) ?? undefined;
      } catch {
        return undefined;
      }
    },
    save(text) {
      try {
        window.localStorage.setItem(key, text);
      } catch {
        // Nothing is lost that matters, and there is nobody to tell.
      }
    },
  };
}
