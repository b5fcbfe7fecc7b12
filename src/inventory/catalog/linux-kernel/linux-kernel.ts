import { posix } from 'node:path';
import {
  COMPRESSION_HEAD_BYTES,
  detectCompression,
} from '../../../foundation/bytes/compression/detect-compression.ts';
import { expandWhole } from '../../../foundation/bytes/compression/expand-whole.ts';
import { readWhole, toBytes } from '../../../foundation/core/bytes.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  DependencyEdge,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import type { Cpe, Package } from '../../../foundation/core/package.ts';
import { ANY_CPE, formatCpe, toCpeValue } from '../../../foundation/identity/cpe-name/cpe.ts';
import { mergeLicenses, toDeclaredLicense } from '../../../foundation/identity/license/license.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { type BootImage, readBootImage } from '../../ecosystem/linux/boot-image.ts';
import { type ModuleInfo, readModuleInfo } from '../../ecosystem/linux/module-info.ts';

/** A module with the member names of Syft's JSON schema, without its path. */
interface ModuleFact {
  readonly kind: 'module';
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly kernelVersion: string;
  readonly metadata: Readonly<Record<string, unknown>>;
}

export type KernelFact = { readonly kind: 'kernel'; readonly image: BootImage } | ModuleFact;

const KERNEL_NAMES = ['kernel', 'vmlinux', 'vmlinuz', 'bzImage', 'zImage'] as const;
const MODULE_FOLDER = '/lib/modules/';
const MODULE_SUFFIX = /\.ko(?:\.(?:gz|xz|zst))?$/;
/** Copies of one kernel: with more of them, the kernel of a module is ambiguous. */
const KERNELS_OF_VERSION_MAX = 32;

/**
 * Linux kernels and their loadable modules. For machines other than x86, only kernels without a
 * self-extracting image are detected.
 */
export const linuxKernel: Cataloger<KernelFact> = {
  id: 'linux-kernel',
  alias: 'linux-kernel-cataloger',
  version: 1,
  title: 'Linux kernels and their modules',
  spec: 'https://docs.kernel.org/arch/x86/boot.html',
  tags: ['declared', 'directory', 'image', 'installed', 'kernel', 'linux', 'package'],
  can: { licenses: 'partly', dependencies: 'yes', ownedFiles: 'no' },
  isOwnable: true,
  wants: [
    {
      role: 'kernel',
      paths: KERNEL_NAMES.flatMap((name) => [`**/${name}`, `**/${name}-*`]),
      maxBytes: 'wholeFileBytesMax',
    },
    {
      role: 'module',
      paths: ['**/*.ko', '**/*.ko.gz', '**/*.ko.xz', '**/*.ko.zst'],
      maxBytes: 'expandedFileBytesMax',
    },
  ],
  extract(file) {
    return file.role === 'kernel' ? extractKernel(file) : extractModule(file);
  },
  assemble,
};

/** Some machines boot an image that gzip compressed as a whole. */
function extractKernel({ content, path, budget }: WantedFile): Extraction<KernelFact> {
  const isPacked =
    posix.basename(path).startsWith('vmlinu') &&
    detectCompression(content.read(0, COMPRESSION_HEAD_BYTES)) !== 'none';
  const unpacked = isPacked
    ? expandWhole(readWhole(content), budget, 'expandedFileBytesMax')
    : undefined;
  const image = readBootImage(unpacked === undefined ? content : toBytes(unpacked.bytes));
  const problems = unpacked?.problem === undefined ? {} : { problems: [unpacked.problem] };
  return image === undefined ? problems : { fact: { kind: 'kernel', image }, ...problems };
}

function extractModule({ content, path, limits, budget }: WantedFile): Extraction<KernelFact> {
  if (!path.includes(MODULE_FOLDER)) {
    return {};
  }
  const { bytes, problem } = expandWhole(readWhole(content), budget, 'expandedFileBytesMax');
  if (problem !== undefined) {
    return { problems: [problem] };
  }
  const info = readModuleInfo(bytes, limits);
  if (info === undefined) {
    const message = 'the file is not a kernel module, or is damaged: it has no .modinfo section';
    return { problems: [{ code: 'P_MALFORMED', message }] };
  }
  const fact = toModuleFact(info, path);
  return fact.kernelVersion === '' ? {} : { fact };
}

