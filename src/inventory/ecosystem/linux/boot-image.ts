import { type Bytes, toBuffer, toDataView } from '../../../foundation/core/bytes.ts';

/** Metadata of a kernel image. */
export interface BootImage {
  readonly architecture: string;
  readonly version: string;
  /** With the builder and the build time. */
  readonly extendedVersion: string;
  readonly format?: 'bzImage' | 'zImage';
  /** Whether the root file system is mounted for writing. */
  readonly isRootWritable?: boolean;
  /** Number of the root device; absent if the boot loader determines it. */
  readonly rootDevice?: number;
  readonly videoMode?: string;
}

/** Offsets in the header. The Linux/x86 Boot Protocol, "The Real-Mode Kernel Header". */
const X86 = {
  rootFlags: 0x1f2,
  videoMode: 0x1fa,
  rootDevice: 0x1fc,
  bootFlag: 0x1fe,
  magic: 0x202,
  protocol: 0x206,
  kernelVersion: 0x20e,
  loadFlags: 0x211,
  end: 0x212,
} as const;
const BOOT_FLAG = 0xaa55;
const PROTOCOL_WITH_VERSION = 0x0200;
/** Distance of the string from the offset in the header. */
const VERSION_BASE = 0x200;
const LOADED_HIGH = 1;
const VIDEO_MODES: Readonly<Record<number, string>> = {
  65_535: 'Normal VGA',
  65_534: 'Extended VGA',
  65_533: 'Prompt for Videomode',
};

/** "ARM" and 64. Booting AArch64 Linux, section 4. */
const ARM64 = { offset: 56, magic: 0x644d5241, end: 64 } as const;

/** Kernel architectures by the machine number of ELF files. */
const ELF_MACHINES: Readonly<Record<number, string>> = {
  3: 'x86',
  40: 'arm',
  62: 'x86',
  183: 'arm64',
};
const ELF_MAGIC = 0x464c457f;
const ELF_MACHINE_OFFSET = 18;

const VERSION_CHARS_MAX = 1_024;
const BANNER = 'Linux version ';
const SEARCHED_AT_ONCE_BYTES = 4 * 1024 * 1024;

/**
 * Reads the version of a Linux kernel: for x86 from its boot header, else from the banner in an
 * image that is not packed. Returns `undefined` for any other file.
 */
export function readBootImage(content: Bytes): BootImage | undefined {
  const head = content.read(0, X86.end);
  const view = toDataView(head);
  if (head.length < X86.end) {
    return undefined;
  }
  if (view.getUint16(X86.bootFlag, true) === BOOT_FLAG) {
    const isKernel = Buffer.from(head).toString('latin1', X86.magic, X86.magic + 4) === 'HdrS';
    return isKernel ? readX86Image(content, view) : undefined;
  }
  if (view.getUint32(ARM64.offset, true) === ARM64.magic) {
    return findBannerImage(content, 'arm64');
  }
  if (view.getUint32(0, true) === ELF_MAGIC) {
    return findBannerImage(content, ELF_MACHINES[view.getUint16(ELF_MACHINE_OFFSET, true)] ?? '');
  }
  return undefined;
}

function readX86Image(content: Bytes, view: DataView): BootImage | undefined {
  const pointer = view.getUint16(X86.kernelVersion, true);
  if (view.getUint16(X86.protocol, true) < PROTOCOL_WITH_VERSION || pointer === 0) {
    return undefined;
  }
  const extendedVersion = readTerminatedText(content, VERSION_BASE + pointer);
  const version = getFirstWord(extendedVersion);
  if (version === '') {
    return undefined;
  }
  const rootDevice = view.getUint16(X86.rootDevice, true);
  const videoMode = view.getUint16(X86.videoMode, true);
  const isHigh = (view.getUint8(X86.loadFlags) & LOADED_HIGH) !== 0;
  return {
    architecture: 'x86',
    version,
    extendedVersion,
    format: isHigh ? 'bzImage' : 'zImage',
    isRootWritable: view.getUint16(X86.rootFlags, true) === 0,
    ...(rootDevice === 0 ? {} : { rootDevice }),
    ...(videoMode === 0 ? {} : { videoMode: VIDEO_MODES[videoMode] ?? `Video mode ${videoMode}` }),
  };
}

/** `Linux version 6.1.0 (builder@host) (gcc …) #1 SMP …`, as the kernel prints it at start. */
function findBannerImage(content: Bytes, architecture: string): BootImage | undefined {
  const step = SEARCHED_AT_ONCE_BYTES - VERSION_CHARS_MAX;
  for (let start = 0; start < content.sizeBytes; start += step) {
    const piece = content.read(start, SEARCHED_AT_ONCE_BYTES);
    const bytes = toBuffer(piece);
    for (let at = bytes.indexOf(BANNER); at >= 0; at = bytes.indexOf(BANNER, at + 1)) {
      const extendedVersion = readTerminatedText(content, start + at + BANNER.length);
      // The same words also occur in format strings, with `%s` for the version.
      if (/^[0-9]+\.[0-9]+\S* \(/.test(extendedVersion)) {
        return { architecture, version: getFirstWord(extendedVersion), extendedVersion };
      }
    }
  }
  return undefined;
}

function readTerminatedText(content: Bytes, offset: number): string {
  const bytes = content.read(offset, VERSION_CHARS_MAX);
  const text = toBuffer(bytes).toString('latin1');
  return /^[^\0\n]*/.exec(text)?.[0].trim() ?? '';
}

function getFirstWord(text: string): string {
  return /^\S*/.exec(text)?.[0] ?? '';
}
