import { createHmac, randomBytes } from 'node:crypto';
import { UserError } from '../../../foundation/core/error.ts';
import type { Channel } from '../channel-contract.ts';
import { parseHttpAddress } from '../check-address.ts';
import { sendGuarded } from '../guarded-request.ts';

interface SignedMessage {
  readonly id: string;
  readonly body: string;
  /** `whsec_` and Base64; while secrets are rotated, each of them signs. */
  readonly secrets: readonly string[];
}

const SECRET_PREFIX = 'whsec_';
const SECRET_BYTES = 32;

/** Sends CloudEvents, signed as Standard Webhooks. */
export const webhook: Channel = {
  id: 'webhook',
  addressTitle: 'an address such as https://hooks.example.org/plimsoll, without a login',
  sharesSecret: true,
  checkTarget(url, secret) {
    if (secret !== undefined) {
      throw new UserError('E_USAGE', 'the secret of a webhook is created by the server', {
        hint: 'add the subscription without a secret: the answer has it',
      });
    }
    return { url: parseHttpAddress(url, webhook.addressTitle), secrets: [createSecret()] };
  },
  showAddress: (url) => url,
  async send({ url, secrets }, { id, body }, { now, network }) {
    const seconds = Math.floor(now / 1000);
    const headers = {
      'content-type': 'application/cloudevents+json; charset=utf-8',
      'webhook-id': id,
      'webhook-timestamp': String(seconds),
      'webhook-signature': signWebhook({ id, body, secrets }, seconds),
    };
    return await sendGuarded({ url: new URL(url), method: 'POST', headers, body }, network);
  },
};

/** Standard Webhooks, "Symmetric keys": 24 to 64 random bytes. */
function createSecret(): string {
  return `${SECRET_PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`;
}

/**
 * Signs a message by each secret. Standard Webhooks, "Signature scheme".
 *
 * @param seconds since 1970
 */
export function signWebhook({ id, body, secrets }: SignedMessage, seconds: number): string {
  return secrets
    .map((secret) => {
      const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
      const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`);
      return `v1,${signature.digest('base64')}`;
    })
    .join(' ');
}
