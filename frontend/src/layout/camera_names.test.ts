import { describe, expect, it } from 'vitest';
import { namesOf } from './camera_names';

describe('the cameras to choose from', () => {
  it('have the one that the server takes as the one that is meant', () => {
    expect(namesOf(['door', 'main', 'yard'], undefined).meant).toBe('main');
    expect(namesOf(['door', 'yard'], undefined).meant).toBe('door');
    expect(namesOf([], undefined)).toEqual({ names: [], meant: undefined });
  });

  it('have the wanted one among them, also where it is gone', () => {
    expect(namesOf(['door'], 'attic')).toEqual({ names: ['door', 'attic'], meant: 'attic' });
    expect(namesOf(['door'], 'door').names).toEqual(['door']);
  });
});
