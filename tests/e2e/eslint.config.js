import js from '@eslint/js';
import globals from 'globals';

// The tests run in Node; what they hand over to `evaluate` runs in the page.
export default [
  { ignores: ['output', 'playwright-report'] },
  js.configs.recommended,
  {
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
    rules: { eqeqeq: 'error', 'no-unused-vars': ['error', { ignoreRestSiblings: true }] },
  },
];
