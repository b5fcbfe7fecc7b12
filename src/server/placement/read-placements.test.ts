import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { DEFAULT_LIMITS } from '../../foundation/core/limits.ts';
import type { Placement } from './placement.ts';
import { readPlacementDocument } from './read-placements.ts';

const A = `sha256:${'a'.repeat(64)}`;
const B = `sha256:${'b'.repeat(64)}`;

function read(document: object | string): readonly Placement[] {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  return readPlacementDocument(Buffer.from(text), 'prod', DEFAULT_LIMITS);
}

/** The parts of a pod that kubectl 1.30 prints and that count here. */
function createPod(name: string, { spec = {}, status = {}, metadata = {} } = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace: 'shop', labels: { app: name }, ...metadata },
    spec: { containers: [{ name: 'main', image: 'registry.example/shop:1' }], ...spec },
    status: { phase: 'Running', ...status },
  };
}

function createList(...items: readonly object[]) {
  return { apiVersion: 'v1', kind: 'List', items };
}

function createStatus(imageID: string) {
  return { containerStatuses: [{ name: 'main', imageID }] };
}

suite('placements of Kubernetes', () => {
  test('have the digest that the node runs, and the workload without hashes', () => {
    const metadata = {
      namespace: 'shop',
      labels: { 'pod-template-hash': '5d4f8c' },
      ownerReferences: [{ kind: 'ReplicaSet', name: 'web-5d4f8c' }],
    };
    const pod = createPod('web-5d4f8c-x2x', {
      metadata: { ...metadata, name: 'web-5d4f8c-x2x' },
      status: createStatus(`docker.io/library/shop@${A}`),
    });
    assert.deepEqual(read(createList(pod)), [
      {
        environment: 'prod',
        namespace: 'shop',
        workload: 'deployment/web',
        reference: 'registry.example/shop:1',
        digest: A,
        exposure: 'unknown',
        instances: 1,
      },
    ]);
  });

  test('recognize the IDs that container runtimes report', () => {
    for (const [id, expected] of [
      [`docker-pullable://registry.example/shop@${A}`, A],
      [`docker://${A}`, A],
      [A, A],
      ['a'.repeat(64), A],
      ['', ''],
      ['registry.example/shop:1', ''],
    ] as const) {
      const [placement] = read(createList(createPod('web', { status: createStatus(id) })));
      assert.equal(placement?.digest, expected, id);
    }
    const named = { spec: { containers: [{ name: 'main', image: `shop@${B}` }] } };
    assert.equal(read(createList(createPod('web', named)))[0]?.digest, B);
  });

  test('include other containers and image volumes, but no pods that have ended', () => {
    const spec = {
      containers: [{ name: 'main', image: 'a' }],
      initContainers: [{ name: 'first', image: 'b' }],
      ephemeralContainers: [{ name: 'debug', image: 'c' }],
      volumes: [{ image: { reference: `d@${A}` } }, { emptyDir: {} }],
    };
    const ended = createPod('job', { status: { phase: 'Succeeded' } });
    const names = read(createList(createPod('web', { spec }), ended)).map((one) => one.reference);
    assert.deepEqual(names, ['a', 'b', 'c', `d@${A}`]);
  });

  test('are exposed by declared addresses only, and else unknown', () => {
    const createService = (name: string, spec: object) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: 'shop' },
      spec,
    });
    const ingress = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'all', namespace: 'shop' },
      spec: { rules: [{ http: { paths: [{ backend: { service: { name: 'inner' } } }] } }] },
    };
    const hostPort = { spec: { containers: [{ image: 'a', ports: [{ hostPort: 80 }] }] } };
    const list = createList(
      createPod('balanced'),
      createPod('behind'),
      createPod('cluster'),
      createPod('elsewhere', { metadata: { namespace: 'other', labels: { app: 'balanced' } } }),
      createPod('host', hostPort),
      createService('outer', { type: 'LoadBalancer', selector: { app: 'balanced' } }),
      createService('inner', { type: 'ClusterIP', selector: { app: 'behind' } }),
      createService('only', { type: 'ClusterIP', selector: { app: 'cluster' } }),
      createService('manual', { type: 'LoadBalancer' }),
      ingress,
    );
    assert.deepEqual(
      read(list).map(({ workload, exposure }) => [workload, exposure]),
      [
        ['pod/balanced', 'exposed'],
        ['pod/behind', 'exposed'],
        ['pod/cluster', 'unknown'],
        ['pod/elsewhere', 'unknown'],
        ['pod/host', 'exposed'],
      ],
    );
  });

  test('reject everything that would make a report incomplete', () => {
    const code = 'E_DOCUMENT_INVALID';
    const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', spec: {} };
    assert.throws(() => read(createList(deployment)), { code, message: /kind "Deployment"/ });
    assert.throws(() => read(createList(createPod('x', { spec: { containers: [] } }))), { code });
    assert.throws(() => read(createList(createPod('x', { spec: { containers: [{}] } }))), { code });
    assert.throws(() => read({ apiVersion: 'v1', kind: 'List', items: [1] }), { code });
    assert.throws(() => read({ apiVersion: 'v1', kind: 'PodList' }), { code });
    const page = { ...createList(createPod('x')), metadata: { continue: 'next' } };
    assert.throws(() => read(page), { code, message: /one page of several/ });
    assert.equal(read({ ...page, metadata: { continue: '' } }).length, 1);
    assert.throws(() => read({ some: 'thing' }), { code: 'E_DOCUMENT_UNKNOWN' });
    assert.throws(() => read('- a\n- b\n'), { code: 'E_DOCUMENT_UNKNOWN' });
    assert.throws(() => read(''), { code: 'E_DOCUMENT_UNKNOWN' });
    assert.deepEqual(read({ apiVersion: 'v1', kind: 'PodList', items: [] }), []);
  });
});

