import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareText } from '../core/compare-text.ts';
import { DEFAULT_LIMITS } from '../core/limits.ts';
import type { Package } from '../core/package.ts';
import { cpeRules } from './cpe/registry.generated.ts';
import { guessCpes } from './cpe-candidates.ts';

interface Example {
  readonly type: string;
  readonly name: string;
  readonly version?: string;
  readonly metadata?: Readonly<Record<string, unknown>>;
  readonly cpes?: Package['cpes'];
}

function createExample(example: Example): Package {
  return {
    name: example.name,
    version: example.version ?? '1.0',
    type: example.type,
    language: '',
    purl: '',
    foundBy: 'example',
    rule: 'an example',
    confidence: 1,
    locations: [],
    licenses: [],
    cpes: example.cpes ?? [],
    upstreams: [],
    ownedFiles: [],
    metadata: { kind: 'example', value: example.metadata ?? {} },
  };
}

/** Returns vendor, product and version of each candidate. */
function listCandidates(example: Example): readonly string[] {
  return guessCpes(createExample(example)).map(({ cpe }) =>
    cpe.replace(/^cpe:2\.3:a:/, '').replace(/(?::\*){7}$/, ''),
  );
}

test('an apk package gets candidates from its name without its stream, and from its repository', () => {
  const metadata = { url: 'https://github.com/acme/make' };
  assert.deepEqual(listCandidates({ type: 'apk', name: 'make4-doc', metadata }), [
    'make4-doc:make4-doc:1.0',
    'make4-doc:make4_doc:1.0',
    'make4_doc:make4-doc:1.0',
    'make4_doc:make4_doc:1.0',
    'make-doc:make4-doc:1.0',
    'make-doc:make4_doc:1.0',
    'make4-doc:make-doc:1.0',
    'make4-doc:make_doc:1.0',
    'make4_doc:make-doc:1.0',
    'make4_doc:make_doc:1.0',
    'make_doc:make4-doc:1.0',
    'make_doc:make4_doc:1.0',
    'make-doc:make-doc:1.0',
    'make-doc:make_doc:1.0',
    'make_doc:make-doc:1.0',
    'make_doc:make_doc:1.0',
    'make4:make4-doc:1.0',
    'make4:make4_doc:1.0',
    'acme:make4-doc:1.0',
    'acme:make4_doc:1.0',
    'make4:make-doc:1.0',
    'make4:make_doc:1.0',
    'make:make4-doc:1.0',
    'make:make4_doc:1.0',
    'acme:make-doc:1.0',
    'acme:make_doc:1.0',
    'make:make-doc:1.0',
    'make:make_doc:1.0',
  ]);
});

test('a renamed package of another ecosystem also gets that ecosystem’s corrections', () => {
  assert.ok(listCandidates({ type: 'apk', name: 'py3-pip' }).includes('pypa:pip:1.0'));
  const redis = listCandidates({ type: 'apk', name: 'py-redis' });
  assert.ok(redis.includes('redisproject:redis:1.0'));
});

test('adds known names of a product', () => {
  assert.deepEqual(listCandidates({ type: 'deb', name: 'dnsmasq' }), [
    'thekelleys:dnsmasq:1.0',
    'dnsmasq:dnsmasq:1.0',
  ]);
  assert.ok(listCandidates({ type: 'apk', name: 'nodejs' }).includes('nodejs:node.js:1.0'));
});

test('drops names of other products', () => {
  assert.deepEqual(listCandidates({ type: 'gem', name: 'grpc' }), []);
  const client = listCandidates({ type: 'apk', name: 'jira-client' });
  assert.equal(client.includes('jira:jira:1.0'), false);
  const plugin = listCandidates({ type: 'jenkins-plugin', name: 'jenkins' });
  assert.deepEqual(plugin, []);
});

test('a certain vendor replaces all other vendors', () => {
  assert.deepEqual(
    listCandidates({
      type: 'apk',
      name: 'apr',
      metadata: { url: 'https://github.com/apache/apr' },
    }),
    ['apache:apr:1.0'],
  );
});

test('removes the URL from the vendor of an rpm header', () => {
  const metadata = { vendor: 'SUSE LLC <https://www.suse.com/>' };
  assert.deepEqual(listCandidates({ type: 'rpm', name: 'bash', metadata }), [
    'susellc:bash:1.0',
    'bash:bash:1.0',
  ]);
});

test('escapes punctuation in a version; an absent version matches any', () => {
  assert.deepEqual(listCandidates({ type: 'deb', name: 'bash', version: '1:5.2-2+b1' }), [
    'bash:bash:1\\:5.2-2\\+b1',
  ]);
  const [only] = guessCpes(createExample({ type: 'deb', name: 'bash', version: '' }));
  assert.equal(only?.cpe, 'cpe:2.3:a:bash:bash:*:*:*:*:*:*:*:*');
});

test('a name that a CPE cannot represent yields no candidate', () => {
  assert.deepEqual(listCandidates({ type: 'deb', name: '' }), []);
  assert.deepEqual(listCandidates({ type: 'npm', name: 'größe' }), []);
});

test('a declared CPE replaces guesses', () => {
  const declared = {
    cpe: 'cpe:2.3:a:python:python:1.0:*:*:*:*:*:*:*',
    source: 'declared',
  } as const;
  const example = createExample({ type: 'binary', name: 'python', cpes: [declared] });
  assert.deepEqual(guessCpes(example), [declared]);
});

test('a hostile record quickly yields no more candidates than the limit', () => {
  const long = `a${'-1_b'.repeat(50_000)}`;
  assert.deepEqual(listCandidates({ type: 'apk', name: long }), []);
  for (const name of [long.slice(0, 256), `a${'1'.repeat(254)}!`]) {
    assert.ok(listCandidates({ type: 'apk', name }).length <= DEFAULT_LIMITS.cpesMax);
  }
  const authors = Array.from({ length: 10_000 }, (_, index) => `author ${index}`);
  const candidates = listCandidates({ type: 'gem', name: 'rack', metadata: { authors } });
  assert.ok(candidates.length <= DEFAULT_LIMITS.cpesMax);
});

test('the registry is sorted and contains each type once', () => {
  const types = cpeRules.map((rules) => rules.type);
  assert.deepEqual(types, [...new Set(types)].sort(compareText));
});
