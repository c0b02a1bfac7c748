// The entry. In: the browser's address bar. Out: the app in the document's root. A token in the address is
// handed over and taken out of it before anything else is asked for.
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './App';
import { tokenIn, withoutToken } from './live/address';
import { logIn } from './login/login';
import { beginTheme } from './ui/theme';
import './style/index.css';

const element = document.getElementById('root');
if (element === null) throw new Error('index.html has no #root');
const root = createRoot(element);
beginTheme();

function show(): void {
  root.render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
}

// The server takes tokens out of addresses itself; the development server has none of that.
const token = tokenIn(window.location.href);
if (token === undefined) {
  show();
} else {
  window.history.replaceState(null, '', withoutToken(window.location.href));
  // With a wrong one the page says what is missing.
  void logIn({ token }, window.location.href).finally(show);
}
