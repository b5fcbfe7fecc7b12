import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import { type ManifestUse, readManifestUse } from './kubernetes.ts';

const folder = mkdtempSync(join(tmpdir(), 'manifest-'));
after(() => rmSync(folder, { recursive: true }));

function read(text: string, image = 'registry.example/shop:1.2'): ManifestUse {
  const file = join(folder, 'deploy.yaml');
  writeFileSync(file, text);
  return readManifestUse(file, image, DEFAULT_LIMITS);
}

const DEPLOYMENT = `# comment
---
kind: Service
spec: { ports: [] }
---
kind: Deployment
spec:
  template:
    spec:
      securityContext: { runAsUser: 1000, runAsGroup: 2000 }
      initContainers:
        - { image: busybox, command: [sleep, '1'] }
        - { image: 'registry.example/shop:1.3', command: [/bin/migrate, --all] }
      containers:
        - image: registry.example/shop@sha256:1234
          command: [/usr/bin/server]
          args: [--port, 80]
          workingDir: /srv
          livenessProbe: { exec: { command: [curl, -sf, localhost] } }
          readinessProbe: { httpGet: { port: 80 } }
          lifecycle: { preStop: { exec: { command: [sh, -c, 'sleep 5'] } } }
          volumeMounts: [{ name: data, mountPath: /data }]
`;

suite('the use of an image by a manifest', () => {
  test('is its command, arguments, probes, mounts and user', () => {
    assert.deepEqual(read(DEPLOYMENT), {
      entrypoint: ['/usr/bin/server'],
      arguments: ['--port', '80'],
      user: '1000:2000',
      workingFolder: '/srv',
      mounts: ['/data'],
      commands: [
        { words: ['curl', '-sf', 'localhost'], rule: 'probe' },
        { words: ['sh', '-c', 'sleep 5'], rule: 'probe' },
        { words: ['/bin/migrate', '--all'], rule: 'container' },
      ],
    });
  });

  test('is found in the template of a cron job, and in a list', () => {
    const job =
      'spec: {jobTemplate: {spec: {template: {spec: {containers: [{image: shop, args: [x]}]}}}}}';
    assert.deepEqual(read(job), { arguments: ['x'], mounts: [], commands: [] });
    assert.deepEqual(read(`kind: List\nitems:\n- ${job}\n`).arguments, ['x']);
  });

  test('is that of the only container, whatever its name', () => {
    const pod = 'spec: {containers: [{image: other, securityContext: {runAsUser: 7}}]}';
    assert.deepEqual(read(pod, '/tmp/shop.oci.tar').user, '7');
  });

  test('is unknown if several containers have other images, or none', () => {
    const pod = 'spec: {containers: [{image: a}, {image: b}]}';
    assert.throws(() => read(pod), {
      code: 'E_CONFIG',
      message: /no container in .* uses the image/,
    });
    assert.throws(() => read('kind: Service'), { code: 'E_CONFIG', message: /no container in/ });
    assert.throws(() => read('a: [b'), { code: 'E_CONFIG', message: /not valid YAML/ });
  });
});
