import { parseArguments } from '../../src/cli/parse-arguments.ts';
import { createPeerHost } from '../../src/cli/peer-host.ts';
import type { Environment } from '../../src/foundation/config/environment.ts';
import type { PeerHost } from '../../src/report/compat/peer/peer-host.ts';

/** Creates a host with this machine's files, and the given variables instead of the user's. */
export function createTestHost(environment: Environment): PeerHost {
  return createPeerHost(environment);
}

/** Throws if a translated command line is not one of ours. */
export function assertOwnLine(args: readonly string[]): void {
  parseArguments(args);
}
