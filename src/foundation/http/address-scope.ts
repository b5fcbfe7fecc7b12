import { isIPv4, isIPv6 } from 'node:net';

/**
 * Reachability of an address: from everywhere; within this machine or its network; or only over one
 * link, like the metadata services that issue credentials to cloud machines.
 */
export type AddressScope = 'public' | 'private' | 'link-local';

type Prefix = readonly [bytes: readonly number[], bits: number, scope: AddressScope];

/** Cloud providers' services for their own machines, whatever block their address is in. */
const CLOUD_SERVICES: ReadonlySet<string> = new Set([
  '100.100.100.200',
  '168.63.129.16',
  'fd00:ec2:0:0:0:0:0:254',
  'fd20:ce:0:0:0:0:0:254',
]);

/** IANA IPv4 Special-Purpose Address Registry, and the multicast and reserved blocks. */
const IPV4_PREFIXES: readonly Prefix[] = [
  [[0], 8, 'private'],
  [[10], 8, 'private'],
  [[100, 64], 10, 'private'],
  [[127], 8, 'private'],
  [[169, 254], 16, 'link-local'],
  [[172, 16], 12, 'private'],
  [[192, 0, 0], 24, 'private'],
  [[192, 168], 16, 'private'],
  [[198, 18], 15, 'private'],
  [[224], 4, 'private'],
  [[240], 4, 'private'],
];

/** IANA IPv6 Special-Purpose Address Registry. */
const IPV6_PREFIXES: readonly Prefix[] = [
  [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 127, 'private'],
  [[0, 0x64, 0xff, 0x9b, 0, 1], 48, 'private'],
  [[1, 0, 0, 0, 0, 0, 0, 0], 64, 'private'],
  [[0xfc], 7, 'private'],
  [[0xfe, 0x80], 10, 'link-local'],
  [[0xfe, 0xc0], 10, 'private'],
  [[0xff], 8, 'private'],
];

/**
 * Offsets of the IPv4 address embedded in IPv6 addresses of a block, which is the address that is
 * reached.
 */
const EMBEDDINGS: readonly (readonly [prefix: readonly number[], bits: number, at: number])[] = [
  [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff], 96, 12],
  [[0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0], 96, 12],
  [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], 96, 12],
  [[0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0], 96, 12],
  [[0x20, 0x02], 16, 2],
];
const TEREDO = [0x20, 0x01, 0, 0] as const;
/** In an ISATAP address, RFC 5214: the four bytes before the IPv4 address. */
const ISATAP: ReadonlySet<string> = new Set(['0,0,94,254', '2,0,94,254']);

const ORDER: readonly AddressScope[] = ['public', 'private', 'link-local'];

/**
 * Classifies an IP address in any form that Node returns. Anything that is not an address is
 * private.
 */
export function classifyAddress(text: string): AddressScope {
  const [address = ''] = text.split('%');
  if (isIPv4(address)) {
    return classifyIPv4(address.split('.').map(Number));
  }
  return isIPv6(address) ? classifyIPv6(parseIPv6(address)) : 'private';
}

/**
 * Returns whether a server may direct its client to an address. `undefined` stands for the user,
 * who may choose any address. Otherwise a server on the internet could use us to reach services in
 * the user's own network.
 */
export function canName(by: AddressScope | undefined, address: AddressScope): boolean {
  return by === undefined || by === 'link-local' || (by === 'private' && address === 'private')
    ? true
    : address === 'public';
}

/** Returns the more restricted of two scopes. */
export function chooseNarrowerScope(
  left: AddressScope | undefined,
  right: AddressScope,
): AddressScope {
  return left !== undefined && ORDER.indexOf(left) < ORDER.indexOf(right) ? left : right;
}

function classifyIPv4(bytes: readonly number[]): AddressScope {
  return CLOUD_SERVICES.has(bytes.join('.'))
    ? 'link-local'
    : (findPrefix(bytes, IPV4_PREFIXES) ?? 'public');
}

function classifyIPv6(bytes: readonly number[]): AddressScope {
  const groups = Array.from({ length: 8 }, (_, at) =>
    ((bytes[2 * at] ?? 0) * 256 + (bytes[2 * at + 1] ?? 0)).toString(16),
  );
  const scope = CLOUD_SERVICES.has(groups.join(':'))
    ? 'link-local'
    : findPrefix(bytes, IPV6_PREFIXES);
  if (scope !== undefined) {
    return scope;
  }
  const scopes = listEmbedded(bytes).map(classifyIPv4);
  return (
    scopes.find((each) => each === 'link-local') ??
    scopes.find((each) => each !== 'public') ??
    'public'
  );
}

function listEmbedded(bytes: readonly number[]): readonly (readonly number[])[] {
  const found = EMBEDDINGS.filter(([prefix, bits]) => hasPrefix(bytes, prefix, bits)).map(
    ([, , at]) => bytes.slice(at, at + 4),
  );
  if (hasPrefix(bytes, TEREDO, 32)) {
    found.push(
      bytes.slice(4, 8),
      bytes.slice(12).map((byte) => byte ^ 0xff),
    );
  }
  if (ISATAP.has(bytes.slice(8, 12).join(','))) {
    found.push(bytes.slice(12));
  }
  return found;
}

function findPrefix(
  bytes: readonly number[],
  prefixes: readonly Prefix[],
): AddressScope | undefined {
  return prefixes.find(([prefix, bits]) => hasPrefix(bytes, prefix, bits))?.[2];
}

function hasPrefix(bytes: readonly number[], prefix: readonly number[], bits: number): boolean {
  for (let at = 0; at * 8 < bits; at++) {
    const mask = 0xff00 >> Math.min(8, bits - at * 8);
    if ((((bytes[at] ?? 0) ^ (prefix[at] ?? 0)) & mask & 0xff) !== 0) {
      return false;
    }
  }
  return true;
}

/** Returns the sixteen bytes of a well-formed address. RFC 4291, 2.2. */
function parseIPv6(text: string): number[] {
  const [, head = text, dotted] = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(text) ?? [];
  const tail = dotted === undefined ? [] : dotted.split('.').map(Number);
  const [left = '', right] = head.split('::');
  const before = parseGroups(left);
  const after = [...parseGroups(right ?? ''), ...tail];
  const gap = Math.max(0, 16 - before.length - after.length);
  return [...before, ...Array.from({ length: gap }, () => 0), ...after];
}

function parseGroups(text: string): number[] {
  return text
    .split(':')
    .filter((group) => group !== '')
    .flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]);
}
