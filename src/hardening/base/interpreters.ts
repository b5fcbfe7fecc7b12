import { compareText } from '../../foundation/core/compare-text.ts';
import type { InventoryFile, InventoryPackage } from '../../foundation/core/inventory.ts';

/** Programs that run others by their source or byte code. */
export const INTERPRETER_KINDS = ['python', 'node', 'java', 'php', 'ruby', 'perl'] as const;

export type InterpreterKind = (typeof INTERPRETER_KINDS)[number];

/** An interpreter with the interface that its modules depend on. */
export interface Interpreter {
  readonly kind: InterpreterKind;
  /**
   * `cpython-311`, the module version of Node.js, the highest version of Java classes, the API of
   * PHP, the ABI of Ruby, or the version of Perl; empty if unknown.
   */
  readonly abi: string;
  readonly path: string;
}

/** Major versions of Node.js → `NODE_MODULE_VERSION`. nodejs/node, doc/abi_version_registry.json. */
const NODE_MODULE_VERSIONS: ReadonlyMap<string, string> = new Map([
  ['10', '64'],
  ['12', '72'],
  ['14', '83'],
  ['16', '93'],
  ['18', '108'],
  ['20', '115'],
  ['22', '127'],
  ['24', '137'],
]);

/** Class file versions are 44 above the version of Java. JVM specification, table 4.1-A. */
const CLASS_VERSION_OFFSET = 44;

const FORMS: readonly (readonly [InterpreterKind, RegExp])[] = [
  ['python', /\/bin\/python(3\.\d+)$/],
  ['node', /\/bin\/(?:node|nodejs)$/],
  ['java', /\/bin\/java$/],
  ['php', /\/s?bin\/php(\d\.\d)$/],
  ['ruby', /\/bin\/ruby(\d\.\d)?$/],
  ['perl', /\/bin\/perl(5\.\d+\.\d+)$/],
];

/** Finds interpreters by the names of programs, and their interfaces by names and packages. */
export function findInterpreters(
  files: readonly InventoryFile[],
  packages: readonly InventoryPackage[],
): readonly Interpreter[] {
  const found = files.flatMap(({ path, type }): Interpreter[] => {
    if (type === 'directory') {
      return [];
    }
    return FORMS.flatMap(([kind, form]) => {
      const match = form.exec(path);
      return match === null
        ? []
        : [{ kind, path, abi: findAbi(kind, match[1], { files, packages }) }];
    });
  });
  return found.sort(
    (left, right) => compareText(left.kind, right.kind) || compareText(left.path, right.path),
  );
}

interface Installed {
  readonly files: readonly InventoryFile[];
  readonly packages: readonly InventoryPackage[];
}

function findAbi(kind: InterpreterKind, version: string | undefined, all: Installed): string {
  switch (kind) {
    case 'python':
      return `cpython-${(version ?? '').replace('.', '')}`;
    case 'node':
      return NODE_MODULE_VERSIONS.get(findMajor(all, ['nodejs', 'node', 'nodejs-current'])) ?? '';
    case 'java': {
      const major = findMajor(all, undefined);
      return major === '' ? '' : String(Number(major) + CLASS_VERSION_OFFSET);
    }
    case 'php':
      return findFolderName(
        all,
        /^\/usr\/(?:local\/)?lib\/php\/(?:extensions\/[\w-]+-)?(\d{8})(?:\/|$)/,
      );
    case 'ruby':
      return findFolderName(all, /^\/usr\/(?:local\/)?lib\/ruby\/(\d\.\d\.\d)(?:\/|$)/);
    case 'perl':
      return version ?? '';
  }
}

/** Returns the major version of the first package with such a name; for Java, of its runtime. */
function findMajor({ packages }: Installed, names: readonly string[] | undefined): string {
  const isJava = /^(?:openjdk|java|jdk|jre|temurin|zulu|graalvm|corretto)/;
  const item = packages.find(({ name }) => names?.includes(name) ?? isJava.test(name));
  const version = item?.version.replace(/^\d+:/, '').replace(/^v/, '') ?? '';
  const [, old, major = ''] = /^(1\.)?(\d+)/.exec(version) ?? [];
  return old === undefined && major === '' ? '' : major;
}

function findFolderName({ files }: Installed, form: RegExp): string {
  return files.map(({ path }) => form.exec(path)?.[1]).find((name) => name !== undefined) ?? '';
}
