/**
 * Operating systems in the "target software" of CPEs, of Go (`GOOS`) and Rust (`target_os`), and
 * the `os` of images that run there.
 *
 * Origin: the documentation of Go ("Optional environment variables") and Rust ("Conditional
 * compilation"), and the target fields of CPEs in the records of NVD.
 */
export const SYSTEM_OF_TARGET: ReadonlyMap<string, string> = new Map(
  Object.entries({
    windows: 'windows windows_10 windows_11 windows_nt windows_server windows_xp microsoft_windows',
    darwin: 'darwin macos mac_os mac_os_x macosx osx',
    freebsd: 'freebsd',
    netbsd: 'netbsd',
    openbsd: 'openbsd',
    dragonfly: 'dragonfly',
    illumos: 'illumos',
    plan9: 'plan9',
    fuchsia: 'fuchsia',
    aix: 'aix',
    ios: 'iphone_os ios ipados ipad_os apple_ios',
    android: 'android android_os',
    linux: 'linux linux_kernel',
    solaris: 'solaris sunos',
  }).flatMap(([system, targets]) => targets.split(' ').map((target) => [target, system] as const)),
);

/**
 * Processors in the "target hardware" of CPEs, of Go (`GOARCH`) and Rust (`target_arch`) →
 * `architecture` of images.
 */
export const ARCHITECTURE_OF_TARGET: ReadonlyMap<string, string> = new Map(
  Object.entries({
    amd64: 'x64 x86_64 amd64',
    '386': 'x86 x32 i386 i686 386',
    arm64: 'arm64 aarch64',
    arm: 'arm arm32 armv7',
    s390x: 's390x s390',
    ppc64le: 'ppc64le',
    riscv64: 'riscv64',
    mips64le: 'mips64el',
  }).flatMap(([name, targets]) => targets.split(' ').map((target) => [target, name] as const)),
);

/** 64-bit processors, and the 32-bit processors whose programs they also run. */
export const NARROWER_THAN: ReadonlyMap<string, string> = new Map([
  ['amd64', '386'],
  ['arm64', 'arm'],
]);
