import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { UserError } from '../core/error.ts';

/**
 * What servers' certificates are held against: the authorities that Node brings, those of the system and
 * the user's own. Made once for all connections, since reading them takes longer than a connection does.
 *
 * @param extra certificates in PEM
 */
export function trustedCertificates(extra: readonly string[]): SecureContext {
  const usual = new Set([...getCACertificates('default'), ...getCACertificates('system')]);
  try {
    return createSecureContext({ ca: [...usual, ...extra] });
  } catch (error) {
    throw new UserError('E_CONFIG', 'the certificates of --ca-file cannot be understood', {
      hint: 'a file of certificates in PEM is expected, each between BEGIN and END CERTIFICATE',
      cause: error,
    });
  }
}
