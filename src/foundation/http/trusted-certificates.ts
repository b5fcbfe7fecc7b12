import { X509Certificate } from 'node:crypto';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { UserError } from '../core/error.ts';

/**
 * Returns the certificates to verify servers with: the authorities of Node, the system and the
 * user. Created once for all connections, because parsing them takes longer than a connection.
 *
 * @param extra certificates in PEM
 */
export function createTrustContext(extra: readonly string[]): SecureContext {
  const usual = new Set([...getCACertificates('default'), ...getCACertificates('system')]);
  return createSecureContext({ ca: [...usual, ...extra.flatMap(parseCertificates)] });
}

const BLOCK = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/**
 * OpenSSL silently ignores text that it cannot parse, but a user who names a file expects it to be
 * used.
 */
function parseCertificates(text: string): readonly string[] {
  try {
    const blocks = text.match(BLOCK) ?? [];
    if (blocks.length === 0) {
      throw new Error('the file contains no certificates');
    }
    return blocks.map((block) => new X509Certificate(block).toString());
  } catch (error) {
    throw new UserError('E_CONFIG', 'invalid certificates in --ca-file', {
      hint: 'use a PEM file in which each certificate is between BEGIN and END CERTIFICATE',
      cause: error,
    });
  }
}
