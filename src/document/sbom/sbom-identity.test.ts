import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { SAMPLE_INVENTORY } from '../../../test/support/sample-report.ts';
import { computeUuid, createImagePurl } from './sbom-identity.ts';

suite('identity of documents', () => {
  test('the same content has the same identifier, however it is cut into pieces', () => {
    const whole = computeUuid((sink) => sink.write('content'));
    const pieces = computeUuid((sink) => {
      sink.write('con');
      sink.write('tent');
    });
    assert.equal(whole, pieces);
    assert.notEqual(
      whole,
      computeUuid((sink) => sink.write('other')),
    );
    assert.match(whole, /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  const { target } = SAMPLE_INVENTORY;
  assert.ok(target.kind === 'image');
  const digest = `sha256%3A${'1'.repeat(64)}`;
  const cases = [
    ['example/shop:2.1', `pkg:oci/shop@${digest}?arch=amd64&tag=2.1`],
    ['host:5000/Shop', `pkg:oci/shop@${digest}?arch=amd64&repository_url=host%3A5000/Shop`],
    ['ghcr.io/a/b:1@sha256:x', `pkg:oci/b@${digest}?arch=amd64&repository_url=ghcr.io/a/b&tag=1`],
    ['./images/a.tar', `pkg:oci/a.tar@${digest}?arch=amd64`],
  ] as const;
  for (const [name, expected] of cases) {
    test(`the package URL of the image ${name}`, () => {
      assert.equal(createImagePurl({ ...target, name }), expected);
    });
  }
});
