import js from '@eslint/js';
import tseslint from 'typescript-eslint';

// A folder of src imports only folders on lower floors, so the data flow can be read off the tree.
const floors = [
  ['abi'],
  ['guest', 'otlp'],
  ['runner', 'sink'],
  ['pipeline'],
  ['processor', 'exporter', 'receiver'],
  ['config'],
  ['testing', 'register'],
  ['conformance'],
  ['cli'],
];

const floorRules = floors.flatMap((folders, floor) =>
  folders.map(folder => {
    const forbidden = floors
      .flatMap((names, other) => (other >= floor ? names : []))
      .filter(name => name !== folder)
      .flatMap(name => [`**/${name}/*`, `**/${name}`]);
    return {
      files: [`src/${folder}/**/*.ts`],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              ...(forbidden.length
                ? [
                    {
                      group: forbidden.map(pattern => `../${pattern}`.replace('../**/', '../')),
                      message: `src/${folder} may import lower floors only.`,
                    },
                  ]
                : []),
              // Tools above the public surface use it; what the surface is made of cannot.
              ...(floor < 5 ? [{ group: ['../index'], message: 'The public surface is for users.' }] : []),
            ],
          },
        ],
      },
    };
  }),
);

export default tseslint.config(
  {
    ignores: [
      'build/',
      'docs/api/',
      '**/node_modules/',
      '**/*.js',
      '**/*.cjs',
      'assembly/',
      'examples/guests/assemblyscript/',
      'benchmarks/extism/*.ts',
      '**/target/',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
    },
  },
  {
    files: ['test/**/*.ts', 'benchmarks/**/*.ts', 'examples/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
      '@typescript-eslint/require-await': 'off',
    },
  },
  {
    files: ['**/*.mjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        URL: 'readonly',
        WebAssembly: 'readonly',
        Buffer: 'readonly',
        performance: 'readonly',
        setTimeout: 'readonly',
      },
    },
  },
  ...floorRules,
);
