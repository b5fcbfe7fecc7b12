import { createHmac } from 'node:crypto';
import { getBaseName } from '../../foundation/core/base-name.ts';
import type { FileView } from '../../foundation/core/cataloger.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { defined } from '../../foundation/core/defined.ts';
import { hasExecuteBit } from '../../foundation/core/executable-file.ts';
import type { SecretFile } from '../../foundation/core/surface.ts';
import { formatCapabilities } from './file-capabilities.ts';
import type { Probed } from './probes.ts';
import { PUBLIC_FOLDERS, SECRET_NAMES } from './program.data.ts';

const SETUID = 0o4000;
const SETGID = 0o2000;
const STICKY = 0o1000;
const OWNER_WRITE = 0o200;
const GROUP_WRITE = 0o020;
const OTHERS_WRITE = 0o002;

/** Types of texts that name an interpreter in their first line. */
const SCRIPT_TYPE = /^text\/x-/;

export interface FileFlaws {
  readonly privileged: readonly string[];
  /** Path and capabilities as `getcap` prints them. */
  readonly capable: readonly string[];
  readonly writable: readonly string[];
  readonly scripts: readonly string[];
  /** Kind and path of files that are only recognized by name; never their content. */
  readonly secrets: readonly string[];
  /** Kind and path of files that are recognized by content. */
  readonly verified: readonly string[];
  /** The same files with more details, the lowest layer first. */
  readonly secretFiles: readonly SecretFile[];
}

/** Finds flaws in the modes, attributes and names of all visible files. */
export function findFileFlaws(
  view: FileView,
  probed: Probed,
  fingerprintKey?: Uint8Array,
): FileFlaws {
  const privileged: string[] = [];
  const capable: string[] = [];
  const writable: string[] = [];
  const scripts: string[] = [];
  for (const path of view.listPaths()) {
    const ref = view.find(path);
    const files = ref && view.layers[ref.layer]?.files;
    const type = ref && files?.getType(ref.row);
    const mode = ref === undefined ? 0 : (files?.getMode(ref.row) ?? 0);
    if (type === 'regular' && (mode & (SETUID | SETGID)) !== 0 && hasExecuteBit(mode)) {
      privileged.push(path);
    }
    const capabilities = formatCapabilities((ref && files?.getCapabilities(ref.row)) ?? '');
    if (type === 'regular' && capabilities !== undefined) {
      capable.push(`${path}: ${capabilities}`);
    }
    const isScript = ref !== undefined && SCRIPT_TYPE.test(files?.getMimeType(ref.row) ?? '');
    if (type === 'regular' && isScript && hasExecuteBit(mode)) {
      scripts.push(path);
    }
    const isOpen = (mode & OTHERS_WRITE) !== 0;
    if (isOpen && (type === 'regular' || (type === 'directory' && (mode & STICKY) === 0))) {
      writable.push(path);
    }
  }
  return {
    privileged: privileged.sort(compareText),
    capable: capable.sort(compareText),
    writable: writable.sort(compareText),
    scripts: scripts.sort(compareText),
    ...findSecrets(view, probed, fingerprintKey),
  };
}

/** Searches every layer: files that a later layer deletes can still be pulled. */
function findSecrets(
  view: FileView,
  { secrets }: Probed,
  fingerprintKey: Uint8Array | undefined,
): Pick<FileFlaws, 'secrets' | 'verified' | 'secretFiles'> {
  const found = new Set<string>();
  const verified = new Set<string>();
  const secretFiles: SecretFile[] = [];
  for (const [layer, { files, diffId }] of view.layers.entries()) {
    for (let row = 0; row < files.length; row += 1) {
      const path = files.getPath(row);
      const looked = secrets.get(`${layer}:${row}`);
      const addSecret = (kind: string, isVerified: boolean): void => {
        (isVerified ? verified : found).add(`${kind}: ${path}`);
        const digest = files.getSha256(row);
        const fingerprint =
          fingerprintKey === undefined || digest === undefined
            ? undefined
            : createHmac('sha256', fingerprintKey).update(digest).digest('hex');
        const isHidden = view.getRealPath({ layer, row }) === undefined;
        secretFiles.push({
          kind,
          path,
          isHidden,
          isVerified,
          ...defined({ layer: diffId, fingerprint }),
        });
      };
      for (const kind of looked ?? []) {
        addSecret(kind, true);
      }
      const name = getBaseName(path);
      const isCandidate = files.getType(row) === 'regular' && files.sizeBytes(row) > 0;
      const kind = isCandidate ? detectSecretKind(name, path) : undefined;
      // A file that was read and contains no secret is not one, whatever its name.
      if (kind !== undefined && looked === undefined) {
        addSecret(kind, false);
      }
    }
  }
  return {
    secrets: [...found].sort(compareText),
    verified: [...verified].sort(compareText),
    secretFiles: secretFiles.toSorted((left, right) => compareText(left.path, right.path)),
  };
}

/**
 * Returns directories of code that are writable by an owner or group other than root, or by
 * anybody: such users can make others run any code.
 */
export function findForeignFolders(view: FileView, folders: readonly string[]): readonly string[] {
  const found = folders.flatMap((folder) => {
    const file = view.resolve(folder);
    const files = file && view.layers[file.ref.layer]?.files;
    if (file === undefined || files?.getType(file.ref.row) !== 'directory') {
      return [];
    }
    const [mode, uid, gid] = [
      files.getMode(file.ref.row),
      files.getUid(file.ref.row),
      files.getGid(file.ref.row),
    ];
    const writers = [
      ...(uid !== 0 && (mode & OWNER_WRITE) !== 0 ? [`user ${uid}`] : []),
      ...(gid !== 0 && (mode & GROUP_WRITE) !== 0 ? [`group ${gid}`] : []),
      ...((mode & OTHERS_WRITE) === 0 ? [] : ['anybody']),
    ];
    return writers.length === 0 ? [] : [`${file.path}: ${writers.join(', ')}`];
  });
  return [...new Set(found)].sort(compareText);
}

function detectSecretKind(name: string, path: string): string | undefined {
  if (PUBLIC_FOLDERS.test(path)) {
    return undefined;
  }
  if (path.endsWith('/.git/HEAD')) {
    return 'source repository';
  }
  const isCloud = /\/\.(?:aws|azure|config\/gcloud)\//.test(path);
  return SECRET_NAMES.find(
    ([kind, pattern]) => pattern.test(name) && (kind !== 'cloud credentials' || isCloud),
  )?.[0];
}
