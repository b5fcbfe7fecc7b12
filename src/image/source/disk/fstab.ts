/** One line of `/etc/fstab`. */
export interface FstabLine {
  /** The device: `UUID=…`, `LABEL=…`, a path, or the name of another machine. */
  readonly device: string;
  /** Normalized path of the directory; `/` for the root. */
  readonly path: string;
  readonly type: string;
  readonly options: readonly string[];
}

/** Reads the table of file systems, fstab(5). Lines without a directory are left out. */
export function parseFstab(text: string): readonly FstabLine[] {
  return text.split('\n').flatMap((line) => {
    const [device = '', folder = '', type = '', options = ''] = line.trim().split(/[ \t]+/u);
    if (device === '' || device.startsWith('#') || !folder.startsWith('/')) return [];
    const path = `/${unescape(folder).split('/').filter(isName).join('/')}`;
    return [{ device: unescape(device), path, type, options: options.split(',') }];
  });
}

function isName(component: string): boolean {
  return component !== '' && component !== '.';
}

/** Blanks and backslashes are escaped in octal. */
function unescape(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/gu, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

const KERNEL_TYPES: ReadonlySet<string> = new Set([
  'binfmt_misc',
  'cgroup',
  'cgroup2',
  'configfs',
  'debugfs',
  'devpts',
  'devtmpfs',
  'efivarfs',
  'hugetlbfs',
  'mqueue',
  'proc',
  'securityfs',
  'swap',
  'sysfs',
  'tmpfs',
  'tracefs',
]);
/** Options of mounts whose files are also in another place, or that are mounted by hand. */
const LEFT_OUT: ReadonlySet<string> = new Set(['bind', 'rbind', 'noauto']);

/** Returns whether a line adds files when the machine starts, other than views of the kernel. */
export function hasFiles({ path, type, options }: FstabLine): boolean {
  const isAutomatic = options.includes('x-systemd.automount');
  const isLeftOut = !isAutomatic && options.some((option) => LEFT_OUT.has(option));
  return path !== '/' && !KERNEL_TYPES.has(type) && !isLeftOut;
}

/** Names of a partition, or of a logical volume. */
export interface PartNames {
  /** Absent for a logical volume. */
  readonly number?: number;
  readonly uuid: string;
  readonly label: string;
  /** Paths of devices. */
  readonly devices?: readonly string[];
}

interface VolumeNames extends PartNames {
  /** Of its file system; absent if that is not read. */
  readonly volume?: { readonly uuid: string; readonly label: string };
}

const BY_NAME = /^\/dev\/disk\/by-(uuid|label|partuuid|partlabel)\/(.+)$/u;
/** The first disk of a machine, as Linux names it. */
const FIRST_DISK = /^\/dev\/(?:(?:sd|vd|xvd|hd)a|nvme0n1p|mmcblk0p)(\d+)$/u;

/** Returns whether a device is a partition of this disk, which counts as the machine's first. */
export function isNamed(device: string, names: VolumeNames): boolean {
  const { number, uuid, label, devices = [], volume } = names;
  if (devices.includes(device)) return true;
  const disk = FIRST_DISK.exec(device)?.[1];
  if (disk !== undefined) return Number(disk) === number;
  const [, kind = '', name = ''] =
    BY_NAME.exec(device) ?? /^(UUID|LABEL|PARTUUID|PARTLABEL)="?([^"]+)"?$/u.exec(device) ?? [];
  switch (kind.toUpperCase()) {
    case 'UUID':
      return volume?.uuid === name.toLowerCase();
    case 'LABEL':
      return volume?.label === name;
    case 'PARTUUID':
      return uuid === name.toLowerCase();
    case 'PARTLABEL':
      return label === name;
    default:
      return false;
  }
}
