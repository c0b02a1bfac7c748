// A page that shows what the server keeps. In: where it is, its name, and what stands on it. Out: the bar,
// and below it a column that scrolls; with what asks the server, and the account of who looks.
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { WithAccount } from '../login/WithAccount';
import { Bar } from './Bar';

interface Props {
  at: string;
  title: string;
  href: string;
  children: ReactNode;
}

export function Sheet({ at, title, href, children }: Props) {
  const [client] = useState(() => new QueryClient({ defaultOptions: { queries: { retry: 1 } } }));
  return (
    <QueryClientProvider client={client}>
      <WithAccount href={new URL('/', href).href} connection="open">
        <div className="page">
          <Bar at={at} />
          <main className="sheet">
            <h2 className="spoken">{title}</h2>
            {children}
          </main>
        </div>
      </WithAccount>
    </QueryClientProvider>
  );
}
