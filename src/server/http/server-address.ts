import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../foundation/core/error.ts';

/** The file in the directory of a store with the address and the token of its server. */
const ADDRESS_FILE = 'address.json';

export interface ServerAddress {
  readonly url: string;
  /** Value of the header `Host`, which chooses the tenant; absent for that of the URL. */
  readonly host?: string;
  readonly token: string;
}

/** Finds the server of a store; throws `UserError` `E_SERVER_UNKNOWN` if none is running. */
export function findServer(folder: string): ServerAddress {
  try {
    const { url, host, token } = JSON.parse(
      readFileSync(join(folder, ADDRESS_FILE), 'utf8'),
    ) as Record<string, unknown>;
    if (typeof url === 'string' && typeof token === 'string') {
      return { url, token, ...(typeof host === 'string' ? { host } : {}) };
    }
  } catch {
    // Handled below: the file is missing or malformed.
  }
  throw new UserError('E_SERVER_UNKNOWN', `no server is running for the store in "${folder}"`, {
    hint: 'start one: plimsoll serve',
  });
}

/** Writes the file by which programs of the same user find a server. */
export function writeServerAddress(folder: string, address: ServerAddress): void {
  const path = join(folder, ADDRESS_FILE);
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, `${JSON.stringify(address)}\n`, { mode: 0o600 });
  renameSync(fresh, path);
}

/** Removes the file of a server; another server of the same directory may have replaced it. */
export function removeServerAddress(folder: string, token: string): void {
  const path = join(folder, ADDRESS_FILE);
  if (existsSync(path) && readFileSync(path, 'utf8').includes(JSON.stringify(token))) {
    rmSync(path, { force: true });
  }
}
