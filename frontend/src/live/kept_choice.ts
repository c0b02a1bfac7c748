// The quality that was chosen by hand on the page of one camera, kept while other pages are shown. In:
// choices. Out: the last one; nothing before there was one.
import type { Choice } from '../quality/decision';

let kept: Choice | undefined;

export function keepChoice(choice: Choice): void {
  kept = choice;
}

export function keptChoice(): Choice | undefined {
  return kept;
}
