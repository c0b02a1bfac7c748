// The lint rules of the viewer and of its browser tests. For the viewer: the strict set that knows types,
// plus what the code style asks for (no any, no socket made inside a component). For the browser tests, which
// are plain JavaScript: the strict set that needs no types, and names that exist nowhere.
import tseslint from 'typescript-eslint';

/**
 * What Node gives the browser tests, and what the browser gives to functions that are evaluated in a page.
 */
const TEST_GLOBALS = [
  ...[
    'Buffer',
    'URL',
    'WebSocket',
    'clearInterval',
    'clearTimeout',
    'console',
    'fetch',
    'performance',
    'process',
  ],
  ...['setInterval', 'setTimeout'],
  ...[
    'Event',
    'Image',
    'MutationObserver',
    'OffscreenCanvas',
    'TextDecoder',
    'Worker',
    'document',
    'requestAnimationFrame',
    'window',
  ],
];

export default tseslint.config(
  { ignores: ['dist', 'node_modules', 'eslint.config.js'] },
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
    languageOptions: { globals: Object.fromEntries(TEST_GLOBALS.map((name) => [name, 'readonly'])) },
    rules: { 'no-undef': 'error', 'prefer-const': 'error', eqeqeq: 'error' },
  },
);
