import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { IMAGE } from '../../../test/support/sample-report.ts';
import { createTextMask, publishImage, readEnvironment } from './published-image.ts';
import type { ImageDescription } from './target.ts';

function createImage(config: unknown, more: Partial<ImageDescription> = {}): ImageDescription {
  return { ...IMAGE, config: Buffer.from(JSON.stringify(config)), ...more };
}

function publishConfig(config: unknown): unknown {
  return JSON.parse(Buffer.from(publishImage(createImage(config)).config).toString());
}

function publishInstruction(instruction: string, config: unknown = {}): string | undefined {
  const [layer] = IMAGE.layers;
  assert.ok(layer !== undefined);
  const image = createImage(config, { layers: [{ ...layer, instruction }] });
  return publishImage(image).layers[0]?.instruction;
}

suite('published images', () => {
  test('contain names of variables, and their values separately', () => {
    const image = createImage({
      config: { Env: ['PATH=/bin', 'A=b=c', 'TOKEN=hunter2', 'EMPTY'] },
    });
    assert.deepEqual(JSON.parse(Buffer.from(publishImage(image).config).toString()), {
      config: { Env: ['PATH', 'A', 'TOKEN', 'EMPTY'] },
    });
    assert.deepEqual(
      [...readEnvironment(image)],
      [
        ['PATH', '/bin'],
        ['A', 'b=c'],
        ['TOKEN', 'hunter2'],
      ],
    );
  });

  test('mask labels by name, by value, and by the value of a secret variable', () => {
    const labels = {
      'com.example.api-key': 'hunter2',
      url: 'https://me:hunter2@example.com',
      expanded: 'built with canary-1 today',
      maintainer: 'me <me@example.com>',
      'empty-token': '',
    };
    const image = createImage({ config: { Labels: labels, Env: ['TOKEN=canary-1'] } }, { labels });
    const masked = {
      'com.example.api-key': '***',
      url: 'https://***@example.com',
      expanded: 'built with *** today',
      maintainer: 'me <me@example.com>',
      'empty-token': '',
    };
    assert.deepEqual(publishImage(image).labels, masked);
    assert.deepEqual(JSON.parse(Buffer.from(publishImage(image).config).toString()), {
      config: { Labels: masked, Env: ['TOKEN'] },
    });
    assert.equal(createTextMask(image)('x canary-1'), 'x ***');
  });

  test('mask options of commands and checks, in lists and in lines', () => {
    assert.deepEqual(
      publishConfig({
        config: {
          Cmd: ['app', '--password', 'hunter2', '--token=hunter2', '--port', '80'],
          Entrypoint: ['/bin/sh', '-c', 'TOKEN=hunter2 app'],
          Healthcheck: {
            Test: ['CMD-SHELL', 'curl -H "Authorization: Bearer hunter2" x'],
            Interval: 3,
          },
          OnBuild: ['ENV A=hunter2', 'RUN make'],
        },
      }),
      {
        config: {
          Cmd: ['app', '--password', '***', '--token=***', '--port', '80'],
          Entrypoint: ['/bin/sh', '-c', 'TOKEN=*** app'],
          Healthcheck: { Test: ['CMD-SHELL', 'curl -H "Authorization: ***" x'], Interval: 3 },
          OnBuild: ['ENV A=***', 'RUN make'],
        },
      },
    );
  });

  test('omit members about the build, which repeat the same data', () => {
    assert.deepEqual(
      publishConfig({
        architecture: 'amd64',
        os: 'linux',
        created: '2026-01-01T00:00:00Z',
        container_config: { Env: ['TOKEN=hunter2'], Cmd: ['#(nop) ENV TOKEN=hunter2'] },
        'moby.buildkit.buildinfo.v1': 'aHVudGVyMg==',
        rootfs: { type: 'layers', diff_ids: [] },
      }),
      {
        architecture: 'amd64',
        os: 'linux',
        created: '2026-01-01T00:00:00Z',
        rootfs: { type: 'layers', diff_ids: [] },
      },
    );
  });

  const INSTRUCTIONS: readonly (readonly [written: string, published: string])[] = [
    [
      'RUN |1 TOKEN=hunter2 /bin/sh -c make # buildkit',
      'RUN |1 TOKEN=*** /bin/sh -c make # buildkit',
    ],
    ['|1 TOKEN=abc /bin/sh -c make', '|1 TOKEN=*** /bin/sh -c make'],
    ['|2 A=b c TOKEN=d e /bin/sh -c make', '|2 A=*** TOKEN=*** /bin/sh -c make'],
    ['|1 A=b c=d /bin/sh -c make', '|1 *** /bin/sh -c make'],
    ['|1 A=/opt/x /bin/bash -o pipefail -c make', '|1 A=*** /bin/bash -o pipefail -c make'],
    ['|1 A=hunter2 no shell', '|1 A=***'],
    ['ENV A=b c', 'ENV A=***'],
    ['ENV A=hunter2 B=hunter2', 'ENV A=*** B=***'],
    ['ENV A=x hunter2=y', 'ENV A=***'],
    ['ENV TOKEN hunter2 x', 'ENV TOKEN=***'],
    ['/bin/sh -c #(nop)  ENV A=hunter2', '/bin/sh -c #(nop)  ENV A=***'],
    ['/bin/sh -c #(nop)  ARG A=hunter2', '/bin/sh -c #(nop)  ARG A=***'],
    ['ARG A', 'ARG A'],
    ['ONBUILD ENV A=hunter2', 'ONBUILD ENV A=***'],
    ['LABEL token=hunter2 x maintainer=me', 'LABEL token=*** maintainer=me'],
    ['/bin/sh -c #(nop)  LABEL api.key=hunter2', '/bin/sh -c #(nop)  LABEL api.key=***'],
    ['RUN /bin/sh -c TOKEN=hunter2 make', 'RUN /bin/sh -c TOKEN=*** make'],
    ['RUN curl https://me:hunter2@example.com', 'RUN curl https://***@example.com'],
    ['COPY . / # buildkit', 'COPY . / # buildkit'],
    ['/bin/sh -c #(nop) ADD file:abc in / ', '/bin/sh -c #(nop) ADD file:abc in / '],
  ];
  for (const [written, published] of INSTRUCTIONS) {
    test(`hide values of build steps: ${published}`, () => {
      const config = { config: { Env: ['A=1', 'B=2'] }, history: [{ created_by: written }] };
      assert.equal(publishInstruction(written, config), published);
      assert.equal(publishInstruction(published, config), published);
      assert.deepEqual(publishConfig(config), {
        config: { Env: ['A', 'B'] },
        history: [{ created_by: published }],
      });
    });
  }

  test('mask expanded arguments in other steps', () => {
    const history = [
      { created_by: 'RUN |1 TOKEN=canary-1 /bin/sh -c make' },
      { created_by: 'COPY canary-1 /etc', comment: 'canary-1', author: 'me' },
    ];
    assert.deepEqual(publishConfig({ history, author: 'canary-1' }), {
      history: [
        { created_by: 'RUN |1 TOKEN=*** /bin/sh -c make' },
        { created_by: 'COPY *** /etc', comment: '***', author: 'me' },
      ],
      author: '***',
    });
  });

  test('mask annotations of the manifest', () => {
    const manifest = Buffer.from(
      JSON.stringify({ schemaVersion: 2, annotations: { token: 'hunter2', a: 'b' } }),
    );
    const published = publishImage(createImage({}, { manifest })).manifest;
    assert.deepEqual(JSON.parse(Buffer.from(published).toString()), {
      schemaVersion: 2,
      annotations: { token: '***', a: 'b' },
    });
  });

  test('keep bytes without secrets unchanged, and are idempotent', () => {
    const config = Buffer.from('{ "os": "linux",\n"config": { "Cmd": ["sh"] } }');
    const manifest = Buffer.from('{ "schemaVersion": 2 }');
    const image = publishImage({ ...IMAGE, config, manifest });
    assert.equal(image.config, config);
    assert.equal(image.manifest, manifest);
    const secret = publishImage(createImage({ config: { Env: ['TOKEN=hunter2'] } }));
    assert.deepEqual(publishImage(secret), secret);
  });

  test('omit an unreadable configuration', () => {
    const deep = `{"config":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
    for (const text of ['{', 'null', '[]', '"TOKEN=hunter2"', deep]) {
      const { config } = publishImage({ ...IMAGE, config: Buffer.from(text) });
      assert.ok(config.length < 1_000, text.slice(0, 40));
      assert.doesNotMatch(Buffer.from(config).toString(), /hunter2/);
    }
  });
});
