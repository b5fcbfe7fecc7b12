/** Names by bit, as capabilities(7) and `include/uapi/linux/capability.h` number them. */
const NAMES = [
  'chown',
  'dac_override',
  'dac_read_search',
  'fowner',
  'fsetid',
  'kill',
  'setgid',
  'setuid',
  'setpcap',
  'linux_immutable',
  'net_bind_service',
  'net_broadcast',
  'net_admin',
  'net_raw',
  'ipc_lock',
  'ipc_owner',
  'sys_module',
  'sys_rawio',
  'sys_chroot',
  'sys_ptrace',
  'sys_pacct',
  'sys_admin',
  'sys_boot',
  'sys_nice',
  'sys_resource',
  'sys_time',
  'sys_tty_config',
  'mknod',
  'lease',
  'audit_write',
  'audit_control',
  'setfcap',
  'mac_override',
  'mac_admin',
  'syslog',
  'wake_alarm',
  'block_suspend',
  'audit_read',
  'perfmon',
  'bpf',
  'checkpoint_restore',
] as const;

const REVISION_MASK = 0xff000000;
/** Number of 32-bit words of each of the two sets, by the revision in the most significant byte. */
const WORDS: ReadonlyMap<number, 1 | 2> = new Map([
  [0x01000000, 1],
  [0x02000000, 2],
  [0x03000000, 2],
]);
const EFFECTIVE = 1;
const WORD_BITS = 32;

/**
 * Formats the capabilities of a file as `getcap` prints them, `cap_net_raw=ep`; `undefined` if
 * there are none, or if the attribute is invalid. capabilities(7), "File capability extended
 * attribute versioning".
 *
 * @param attribute as hexadecimal digits
 */
export function formatCapabilities(attribute: string): string | undefined {
  const bytes = Buffer.from(attribute, 'hex');
  const words =
    bytes.length < 4 ? undefined : WORDS.get((bytes.readUInt32LE(0) & REVISION_MASK) >>> 0);
  if (words === undefined || bytes.length < 4 + words * 8) {
    return undefined;
  }
  const effective = (bytes.readUInt32LE(0) & EFFECTIVE) === 0 ? '' : 'e';
  const groups = new Map<string, string[]>();
  for (let bit = 0; bit < words * WORD_BITS; bit += 1) {
    const permitted = hasBit(bytes, 0, bit);
    const inheritable = hasBit(bytes, 4, bit);
    if (permitted || inheritable) {
      const flags = `${effective}${inheritable ? 'i' : ''}${permitted ? 'p' : ''}`;
      const name = NAMES[bit] === undefined ? `${bit}` : `cap_${NAMES[bit]}`;
      groups.set(flags, [...(groups.get(flags) ?? []), name]);
    }
  }
  const texts = [...groups].map(([flags, names]) => `${names.join(',')}=${flags}`);
  return texts.length === 0 ? undefined : texts.join(' ');
}

/** Words of the permitted and inheritable sets alternate. */
function hasBit(bytes: Buffer, offset: 0 | 4, bit: number): boolean {
  const word = bytes.readUInt32LE(4 + Math.floor(bit / WORD_BITS) * 8 + offset);
  return ((word >>> (bit % WORD_BITS)) & 1) === 1;
}
