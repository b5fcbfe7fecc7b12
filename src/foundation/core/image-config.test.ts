import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { IMAGE } from '../../../test/support/sample-report.ts';
import { readImageConfig } from './image-config.ts';
import { publishImage, readEnvironment } from './published-image.ts';
import type { ImageDescription } from './target.ts';

function createImage(config: unknown): ImageDescription {
  return { ...IMAGE, config: Buffer.from(JSON.stringify(config)) };
}

suite('the configuration of an image', () => {
  test('is read as engines do, which ignore the case of names', () => {
    const config = {
      config: {
        User: 'app',
        USER: 'root',
        entrypoint: '/bin/sh',
        'Healthchec\u212a': { test: ['NONE'] },
      },
      history: [{ Created_By: 'RUN x', EMPTY_LAYER: true }],
    };
    const { process, healthcheck, history, problems } = readImageConfig(createImage(config).config);
    assert.deepEqual(process, {
      User: 'root',
      Entrypoint: '/bin/sh',
      Healthcheck: { test: ['NONE'] },
    });
    assert.deepEqual(healthcheck, { Test: ['NONE'] });
    assert.deepEqual(history, [{ created_by: 'RUN x', empty_layer: true }]);
    assert.equal(problems.length, 6);
  });

  test('has a problem if it is malformed', () => {
    for (const [config, problem] of [
      [{ config: { ExposedPorts: ['22/tcp'] } }, /"ExposedPorts" .* is malformed/],
      [{ config: { Env: 'A=b' } }, /"Env"/],
      [{ history: [{ empty_layer: 'yes' }] }, /"empty_layer"/],
      [[], /not a JSON object/],
    ] as const) {
      assert.match(readImageConfig(createImage(config).config).problems.join('\n'), problem);
    }
    assert.deepEqual(readImageConfig(createImage({ config: { Env: null } }).config).problems, []);
    assert.equal(readImageConfig(Buffer.from('{')).problems.length, 1);
  });

  test('never publishes the value of a variable, whatever the case of its member', () => {
    const image = createImage({
      config: { env: ['DB_HOST=db.internal.example'], onbuild: ['ENV KEY=topsecretvalue'] },
      history: [{ Created_by: 'ENV PLAIN=othersecretvalue' }],
    });
    assert.equal(readEnvironment(image).get('DB_HOST'), 'db.internal.example');
    const text = Buffer.from(publishImage(image).config).toString();
    assert.doesNotMatch(text, /db\.internal|topsecret|othersecret/);
    assert.match(text, /DB_HOST/);
  });
});
