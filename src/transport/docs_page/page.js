// Shows the description of the interface. In: /api/openapi.json. Out: a row for each operation, which opens
// and tells what it takes and gives. Everything is put into the page as text.

/** An element with text or other elements in it. */
function element(name, className, ...inside) {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.append(...inside);
  return made;
}

/** A text, with what stands between backticks as code. Nothing of it is read as markup. */
function spans(text = '') {
  const parts = text.split('`');
  // A backtick that none follows stands for itself.
  if (parts.length % 2 === 0) return [text];
  return parts.map((part, n) => (n % 2 === 1 ? element('code', '', part) : part));
}

/** Name of a schema that is referred to. */
const nameOf = (reference) => reference.slice(reference.lastIndexOf('/') + 1);

/** A schema in a few words. */
function words(schema) {
  if (schema.$ref) return nameOf(schema.$ref);
  if (schema.anyOf) return schema.anyOf.map(words).join(' or ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((each) => JSON.stringify(each)).join(', ');
  const kind = [schema.type ?? 'anything'].flat().join(' or ');
  const bounds = ['minimum', 'maximum', 'pattern', 'format', 'minLength', 'maxLength']
    .filter((bound) => schema[bound] !== undefined)
    .map((bound) => `${bound} ${schema[bound]}`);
  const of = schema.items ? ` of ${words(schema.items)}` : '';
  return [kind + of, ...bounds].join(', ');
}

/** Every schema that a schema leads to, itself included. */
function reached(schema, schemas, found = new Map()) {
  if (schema === null || typeof schema !== 'object') return found;
  const name = typeof schema.$ref === 'string' ? nameOf(schema.$ref) : undefined;
  if (name !== undefined && !found.has(name)) {
    found.set(name, schemas[name]);
    reached(schemas[name], schemas, found);
  }
  for (const inner of Object.values(schema)) reached(inner, schemas, found);
  return found;
}

function table(rows) {
  const made = element('table');
  for (const cells of rows)
    made.append(element('tr', '', ...cells.map((cell) => element('td', '', ...spans(cell)))));
  return made;
}

function bodies(content, schemas) {
  return Object.entries(content ?? {}).flatMap(([kind, { schema }]) => [
    element('p', 'words', `${kind}: ${words(schema)}`),
    ...[...reached(schema, schemas)].map(([name, each]) =>
      element('pre', '', `${name} ${JSON.stringify(each, undefined, 2)}`),
    ),
  ]);
}

/** What an operation takes and gives. */
function told(operation, schemas) {
  const inside = [];
  if (operation.parameters) {
    const rows = operation.parameters.map((each) => [
      `${each.name}${each.required ? '' : '?'}`,
      each.description,
      words(each.schema),
    ]);
    inside.push(element('h2', '', 'Parameters'), table(rows));
  }
  if (operation.requestBody)
    inside.push(element('h2', '', 'Body'), ...bodies(operation.requestBody.content, schemas));
  inside.push(element('h2', '', 'Answers'));
  const answers = Object.entries(operation.responses);
  inside.push(table(answers.map(([status, { description }]) => [status, description])));
  for (const [status, { content }] of answers)
    if (status < 300 && content) inside.push(...bodies(content, schemas));
  return inside;
}

function row(path, method, operation, schemas) {
  const made = element('details');
  made.append(
    element(
      'summary',
      '',
      element('span', 'method', method.toUpperCase()),
      element('code', '', path),
      ...spans(` ${operation.summary} `),
      element('span', 'role', `(${operation['x-role']})`),
    ),
  );
  made.dataset.words = `${method} ${path} ${operation.summary}`.toLowerCase();
  // Filled when it is opened: all of them at once would be a long page.
  made.addEventListener('toggle', () => made.append(...told(operation, schemas)), { once: true });
  return made;
}

async function show() {
  const place = document.getElementById('operations');
  try {
    const answer = await fetch('/api/openapi.json');
    if (!answer.ok) throw new Error(`the server answers ${answer.status}`);
    const { info, paths, components } = await answer.json();
    const about = spans(`${info.title} ${info.version}. ${info.description}`);
    document.getElementById('about').replaceChildren(...about);
    const rows = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods)
        .filter(([method]) => method !== 'head')
        .map(([method, operation]) => row(path, method, operation, components.schemas)),
    );
    place.replaceChildren(...rows);
    const find = document.getElementById('find');
    find.addEventListener('input', () => {
      const wanted = find.value.trim().toLowerCase();
      for (const each of rows) each.hidden = !each.dataset.words.includes(wanted);
    });
  } catch (error) {
    place.replaceChildren(element('p', '', `The description cannot be shown: ${error.message}`));
  }
}

void show();
