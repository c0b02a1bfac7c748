// Something that is on or off, and stays so between visits. In: a keeper. Out: a hook.
import { useState } from 'react';
import type { Keeper } from '../storage/keeper';

const ON = 'on';

/** Off on a first visit. */
export function useKeptFlag(keeper: Keeper): [boolean, () => void] {
  const [on, setOn] = useState(() => keeper.load() === ON);
  const toggle = () => {
    keeper.save(on ? 'off' : ON);
    setOn(!on);
  };
  return [on, toggle];
}