function toModuleFact({ values, parameters }: ModuleInfo, path: string): ModuleFact {
  const getValue = (key: string): string => values.get(key) ?? '';
  const kernelVersion = /^\S*/.exec(getValue('vermagic'))?.[0] ?? '';
  const fileName = posix.basename(path).replace(MODULE_SUFFIX, '').replaceAll('-', '_');
  const name = getValue('name') || fileName;
  const members = {
    name,
    version: getValue('version'),
    sourceVersion: getValue('srcversion'),
    description: getValue('description'),
    author: getValue('author'),
    license: getValue('license'),
    kernelVersion,
    versionMagic: getValue('vermagic'),
  };
  const stated = Object.entries(members).filter(([, text]) => text !== '');
  return {
    kind: 'module',
    name,
    version: members.version,
    license: members.license,
    kernelVersion,
    metadata: {
      ...Object.fromEntries(stated),
      ...(parameters.size === 0 ? {} : { parameters: Object.fromEntries(parameters) }),
    },
  };
}

function assemble({ facts }: AssemblyInput<KernelFact>): Assembly {
  const kernels: Package[] = [];
  const modules: { readonly pkg: Package; readonly kernelVersion: string }[] = [];
  for (const visible of facts) {
    const { fact } = visible;
    if (fact.kind === 'kernel') {
      kernels.push(createKernelPackage(fact.image, visible));
    } else {
      modules.push({ pkg: createModulePackage(fact, visible), kernelVersion: fact.kernelVersion });
    }
  }
  const byVersion = Map.groupBy(kernels, ({ version }) => version);
  const dependencies = modules.flatMap(({ pkg, kernelVersion }): DependencyEdge[] => {
    const found = byVersion.get(kernelVersion) ?? [];
    return found.length > KERNELS_OF_VERSION_MAX ? [] : found.map((from) => ({ from, to: pkg }));
  });
  return { packages: [...kernels, ...modules.map(({ pkg }) => pkg)], dependencies };
}

function createKernelPackage(image: BootImage, visible: VisibleFact<KernelFact>): Package {
  const { architecture, version, extendedVersion, format, videoMode, rootDevice } = image;
  return {
    name: 'linux-kernel',
    version,
    type: 'linux-kernel',
    ...createCommonParts(visible),
    purl: writePurl({ type: 'generic', name: 'linux-kernel', version }),
    rule: 'the version in a Linux kernel image',
    licenses: [],
    cpes: createKernelCpes(version),
    metadata: {
      kind: 'linux-kernel-archive',
      value: {
        name: '',
        architecture,
        version,
        extendedVersion,
        ...defined({ format }),
        ...(image.isRootWritable === true ? { rwRootFS: true } : {}),
        ...defined({ rootDevice, videoMode }),
      },
    },
  };
}

function createKernelCpes(version: string): Cpe[] {
  const value = toCpeValue(version);
  if (value === undefined) {
    return [];
  }
  const name = { part: 'o', vendor: 'linux', product: 'linux_kernel', version: value };
  const cpe = formatCpe({ ...ANY_CPE, ...name });
  return [{ cpe, source: 'dictionary' }];
}

function createModulePackage(fact: ModuleFact, visible: VisibleFact<KernelFact>): Package {
  const { name, version, license, metadata } = fact;
  const common = createCommonParts(visible);
  return {
    name,
    version,
    type: 'linux-kernel-module',
    ...common,
    purl: writePurl({ type: 'generic', name, version }),
    rule: 'the .modinfo section of a Linux kernel module',
    licenses: mergeLicenses([toDeclaredLicense(license, { locations: common.locations })]),
    cpes: [],
    metadata: {
      kind: 'linux-kernel-module',
      value: { ...metadata, path: visible.realPath ?? visible.path },
    },
  };
}

function createCommonParts(visible: VisibleFact<KernelFact>) {
  const location = createLocation(visible);
  return {
    language: '',
    foundBy: linuxKernel.id,
    confidence: 1,
    locations: [location],
    upstreams: [],
    ownedFiles: [],
  } as const;
}
