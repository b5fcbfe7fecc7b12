import { createEcosystemMatcher } from '../ecosystem-matcher.ts';

/** Packages of npm, by name including the scope. */
export const javascript = createEcosystemMatcher({
  id: 'javascript',
  title: 'npm packages',
  spec: 'https://docs.npmjs.com/cli/configuring-npm/package-json#name',
  types: ['npm'],
  scheme: 'npm',
  rebuildMarks: { prefixes: ['@rootio/', 'rootio-'], version: /-root\.io\./ },
});
