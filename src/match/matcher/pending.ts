import type { Matcher } from '../matcher.ts';

/**
 * Package types of operating systems whose rules are not written yet. They are reported as not
 * evaluated: a search by guessed CPE would answer with what their vendors have long fixed.
 */
export const pending: Matcher = {
  id: 'pending',
  title: 'Packages of operating systems that are not searched yet',
  spec: 'docs/roadmap.md',
  types: ['alpm', 'msrc-kb', 'portage'],
  isSystem: true,
  ignoreRules: [],
  comprehensiveSystems: [],
  notComprehensiveSystems: [],
  partTypes: [],
  match({ package: { key, type } }) {
    const detail = `packages of the type ${type} cannot be held against advisories yet`;
    return {
      candidates: [],
      silences: [],
      unevaluated: [{ packageKey: key, why: 'no-matcher', detail }],
    };
  },
};
