/** Unit and template tests; the end-to-end timelines run on their own (jest.e2e.config.mjs). */
export default {
  testEnvironment: 'node',
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        jsc: { parser: { syntax: 'typescript' }, target: 'es2023' },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/end-to-end/'],
  modulePathIgnorePatterns: ['<rootDir>/cdk.out/', '<rootDir>/.tocsin/', '<rootDir>/flink-job/target/'],
  collectCoverageFrom: ['{contracts,lib,lambdas,cli}/**/*.ts', '!**/generated/**'],
  coverageThreshold: { global: { lines: 90 } },
};
