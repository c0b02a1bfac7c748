// The keys of a page in words. In: nothing. Out: each key with what it does, for the help.

export interface KeyWord {
  keys: readonly string[];
  does: string;
}

export const KEY_WORDS: readonly KeyWord[] = [
  { keys: ['f'], does: 'fills the screen, and leaves it' },
  { keys: ['s'], does: 'saves the picture, with the layers that are shown' },
  { keys: ['+', '−', '0'], does: 'looks closer, less closely, at the whole picture' },
  { keys: ['←', '→', '↑', '↓'], does: 'moves a picture that is looked at closely' },
  { keys: ['a'], does: 'shows or hides what is counted' },
  { keys: ['d'], does: 'shows or hides details' },
  { keys: ['o'], does: 'shows or hides the other cameras' },
  { keys: ['n', 'p'], does: 'goes to the next camera, to the one before' },
  { keys: ['Esc'], does: 'goes back to all cameras' },
  { keys: ['?'], does: 'shows this list' },
];
