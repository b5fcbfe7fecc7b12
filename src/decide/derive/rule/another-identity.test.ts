import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { deriveConclusion, type World } from '../../../../test/support/derivation.ts';
import { SAMPLE_FINDINGS } from '../../../../test/support/sample-report.ts';
import type { CpeProduct } from '../../../core/advisory.ts';
import { present } from '../../../core/assert.ts';
import type { Cpe } from '../../../core/package.ts';
import { anotherIdentity } from './another-identity.ts';

const PRODUCT: CpeProduct = {
  part: 'a',
  vendor: 'otherco',
  product: 'thing',
  edition: '',
  language: '',
  softwareEdition: '',
  targetHardware: '',
  targetSoftware: '',
  other: '',
};

const MATCH = present(SAMPLE_FINDINGS.findings[0]?.matches[0], 'a match');
const REASON = present(MATCH.reasons[0], 'a reason');
const { product: _, ...ADVISORY } = { product: PRODUCT, ...REASON.advisory };

/** Applies the rule to a guess about a product of a package that declares a CPE. */
function derive(declared: string, product: Partial<CpeProduct> = {}, more: World = {}) {
  const cpes: readonly Cpe[] = [
    { cpe: 'cpe:2.3:a:otherco:thing:1.0:*:*:*:*:*:*:*', source: 'generated' },
    { cpe: declared, source: 'declared' },
  ];
  const rule: typeof anotherIdentity = {
    ...anotherIdentity,
    derive: (one, around) =>
      anotherIdentity.derive({ ...one, package: { ...one.package, cpes } }, around),
  };
  const advisory = { product: { ...PRODUCT, ...product } };
  return deriveConclusion(rule, { reason: { kind: 'cpe' }, advisory, ...more });
}

const OWN = 'cpe:2.3:a:maker:widget:1.0:*:*:*:*:*:*:*';

suite('derived: another product', () => {
  test('gives both identities if neither vendor nor product agree', () => {
    const said = derive(OWN);
    assert.equal(said?.effect, 'set-aside');
    assert.equal(said.justification, 'component_not_present');
    assert.match(said.reason, /about otherco:thing, but the package declares maker:widget/);
    assert.ok(said.inputs.some((one) => one.kind === 'configuration' && one.value === OWN));
  });

  test('does not exclude that another product of the same vendor was renamed', () => {
    assert.equal(derive(OWN, { vendor: 'maker' })?.effect, 'suggestion');
    assert.equal(derive(OWN, { vendor: 'Maker' })?.effect, 'suggestion');
  });

  test('treats open attributes as equal', () => {
    assert.equal(derive('cpe:2.3:a:*:widget:1.0:*:*:*:*:*:*:*')?.effect, 'suggestion');
    assert.equal(derive('cpe:2.3:a:maker:*:1.0:*:*:*:*:*:*:*'), undefined);
  });

  test('concludes nothing for the same product, a CPE without a source, and findings that are not guesses', () => {
    assert.equal(derive('cpe:2.3:a:maker:thing:1.0:*:*:*:*:*:*:*'), undefined);
    assert.equal(derive('no cpe'), undefined);
    assert.equal(derive(OWN, {}, { reason: { kind: 'direct' } }), undefined);
    assert.equal(derive(OWN, {}, { reason: { kind: 'cpe' }, advisory: {} }), undefined);
  });

  test('suggests a review if the repository differs from that of the package URL', () => {
    const deriveUrls = (purl: string, ...urls: readonly string[]) =>
      derive(
        '',
        { vendor: 'redis', product: 'redis' },
        {
          package: { purl },
          match: {
            record: { ...MATCH.record, references: urls.map((url) => ({ url, tags: [] })) },
          },
        },
      );
    const own = 'pkg:swift/github.com/vapor/redis@4.10.0';
    const commit = 'https://github.com/redis/redis/commit/9317bf6';
    const exploit = 'https://github.com/someone/CVE-2024-31228';
    const said = deriveUrls(own, exploit, commit);
    assert.equal(said?.effect, 'suggestion');
    const reason =
      'the advisory is about github.com/redis/redis, but the package is from github.com/vapor/redis';
    assert.equal(said.reason, reason);
    assert.ok(said.inputs.some((one) => one.kind === 'configuration' && /redis/.test(one.value)));
    assert.equal(deriveUrls(own, exploit), undefined);
    assert.equal(deriveUrls(own, commit, 'https://github.com/Vapor/redis/pull/1'), undefined);
    assert.equal(deriveUrls('pkg:swift/github.com/redis/redis@4.10.0', commit), undefined);
    assert.equal(deriveUrls('pkg:generic/redis@4.10.0', commit), undefined);
  });

  test('names each of several statements, including one without a product', () => {
    const guess = { kind: 'cpe', advisory: { ...ADVISORY, product: PRODUCT } } as const;
    const silent = { kind: 'cpe', advisory: ADVISORY } as const;
    const reasons = [guess, silent].map((one) => ({ ...REASON, ...one }));
    const said = derive(OWN, {}, { match: { reasons } });
    const says = said?.inputs.flatMap((one) => (one.kind === 'advisory' ? [one.says] : []));
    assert.deepEqual(says, ['otherco:thing', 'a package']);
  });
});
