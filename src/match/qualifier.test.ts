import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPackage } from '../../test/support/inventory.ts';
import type { Advisory, AdvisoryQualifiers } from '../core/advisory.ts';
import { stock } from './matcher/stock.ts';
import type { MatchContext, Matcher } from './matcher.ts';
import { OWN_STRATEGY } from './own-strategy.ts';
import { isQualified } from './qualifier.ts';
import { createSubject } from './subject.ts';

/** A matcher whose source packages have an architecture of their own, like those of rpm. */
const WITH_SOURCES: Matcher = { ...stock, sourceArchitecture: 'src' };

const ALIASES = new Map([['x86_64', 'amd64']]);
const CONTEXT = {
  distro: undefined,
  strategy: OWN_STRATEGY,
  lookup: { architectureAliases: ALIASES },
} as unknown as MatchContext;

interface Installed {
  readonly architecture?: string;
  readonly modularity?: string;
  readonly kind?: 'direct' | 'indirect';
}

function isMatch(
  qualifiers: AdvisoryQualifiers,
  installed: Installed,
  effect: Advisory['effect'] = 'affected',
): boolean {
  const { kind = 'direct', ...facts } = installed;
  const item = createPackage({ name: 'p', type: 'other', ...facts });
  const advisory = { effect, qualifiers } as Advisory;
  return isQualified(advisory, { ...createSubject(item, WITH_SOURCES), kind }, CONTEXT);
}

test('an affected package is one whose architecture is not known to differ', () => {
  const x86 = { architecture: 'x86_64' };
  assert.ok(isMatch(x86, { architecture: 'amd64' }));
  assert.ok(!isMatch(x86, { architecture: 'arm64' }));
  assert.ok(isMatch(x86, {}));
  assert.ok(isMatch(x86, { architecture: 'noarch' }));
  assert.ok(isMatch({ architecture: 'all' }, { architecture: 'arm64' }));
  assert.ok(isMatch({ architecture: '' }, { architecture: 'arm64' }));
});

test('an unaffected package must have the stated architecture', () => {
  const x86 = { architecture: 'x86_64' };
  assert.ok(isMatch(x86, { architecture: 'amd64' }, 'unaffected'));
  assert.ok(!isMatch(x86, {}, 'unaffected'));
  assert.ok(!isMatch(x86, { architecture: 'noarch' }, 'unaffected'));
  assert.ok(isMatch({ architecture: 'noarch' }, { architecture: 'noarch' }, 'unaffected'));
});

test('a statement about sources applies to all packages, one about binaries does not apply to sources', () => {
  assert.ok(isMatch({ architecture: 'src' }, { architecture: 'arm64' }));
  const binary = { architecture: 'binary-no-arch-specified' };
  assert.ok(isMatch(binary, { architecture: 'arm64' }));
  assert.ok(!isMatch(binary, { architecture: 'arm64', kind: 'indirect' }));
});

test('a statement about a module applies to its packages, one about no module to those outside', () => {
  const module = { modularity: 'mariadb:10.3' };
  assert.ok(isMatch(module, { modularity: 'mariadb:10.3:8040' }));
  assert.ok(!isMatch(module, { modularity: 'mariadb:10.5' }));
  assert.ok(!isMatch(module, { modularity: '' }));
  assert.ok(isMatch(module, {}));
  assert.ok(isMatch({ modularity: '' }, { modularity: '' }));
  assert.ok(!isMatch({ modularity: '' }, { modularity: 'mariadb:10.3' }));
  assert.ok(isMatch({}, { modularity: 'mariadb:10.3' }));
});
