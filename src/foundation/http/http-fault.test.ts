import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findHttpFault, HttpFault, isTlsUnanswered, toHttpFault } from './http-fault.ts';

const URL_ASKED = new URL('https://registry.example/v2/');

function createFault(code: string, message = code): HttpFault {
  return toHttpFault(Object.assign(new Error(message), { code }), URL_ASKED);
}

test('an error contains no credentials of a URL', () => {
  const { message } = createFault(
    'X',
    'tunnel by http://user:canary@proxy:1 and //me:canary@other',
  );
  assert.equal(message, 'tunnel by http://proxy:1 and //other');
  const { cause } = createFault('X').toUserError();
  assert(cause instanceof HttpFault);
  assert.equal(cause.cause, undefined);
});

test('an error without a message is described by its code', () => {
  assert.equal(createFault('ECONNREFUSED', '').message, 'ECONNREFUSED');
});

test('distinguishes temporary from permanent errors', () => {
  assert.equal(createFault('ECONNRESET').isPassing, true);
  assert.equal(createFault('ENOTFOUND').isPassing, false);
});

test('an untrusted certificate does not suggest a server without TLS', () => {
  for (const code of ['DEPTH_ZERO_SELF_SIGNED_CERT', 'ERR_TLS_CERT_ALTNAME_INVALID']) {
    assert.equal(isTlsUnanswered(createFault(code).toUserError()), false);
    assert.match(createFault(code).toUserError().hint ?? '', /--ca-file/);
  }
  for (const code of ['EPROTO', 'ERR_SSL_WRONG_VERSION_NUMBER', 'ECONNREFUSED']) {
    assert.equal(isTlsUnanswered(createFault(code).toUserError()), true, code);
  }
  assert.equal(isTlsUnanswered(new Error('EPROTO')), false);
});

test('finds the network error in the displayed error', () => {
  const fault = createFault('ECONNRESET');
  assert.equal(findHttpFault(fault.toUserError()), fault);
  assert.equal(findHttpFault(new Error('other')), undefined);
});
