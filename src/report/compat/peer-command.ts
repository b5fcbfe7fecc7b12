import { basename } from 'node:path';
import type { PeerHost } from './peer/peer-host.ts';
import type { Translation } from './peer/translation.ts';

type Translate = (args: readonly string[], host: PeerHost) => Promise<Translation>;

/** Tools whose command lines are supported, by the name of their program. */
const PEERS: ReadonlyMap<string, () => Promise<Translate>> = new Map([
  ['grype', async () => (await import('./grype/translate-grype.ts')).translateGrype],
  ['syft', async () => (await import('./syft/translate-syft.ts')).translateSyft],
]);

export interface PeerLine {
  readonly args: readonly string[];
  translate(host: PeerHost): Promise<Translation>;
}

/**
 * Returns the command line as one of another tool if the program was called by its name or its name
 * is the first argument; `undefined` if it is one of ours.
 *
 * @param program The path that the program was called by.
 */
export function detectPeerLine(args: readonly string[], program: string): PeerLine | undefined {
  const called = PEERS.get(basename(program));
  const named = called === undefined ? PEERS.get(args[0] ?? '') : undefined;
  const load = called ?? named;
  if (load === undefined) {
    return undefined;
  }
  const rest = named === undefined ? args : args.slice(1);
  return {
    args: rest,
    translate: async (host) => (await load())(rest, host),
  };
}
