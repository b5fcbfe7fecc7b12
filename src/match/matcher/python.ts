import { createEcosystemMatcher } from '../ecosystem-matcher.ts';

/** Python distributions, by their PEP 503 normalized name. */
export const python = createEcosystemMatcher({
  id: 'python',
  title: 'Python distributions',
  spec: 'https://peps.python.org/pep-0503/#normalized-names',
  types: ['python'],
  scheme: 'pep440',
  rebuildMarks: { prefixes: ['rootio-', 'rootio_'], version: /\+root\.io\./ },
  listSearchedNames: ({ name }) => [name.replace(/[-_.]+/g, '-').toLowerCase()],
});
