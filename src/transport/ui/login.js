// Hands a credential over. In: a token, or a name and a password, from the form. Out: a session, whose cookie
// scripts cannot read, and the page that was asked for, without a token in its address.

const form = document.querySelector('form');
const wrong = document.getElementById('wrong');
const by = document.getElementById('by');
const fields = Object.fromEntries(
  ['token', 'name', 'password'].map((name) => [name, form.elements.namedItem(name)]),
);
/** What may be shown here, the most usual one first: password, token, or both; nothing where none is set. */
const kinds = form.dataset.kinds.split(' ');
/** Note that a page which is there was tried, so that one that is refused all the same is not tried for ever. */
const TRIED = 'steadycast.tried';

/** Whether name and password are asked for, and not a token. */
let byName = kinds[0] === 'password';

function ask(forName) {
  byName = forName;
  for (const [name, field] of Object.entries(fields)) {
    field.closest('label').hidden = (name === 'token') === byName;
    field.required = (name === 'token') !== byName;
  }
  by.textContent = byName ? 'Enter a token instead' : 'Enter a name and a password instead';
  (byName ? fields.name : fields.token).focus();
}

/** The address of the page that was asked for: nothing of a credential in it, also none that has ended. */
function address() {
  const page = new URL(window.location.href);
  page.searchParams.delete('token');
  page.searchParams.delete('ended');
  return page;
}

function open() {
  const page = address();
  // With it nothing would be loaded where only that differs.
  page.hash = '';
  window.location.replace(page.href);
}

async function logIn(event) {
  event.preventDefault();
  wrong.textContent = '';
  const given = byName
    ? { name: fields.name.value.trim(), password: fields.password.value }
    : { token: fields.token.value.trim() };
  try {
    const answer = await fetch('/api/login', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Steadycast': '1' },
      body: JSON.stringify(given),
    });
    if (answer.ok) {
      open();
      return;
    }
    const told = await answer.json().catch(() => undefined);
    wrong.textContent = told?.error?.message ?? `The server answers ${answer.status}`;
  } catch {
    wrong.textContent = 'The server does not answer';
  }
}

/**
 * Looks who is there already. Browsers keep the cookie back where a link of another site led here, so that
 * the server could not know.
 */
async function look() {
  const answer = await fetch('/api/session').catch(() => undefined);
  if (!answer?.ok) return;
  const { role } = await answer.json();
  const isIn = role === 'viewer' || role === 'admin';
  if (isIn && window.sessionStorage.getItem(TRIED) === null) {
    window.sessionStorage.setItem(TRIED, '1');
    open();
  } else {
    window.sessionStorage.removeItem(TRIED);
  }
}

form.addEventListener('submit', (event) => void logIn(event));
form.querySelector('details').addEventListener('toggle', () => {
  // It also comes for what is open from the first, when somebody may already be typing.
  if (!Object.values(fields).includes(document.activeElement)) ask(byName);
});
by.addEventListener('click', () => ask(!byName));
by.hidden = kinds.length < 2;
// What has ended has been said; the address is one to come back to, with a token that was not looked at.
const here = new URL(window.location.href);
here.searchParams.delete('ended');
window.history.replaceState(null, '', here.href);
ask(byName);
void look();
