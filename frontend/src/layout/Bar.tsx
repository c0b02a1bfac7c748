// The bar of a page that is not one camera's. In: where the page is, and what stands in the bar besides. Out:
// the product's name, the ways between the pages, and a way out for who has logged in.
import type { ReactNode } from 'react';
import { LogOut } from '../login/LogOut';
import { Brand } from '../ui/Brand';
import { Navigation } from './Navigation';
import { ThemeButton } from './ThemeButton';

export function Bar({ at, children }: { at: string; children?: ReactNode }) {
  return (
    <header className="bar">
      <div className="name">
        <Brand />
        <Navigation at={at} />
      </div>
      <div className="badges">
        {children}
        <ThemeButton />
        <LogOut />
      </div>
    </header>
  );
}
