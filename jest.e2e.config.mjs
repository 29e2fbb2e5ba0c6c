import base from './jest.config.mjs';

/** Timelines against whole local runs: one after the other, because each takes the machine. */
const { coverageThreshold: _none, collectCoverageFrom: _files, ...shared } = base;
export default {
  ...shared,
  testMatch: ['<rootDir>/test/end-to-end/**/*.e2e.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
  testTimeout: 240_000,
};
