import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signWebhook, webhook } from './webhook.ts';

test('signs as the example of Standard Webhooks', () => {
  const message = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    body: '{"test": 2432232314}',
    secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  };
  const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
  assert.equal(signWebhook(message, 1_614_265_330), signature);
  const rotated = { ...message, secrets: [...message.secrets, 'whsec_AAAA'] };
  assert.match(signWebhook(rotated, 1_614_265_330), /^v1,\S+ v1,\S+$/);
});

test('the server creates the secret, which its receiver needs', () => {
  const { url, secrets } = webhook.checkTarget('https://hooks.example.org/x', undefined);
  assert.equal(url, 'https://hooks.example.org/x');
  assert.match(secrets.join(), /^whsec_[A-Za-z0-9+/]{43}=$/);
  assert.throws(() => webhook.checkTarget(url, 'mine'), { code: 'E_USAGE' });
});
