import { compareText } from '../../../foundation/core/compare-text.ts';

/** A mounted file system below a root that has no files of the machine. */
export interface LeftOutMount {
  /** Path below the root, with a leading slash. */
  readonly path: string;
  readonly type: string;
  /** `kernel`: no files, but views of the kernel; `remote`: files of another machine. */
  readonly kind: 'kernel' | 'remote';
}

/* Linux, `Documentation/filesystems`; each registers its type without FS_REQUIRES_DEV. */
const KERNEL_TYPES = new Set([
  'binfmt_misc',
  'bpf',
  'cgroup',
  'cgroup2',
  'configfs',
  'debugfs',
  'devpts',
  'devtmpfs',
  'efivarfs',
  'fuse.lxcfs',
  'fuse.portal',
  'fusectl',
  'hugetlbfs',
  'mqueue',
  'nsfs',
  'proc',
  'pstore',
  'rpc_pipefs',
  'securityfs',
  'selinuxfs',
  'sysfs',
  'tracefs',
]);

const REMOTE_TYPES = new Set([
  '9p',
  'afs',
  'autofs',
  'beegfs',
  'ceph',
  'cifs',
  'coda',
  'glusterfs',
  'gpfs',
  'lustre',
  'ncpfs',
  'nfs',
  'nfs4',
  'orangefs',
  'prl_fs',
  'smb3',
  'smbfs',
  'vboxsf',
  'virtiofs',
]);

/** Directories of the machine's own root that containers fill by a file system in memory. */
const KERNEL_FOLDERS = new Map([
  ['/dev', 'devices'],
  ['/proc', 'proc'],
  ['/sys', 'sysfs'],
]);

/**
 * Returns the outermost mounts below a root that are left out, by path. A file system in user space
 * (FUSE) counts as remote, because its type does not state the place of its files.
 */
export function listLeftOut(mountInfo: string, root: string): readonly LeftOutMount[] {
  const found = new Map<string, LeftOutMount>();
  if (root === '/') {
    for (const [path, type] of KERNEL_FOLDERS) found.set(path, { path, type, kind: 'kernel' });
  }
  for (const line of mountInfo.split('\n')) {
    const [before = '', after = ''] = line.split(' - ', 2);
    const path = toInnerPath(unescapePath(before.split(' ')[4] ?? ''), root);
    const [type = ''] = after.split(' ', 1);
    const kind = classifyType(type);
    if (path === undefined || (root === '/' && KERNEL_FOLDERS.has(path))) continue;
    // The last mount at a path hides the earlier ones.
    found.delete(path);
    if (kind !== undefined) found.set(path, { path, type, kind });
  }
  const paths = new Set(found.keys());
  return [...found.values()]
    .filter(({ path }) => !listParents(path).some((parent) => paths.has(parent)))
    .toSorted((left, right) => compareText(left.path, right.path));
}

function classifyType(type: string): LeftOutMount['kind'] | undefined {
  if (KERNEL_TYPES.has(type)) return 'kernel';
  return REMOTE_TYPES.has(type) || type === 'fuse' || type.startsWith('fuse.')
    ? 'remote'
    : undefined;
}

/** Blanks, line ends and backslashes are escaped in octal. */
function unescapePath(text: string): string {
  return text.replaceAll(/\\([0-7]{3})/gu, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

function toInnerPath(path: string, root: string): string | undefined {
  if (root === '/') return path === '/' || path === '' ? undefined : path;
  return path.startsWith(`${root}/`) ? path.slice(root.length) : undefined;
}

function listParents(path: string): readonly string[] {
  const parts = path.split('/').slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}
