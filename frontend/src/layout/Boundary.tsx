// What is shown where a page cannot be: a part of it that does not load, as behind an upgrade of the server,
// or a fault in it. In: the page. Out: the page, or what to do.
import { Component, type ReactNode } from 'react';

interface Props {
  children: ReactNode;
}

export class Boundary extends Component<Props, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError() {
    return { failed: true };
  }

  override render() {
    if (!this.state.failed) return this.props.children;
    return (
      <main className="lost" role="alert" data-testid="failed">
        <h1 className="notice-title">This page cannot be shown</h1>
        <p className="notice-text">The server may be a newer one than the page that is open.</p>
        <button type="button" className="button" onClick={() => window.location.reload()}>
          Reload
        </button>
      </main>
    );
  }
}
