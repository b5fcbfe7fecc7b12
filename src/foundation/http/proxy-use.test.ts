import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findProxy } from './proxy-use.ts';

const environment = {
  HTTPS_PROXY: 'http://proxy:3128',
  http_proxy: 'http://plain:3128',
  HTTP_PROXY: 'http://other:1',
  NO_PROXY: 'one.example, .two.example,*.three.example,four.example:8443,10.0.0.1-10.0.0.9,9-1,::2',
};

const DIRECT = [
  'https://one.example/',
  'https://ONE.example:1/',
  'https://a.two.example/',
  'https://two.example/',
  'https://a.three.example/',
  'https://four.example:8443/',
  'https://10.0.0.5/',
  'https://[::2]/',
  'https://localhost/',
  'https://127.0.0.1/',
];
for (const url of DIRECT) {
  test(`reaches ${url} directly`, () => {
    assert.equal(findProxy(new URL(url), environment), undefined);
  });
}

const PROXIED = [
  'https://none.example/',
  'https://badtwo.example/',
  'https://a.one.example/',
  'https://four.example/',
  'https://10.0.0.10/',
];
for (const url of PROXIED) {
  test(`reaches ${url} through the proxy`, () => {
    const found = findProxy(new URL(url), environment);
    assert.deepEqual(found, { https_proxy: 'http://proxy:3128' });
  });
}

test('prefers the lower-case variable of the protocol', () => {
  const found = findProxy(new URL('http://none.example/'), environment);
  assert.deepEqual(found, { http_proxy: 'http://plain:3128' });
});

test('reaches every host directly without a proxy, or with NO_PROXY=*', () => {
  for (const each of [undefined, {}, { HTTPS_PROXY: '' }, { ...environment, no_proxy: '*' }]) {
    assert.equal(findProxy(new URL('https://none.example/'), each), undefined);
  }
});
