import js from '@eslint/js';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import typescript from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

// Imports point down: App → views → features → kit, with api, host, words and i18n beside them.
const tauri = {
  group: ['@tauri-apps/*'],
  message: 'Only host/ knows in which window it lives.',
};
const product = {
  group: ['**/api/**', '**/host/**', '**/words/**', '**/i18n/**', '**/features/**', '**/views/**'],
  message: 'kit/ knows nothing of the product.',
};
const faces = {
  group: ['**/features/**', '**/views/**', '**/kit/**', '**/App.svelte'],
  message: 'api/, host/ and words/ know nothing of what draws them.',
};
const siblings = {
  // A feature reaches kit, api, words, i18n and its own folder; `../<name>` is another feature.
  regex: '^\\.\\./(?!\\.\\./)|/features/|/views/',
  message: 'A feature never imports another feature or a view; a view composes them.',
};
const inner = {
  regex: '/features/[^/]+/.+',
  message: 'A feature is used through its index.',
};

const app = {
  regex: '^\\.\\./(i18n$|host/|features/|views/|stores$|navigation|App\\.svelte)',
  message: 'The hub’s own pages share kit and words with the app, and carry nothing else of it.',
};

const only = (...patterns) => ({ 'no-restricted-imports': ['error', { patterns }] });

export default typescript.config(
  { ignores: ['dist', 'dist-hub', 'src/api/generated'] },
  js.configs.recommended,
  ...typescript.configs.strictTypeChecked,
  ...svelte.configs.recommended,
  {
    languageOptions: {
      globals: globals.browser,
      parserOptions: {
        projectService: { allowDefaultProject: ['*.js', '*.config.ts'] },
        extraFileExtensions: ['.svelte'],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      eqeqeq: 'error',
      'no-console': 'error',
      'no-eval': 'error',
      'svelte/no-at-html-tags': 'error',
      // `style:` directives go through the object model, which the policy allows; attributes not.
      'no-restricted-syntax': [
        'error',
        {
          selector: "SvelteAttribute[key.name='style']",
          message: 'The policy of the pages forbids style attributes.',
        },
      ],
      'svelte/block-lang': ['error', { script: ['ts'] }],
      'svelte/button-has-type': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      ...only(tauri, inner),
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: typescript.parser, svelteConfig } },
    rules: {
      // `$state` fields and `$props` are read again after they change.
      'prefer-const': 'off',
      'svelte/prefer-const': ['error', { destructuring: 'all' }],
      // Here a component seen through another file has no type; svelte-check knows it.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  { files: ['src/host/**'], rules: only(faces) },
  { files: ['src/api/**', 'src/words/**', 'src/i18n/**'], rules: only(tauri, faces) },
  {
    // French sets a blank that does not break before its signs, and other languages have theirs.
    files: ['src/i18n/**'],
    rules: { 'no-irregular-whitespace': ['error', { skipTemplates: true }] },
  },
  { files: ['src/kit/**'], rules: only(tauri, product) },
  { files: ['src/features/**'], rules: only(tauri, siblings) },
  { files: ['src/hub/**'], rules: only(tauri, app) },
  { files: ['*.js', '*.config.ts'], ...typescript.configs.disableTypeChecked },
);
