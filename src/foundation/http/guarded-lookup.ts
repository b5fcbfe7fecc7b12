import { lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { type AddressScope, canName, classifyAddress } from './address-scope.ts';
import { HttpFault } from './http-fault.ts';

/**
 * Resolves names like the system, without addresses that the server may not direct us to. The
 * connection uses the checked addresses themselves, so that a name that resolves differently a
 * moment later has no effect.
 *
 * @param by the server that named the host
 */
export function createGuardedLookup(
  by: AddressScope,
  lookup: LookupFunction = systemLookup,
): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null && error !== undefined) {
        callback(error, []);
        return;
      }
      const addresses = (Array.isArray(found) ? found : []).filter(({ address }) =>
        canName(by, classifyAddress(address)),
      );
      const [first] = addresses;
      if (first === undefined) {
        callback(refuseAddress(new URL(`http://${hostname}`)), []);
      } else if (options.all === true) {
        callback(null, addresses);
      } else {
        callback(null, first.address, first.family);
      }
    });
  };
}

/**
 * Throws if the host is an address that a server may not direct us to: addresses are not looked up.
 */
export function checkAddress(url: URL, by: AddressScope): void {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !canName(by, classifyAddress(host))) {
    throw refuseAddress(url);
  }
}

function refuseAddress(url: URL): HttpFault {
  const message = `${url.hostname} is not allowed, because its address is in a private network`;
  return new HttpFault(message, url, {
    code: 'E_ADDRESS',
    isPassing: false,
    hint: `allow it with --allow-host ${url.hostname} if you trust it`,
  });
}