test('reads the services of a compose file, with the ports that it publishes', () => {
  const text = `name: shop
services:
  web:
    image: registry.example/shop@${A}
    ports: ["8080:80"]
    deploy: { replicas: 3 }
  admin:
    image: shop-admin:1.10
    ports: ["127.0.0.1:9000:80", { target: 1, published: 2, host_ip: 127.0.0.1 }]
  cache: { image: redis }
  api:
    image: api
    ports: [{ target: 80, published: 8081 }]
  old: { image: old, scale: 0 }
  own: { build: . }
`;
  assert.deepEqual(
    read(text).map(({ workload, reference, digest, exposure, instances }) => {
      return [workload, reference, digest, exposure, instances];
    }),
    [
      ['web', `registry.example/shop@${A}`, A, 'exposed', 3],
      ['admin', 'shop-admin:1.10', '', 'unknown', 1],
      ['cache', 'redis', '', 'unknown', 1],
      ['api', 'api', '', 'exposed', 1],
      ['own', 'own (built on the host)', '', 'unknown', 1],
    ],
  );
  assert.throws(() => read('services: { web: {} }'), { code: 'E_DOCUMENT_INVALID' });
  assert.throws(() => read('services: { web: x }'), { code: 'E_DOCUMENT_INVALID' });
  assert.throws(() => read('include: [a.yaml]\nservices: { web: { image: a } }'), {
    code: 'E_DOCUMENT_INVALID',
    message: /includes other files/,
  });
});

test('reads a table, whose errors name the line', () => {
  const head = 'image,digest,environment,namespace,workload,exposure,instances\r\n';
  assert.deepEqual(read(`${head}shop:1,${A},,"a,b",web,internal,2\r\n\r\nx,,test,,,,\r\n`), [
    {
      environment: 'prod',
      namespace: 'a,b',
      workload: 'web',
      reference: 'shop:1',
      digest: A,
      exposure: 'internal',
      instances: 2,
    },
    {
      environment: 'test',
      namespace: '',
      workload: '',
      reference: 'x',
      digest: '',
      exposure: 'unknown',
      instances: 1,
    },
  ]);
  assert.equal(read(`image\nshop@${B}\n`)[0]?.digest, B);
  for (const text of [
    'image,colour\nx,red\n',
    'image,digest\nx\n',
    'image,image\nx,y\n',
    'image,digest\nx,sha256:1\n',
    'image,exposure\nx,public\n',
    'image,instances\nx,0\n',
    'image,digest\n,\n',
  ]) {
    assert.throws(() => read(text), { code: 'E_DOCUMENT_INVALID', message: /line [12]/ }, text);
  }
  assert.throws(() => read(`image\n${'x'.repeat(501)}\n`), { code: 'E_LIMIT' });
});
