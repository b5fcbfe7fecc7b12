import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../core/error.ts';

/** The file in the directory of a store with the address and the token of its server. */
export const ADDRESS_FILE = 'address.json';

export interface ServerAddress {
  readonly url: string;
  readonly token: string;
}

/** Finds the server of a store; throws `UserError` `E_SERVER_UNKNOWN` if none is running. */
export function findServer(folder: string): ServerAddress {
  try {
    const { url, token } = JSON.parse(readFileSync(join(folder, ADDRESS_FILE), 'utf8')) as Record<
      string,
      unknown
    >;
    if (typeof url === 'string' && typeof token === 'string') {
      return { url, token };
    }
  } catch {
    // Handled below: the file is missing or malformed.
  }
  throw new UserError('E_SERVER_UNKNOWN', `no server is running for the store in "${folder}"`, {
    hint: 'start one: plimsoll serve',
  });
}
