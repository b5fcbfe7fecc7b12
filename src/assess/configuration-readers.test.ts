import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { IMAGE, SAMPLE_INVENTORY } from '../../test/support/sample-report.ts';
import { readImageFacts } from '../compliance/policy/image-facts.ts';
import type { ImageDescription } from '../foundation/core/target.ts';
import { readConfigTexts } from '../hardening/compare/image-config.ts';
import { processConfig } from '../hardening/reach/process-config.ts';

function createImage(config: unknown): ImageDescription {
  return { ...IMAGE, config: Buffer.from(JSON.stringify(config)) };
}

suite('the configuration of an image', () => {
  test('is the same for reachability, comparisons and policies', () => {
    const image = createImage({
      config: { user: 'root', exposedPorts: { '22/tcp': {} }, cmd: ['/x'], env: ['A=b'] },
    });
    const started = processConfig(image);
    assert.equal(started.user, 'root');
    assert.deepEqual(started.exposedPorts, ['22/tcp']);
    assert.deepEqual(started.command, ['/x']);
    assert.equal(started.environment.get('A'), 'b');
    const texts = readConfigTexts({ ...SAMPLE_INVENTORY, target: image });
    assert.equal(texts.get('User'), 'root');
    assert.equal(texts.get('Port 22/tcp'), 'set');
    assert.ok(texts.has('Env A'));
    const facts = readImageFacts({ target: image });
    assert.equal(facts?.user, 'root');
    assert.deepEqual(facts.ports, ['22/tcp']);
    assert.deepEqual(facts.variables, ['A']);
  });
});
