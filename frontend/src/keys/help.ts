// Whether the help about keys is open. In: wishes of buttons and keys. Out: a store.
import { createStore } from '../live/store';

export const helpShown = createStore(false);
