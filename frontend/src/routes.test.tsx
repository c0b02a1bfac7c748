// Which page stands at which path, and what a path that leads nowhere says.
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { readAddress } from './live/address';
import { HomePage } from './pages/HomePage';
import { NotFoundPage } from './pages/NotFoundPage';
import { CamerasPage, EventsPage, HistoryPage, routeAt, RulesPage, StatePage } from './routes';

const pageAt = (path: string) => routeAt(path).page;

describe('the routes', () => {
  it.each(['/', '', '//', '/index.html'])('lead to the live picture at "%s"', (path) => {
    expect(pageAt(path)).toBe(HomePage);
  });

  it('lead to what is kept', () => {
    expect(['/events', '/events/', '/history'].map(pageAt)).toEqual([EventsPage, EventsPage, HistoryPage]);
    expect(pageAt('/cameras/')).toBe(CamerasPage);
    expect(['/rules', '/state'].map(pageAt)).toEqual([RulesPage, StatePage]);
    expect(routeAt('/events').title).toBe('Events');
  });

  it.each(['/camera', '/live/', '/index.htm', '///x'])('lead nowhere at %s', (path) => {
    expect(pageAt(path)).toBe(NotFoundPage);
  });
});

describe('the page for paths that lead nowhere', () => {
  const address = readAddress('https://cam.example/no<b>where?token=secret');
  const markup = renderToStaticMarkup(<NotFoundPage address={address} />);

  it('names the path, as text and nothing else, and no token', () => {
    expect(markup).toContain('There is no page at /no%3Cb%3Ewhere');
    expect(markup).not.toContain('secret');
  });

  it('says what to do and links to the live picture', () => {
    expect(markup).toContain('Check the address');
    expect(markup).toContain('<a class="button" href="/">Watch the camera</a>');
  });
});
