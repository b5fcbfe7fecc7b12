import { readFileSync } from 'node:fs';
import { compareText } from '../../foundation/core/compare-text.ts';

const FILES: readonly (readonly [string, string])[] = [
  ['tcp', 'tcp'],
  ['tcp', 'tcp6'],
  ['udp', 'udp'],
  ['udp', 'udp6'],
];

/** States of a listening TCP socket, and of a UDP socket without a peer. net/tcp_states.h */
const OPEN_STATES: ReadonlyMap<string, string> = new Map([
  ['tcp', '0A'],
  ['udp', '07'],
]);

/**
 * Returns the sockets that processes in the network namespace of a process listen to, such as `tcp
 * 0.0.0.0:80`; empty if the process has ended. proc_pid_net(5)
 */
export function listListeners(pid: string): readonly string[] {
  const found = new Set<string>();
  for (const [protocol, name] of FILES) {
    for (const line of readSocketTable(`/proc/${pid}/net/${name}`)) {
      const [, local = '', , state] = line.trim().split(/\s+/u);
      const [address = '', port = ''] = local.split(':');
      if (state === OPEN_STATES.get(protocol) && port !== '') {
        found.add(`${protocol} ${formatAddress(address)}:${Number.parseInt(port, 16)}`);
      }
    }
  }
  return [...found].toSorted(compareText);
}

function readSocketTable(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(1);
  } catch {
    return [];
  }
}

const IPV4_DIGITS = 8;
const WORD_DIGITS = 8;

/** The kernel prints addresses as words of the machine, which stores the lowest byte first. */
function formatAddress(digits: string): string {
  if (digits.length === IPV4_DIGITS) {
    return [...Buffer.from(digits, 'hex')].toReversed().join('.');
  }
  const bytes: number[] = [];
  for (let at = 0; at < digits.length; at += WORD_DIGITS) {
    bytes.push(...[...Buffer.from(digits.slice(at, at + WORD_DIGITS), 'hex')].toReversed());
  }
  const groups = Array.from({ length: bytes.length / 2 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  );
  const text = groups.join(':');
  return `[${text.replace(/(?:^|:)0(?::0)+(?::|$)/u, '::')}]`;
}

/** Returns whether a declared port such as `80/tcp` is among the listeners. */
export function isPortOpen(declared: string, listeners: readonly string[]): boolean {
  const [port = '', protocol = 'tcp'] = declared.toLowerCase().split('/');
  return listeners.some((one) => one.startsWith(`${protocol} `) && one.endsWith(`:${port}`));
}
