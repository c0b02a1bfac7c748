// The lint rules of the viewer and of its browser tests. For the viewer: the strict set that knows types,
// plus what the code style asks for (no any, no socket made inside a component). For the browser tests, which
// are plain JavaScript: the strict set that needs no types, and names that exist nowhere.
import tseslint from 'typescript-eslint';

/** What Node gives to the browser tests. */
const NODE =
  'Buffer FormData URL WebSocket clearInterval clearTimeout console fetch performance process setInterval setTimeout';
/** What the browser gives to functions of the browser tests that run in a page. */
const PAGE =
  'Event Image MutationObserver OffscreenCanvas TextDecoder Worker document requestAnimationFrame window';

export default tseslint.config(
  { ignores: ['dist', 'generated', 'node_modules', 'eslint.config.js'] },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [...tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    files: ['src/**/*.tsx'],
    rules: { 'no-restricted-globals': ['error', 'WebSocket', 'Worker', 'setInterval', 'setTimeout'] },
  },
  {
    files: ['**/*.mjs'],
    extends: [...tseslint.configs.strict],
    languageOptions: { globals: globalsOf(NODE, PAGE) },
    rules: { 'no-undef': 'error', 'prefer-const': 'error', eqeqeq: 'error' },
  },
);

/** Names out of lists with spaces between, as globals that nothing may assign to. */
function globalsOf(...lists) {
  return Object.fromEntries(lists.flatMap((list) => list.split(' ')).map((name) => [name, 'readonly']));
}
