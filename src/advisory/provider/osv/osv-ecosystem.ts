import { OSV_ECOSYSTEMS, type OsvEcosystem } from './osv-ecosystem.data.ts';

/** Ecosystems that another repository than the usual one can follow, after a colon. */
const WITH_REPOSITORY: ReadonlySet<string> = new Set(['Maven', 'Packagist']);

/**
 * Returns the target of statements about an ecosystem; `undefined` if it is not supported. An
 * installed package does not show its repository, so it does not matter.
 */
export function findOsvEcosystem(ecosystem: string): OsvEcosystem | undefined {
  const [name = ''] = ecosystem.split(':', 1);
  return OSV_ECOSYSTEMS.get(WITH_REPOSITORY.has(name) ? name : ecosystem);
}
