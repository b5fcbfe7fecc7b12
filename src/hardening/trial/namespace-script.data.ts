/* Origin: our own. */

/**
 * Run by the shell that holds the namespaces of a trial, in the directory with the layers. `LOWER`
 * is the list of layers, and the paths of files to mount are resolved in the image. Mount options,
 * devices and masked files are those of Docker's default configuration. Everything is mounted
 * without devices, so that a program with CAP_MKNOD cannot open one of the host. With `RUNTIME=runc`
 * only the files of the image are mounted, because runc mounts the rest.
 */
export const HOLDER_SCRIPT = `set -e
hostname trial
ip link set lo up
echo 0 > /proc/sys/net/ipv4/ip_unprivileged_port_start || :
mount -t tmpfs -o mode=0755,size="$STAGE_BYTES" tmpfs stage
mkdir stage/upper stage/work stage/root stage/files
chmod 0755 stage/upper
root=$PWD/stage/root
mount -t overlay -o "nodev,lowerdir=$LOWER,upperdir=stage/upper,workdir=stage/work" overlay stage/root
printf '127.0.0.1\\tlocalhost\\n::1\\tlocalhost ip6-localhost ip6-loopback\\nfe00::0\\tip6-localnet\\nff00::0\\tip6-mcastprefix\\nff02::1\\tip6-allnodes\\nff02::2\\tip6-allrouters\\n127.0.0.1\\ttrial\\n' > stage/files/hosts
echo trial > stage/files/hostname
echo 'nameserver 127.0.0.11' > stage/files/resolv.conf
if [ "$RUNTIME" = runc ]; then
  exec 7< stage/upper
  read -r pid rest < /proc/self/stat
  echo "ready $pid"
  read -r line
  exit
fi
mount -t tmpfs -o nosuid,nodev,mode=0755,size=64k tmpfs "$root/dev"
for name in null zero full random urandom tty; do
  : > "$root/dev/$name"
  mount --bind "/dev/$name" "$root/dev/$name"
done
ln -s /proc/self/fd "$root/dev/fd"
ln -s /proc/self/fd/0 "$root/dev/stdin"
ln -s /proc/self/fd/1 "$root/dev/stdout"
ln -s /proc/self/fd/2 "$root/dev/stderr"
ln -s /proc/kcore "$root/dev/core"
ln -s pts/ptmx "$root/dev/ptmx"
mkdir "$root/dev/pts" "$root/dev/shm" "$root/dev/mqueue"
mount -t devpts -o nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5 devpts "$root/dev/pts"
mount -t tmpfs -o nosuid,nodev,noexec,mode=1777,size=64m tmpfs "$root/dev/shm"
mount -t mqueue -o nosuid,nodev,noexec mqueue "$root/dev/mqueue" 2>/dev/null || :
mount -t sysfs -o ro,nosuid,nodev,noexec sysfs "$root/sys"
[ ! -d "$root/sys/firmware" ] || mount -t tmpfs -o ro,size=0 tmpfs "$root/sys/firmware"
[ -z "$HOSTS" ] || mount --bind stage/files/hosts "$root$HOSTS"
[ -z "$HOSTNAME_FILE" ] || mount --bind stage/files/hostname "$root$HOSTNAME_FILE"
[ -z "$RESOLVER" ] || mount --bind stage/files/resolv.conf "$root$RESOLVER"
read -r pid rest < /proc/self/stat
echo "ready $pid"
read -r line
exec 7< stage/upper
cd "$root"
pivot_root . .
echo sealed
read -r line
`;

/**
 * Run as the first process of an image's process namespace, before the launcher. The masked files
 * are those of Docker.
 */
export const PROCESS_SCRIPT = `set -e
root=$1
shift
mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
for name in asound acpi scsi; do
  [ ! -d "$root/proc/$name" ] || mount -t tmpfs -o ro,size=0 tmpfs "$root/proc/$name"
done
for name in kcore keys latency_stats timer_list timer_stats sched_debug; do
  [ ! -f "$root/proc/$name" ] || mount --bind /dev/null "$root/proc/$name"
done
for name in bus fs irq sys sysrq-trigger; do
  if [ -e "$root/proc/$name" ]; then
    mount --bind "$root/proc/$name" "$root/proc/$name"
    mount -o remount,bind,ro,nosuid,nodev,noexec "$root/proc/$name"
  fi
done
exec "$@"
`;

/** Docker's capabilities. moby/moby, oci/caps/defaults.go. */
export const CAPABILITIES: readonly string[] = [
  'chown',
  'dac_override',
  'fsetid',
  'fowner',
  'mknod',
  'net_raw',
  'setgid',
  'setuid',
  'setfcap',
  'setpcap',
  'net_bind_service',
  'sys_chroot',
  'kill',
  'audit_write',
];

/** Arguments of setpriv(1) that leave only Docker's capabilities to what is started next. */
export const PRIVILEGE_ARGUMENTS: readonly string[] = [
  '--inh-caps=-all',
  '--ambient-caps=-all',
  `--bounding-set=-all,${CAPABILITIES.map((name) => `+${name}`).join(',')}`,
];

/**
 * Run by Node.js inside the namespaces: waits until the host's files are out of reach, then becomes
 * the program of the image. It is started with the tools of the host, and receives the user, the
 * variables and the command of the image only afterwards.
 */
export const LAUNCHER_SCRIPT = `const fs = require('node:fs');
process.on('SIGPIPE', () => {});
process.on('SIGXFSZ', () => {});
const inherited = fs.readdirSync('/proc/self/fd').map(Number).filter((fd) => {
  try {
    const flags = /^flags:\\s*0*([0-7]+)$/m.exec(fs.readFileSync('/proc/self/fdinfo/' + fd, 'utf8'))[1];
    return fd > 4 && (parseInt(flags, 8) & 0o2000000) === 0;
  } catch {
    return false;
  }
});
fs.writeSync(4, fs.readlinkSync('/proc/self') + '\\n');
const pieces = [];
const piece = Buffer.alloc(65536);
for (let size = fs.readSync(3, piece); size > 0; size = fs.readSync(3, piece)) {
  pieces.push(Buffer.from(piece.subarray(0, size)));
}
if (pieces.length === 0) process.exit(125);
const { user, group, groups, directory, args, environment } = JSON.parse(Buffer.concat(pieces).toString());
const fail = (status, text) => {
  fs.writeSync(2, 'could not start: ' + text + '\\n');
  process.exit(status);
};
process.umask(0o022);
process.setgroups(groups);
process.setgid(group);
process.setuid(user);
try {
  process.chdir(directory);
} catch (error) {
  fail(126, 'working directory ' + directory + ': ' + error.code);
}
const [name] = args;
const places = name.includes('/')
  ? [name]
  : (environment.PATH || '').split(':').map((folder) => (folder || '.') + '/' + name);
const found = places.find((place) => {
  try {
    fs.accessSync(place, fs.constants.X_OK);
    return fs.statSync(place).isFile();
  } catch {
    return false;
  }
});
if (found === undefined) fail(127, name + ': no such executable file');
for (const fd of [...inherited, 3, 4]) {
  try {
    fs.closeSync(fd);
  } catch {}
}
process.execve(found, args, environment);
`;
