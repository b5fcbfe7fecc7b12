import { expandWhole } from '../../../foundation/bytes/compression/expand-whole.ts';
import type { Budget } from '../../../foundation/core/budget.ts';
import { readWhole, toBuffer } from '../../../foundation/core/bytes.ts';
import type {
  AssemblyInput,
  Cataloger,
  Extraction,
  FileView,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { compareText } from '../../../foundation/core/compare-text.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import { NoteList } from '../../../foundation/core/note-list.ts';
import type { OwnedFile, Package, RecordedDigest } from '../../../foundation/core/package.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { getText, type JsonRecord } from '../../../foundation/syntax/json/member.ts';
import { parseFileJson } from '../../../foundation/syntax/json/parse-json.ts';
import { splitLines } from '../../../foundation/syntax/text/lines.ts';
import { toDpkgMetadata, toDpkgPurl, toDpkgRecord } from '../../ecosystem/dpkg/dpkg-record.ts';
import { isExistingFile } from '../existing-file.ts';

interface SlicedPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly line: number;
  /** Files installed by its slices, sorted. */
  readonly paths: readonly string[];
  /** SHA-256 of the same files; empty if unknown. */
  readonly digests: readonly string[];
}

export interface ChiselFact {
  readonly packages: readonly SlicedPackage[];
}

/**
 * Packages of Ubuntu from which Chisel installed slices: only the files that a program needs,
 * without dpkg. The manifest does not name source packages, so statements about a source with
 * another name do not match. If a dpkg database exists, it is more complete, and only it counts.
 */
export const chisel: Cataloger<ChiselFact> = {
  id: 'chisel',
  alias: 'chisel-cataloger',
  version: 2,
  title: 'Ubuntu package slices installed by Chisel',
  spec: 'https://documentation.ubuntu.com/chisel/en/latest/reference/manifest/',
  tags: ['debian', 'directory', 'image', 'installed', 'linux', 'os', 'package'],
  systems: ['debian', 'ubuntu'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'yes' },
  wants: [
    { role: 'manifest', paths: ['**/var/lib/chisel/manifest.wall'], maxBytes: 'lockFileBytesMax' },
  ],
  extract,
  assemble(input) {
    const chiseled = input.facts
      .filter(({ path }) => !hasDpkg(path, input.view))
      .flatMap((visible) => toChiselPackages(visible, input));
    const digests = new Map(chiseled.map(({ pkg, recorded }) => [pkg, recorded]));
    return {
      packages: chiseled.map(({ pkg }) => pkg),
      recordedDigests: (pkg) => digests.get(pkg) ?? [],
    };
  },
};

const MANIFEST = '/var/lib/chisel/manifest.wall';

/** Each line is a JSON object; its `kind` is the type of the record. */
function extract({ content, limits, budget }: WantedFile): Extraction<ChiselFact> {
  const { bytes, problem } = expandWhole(readWhole(content), budget, 'textFileBytesMax');
  const problems = new NoteList(limits);
  if (problem !== undefined) {
    problems.add(problem.code, problem.message);
  }
  const packages: Omit<SlicedPackage, 'paths' | 'digests'>[] = [];
  const paths = new Map<string, Set<string>>();
  const digests = new Map<string, string>();
  for (const { text, number: line } of splitLines(toBuffer(bytes).toString('utf8'))) {
    if (text === '') {
      continue;
    }
    const record = parseFileJson(text, budget);
    if (!isRecord(record)) {
      problems.add('P_RECORD', 'the line is not a JSON object', line);
    } else if (record['kind'] === 'package' && packages.length >= limits.recordsMax) {
      budget.refuse('recordsMax');
      break;
    } else if (record['kind'] === 'package') {
      packages.push(...readPackage(record, line, problems));
    } else if (record['kind'] === 'content' && !addContent(record, paths, budget)) {
      break;
    } else if (record['kind'] === 'path' && !addDigest(record, digests, budget)) {
      break;
    }
  }
  const withPaths = packages.map((each) => {
    const own = [...(paths.get(each.name) ?? [])].sort(compareText);
    return { ...each, paths: own, digests: own.map((path) => digests.get(path) ?? '') };
  });
  return {
    ...(withPaths.length === 0 ? {} : { fact: { packages: withPaths } }),
    problems: problems.notes,
  };
}

/** Scripts of slices may change a file. Returns false if the budget has no room for more paths. */
function addDigest(record: JsonRecord, digests: Map<string, string>, budget: Budget): boolean {
  const path = getText(record, 'path');
  const digest = getText(record, 'final_sha256') || getText(record, 'sha256');
  if (digest !== '') {
    if (!budget.takeFile(path.length)) {
      return false;
    }
    digests.set(path, digest.toLowerCase());
  }
  return true;
}

function readPackage(
  record: JsonRecord,
  line: number,
  problems: NoteList,
): Omit<SlicedPackage, 'paths' | 'digests'>[] {
  const [name, version] = [getText(record, 'name'), getText(record, 'version')];
  if (name === '' || version === '') {
    problems.add('P_RECORD', 'a package without a name or a version', line);
    return [];
  }
  return [{ name, version, architecture: getText(record, 'arch'), line }];
}

/**
 * The name of a slice begins with its package, such as `libc6_libs`. Directories end with a slash.
 * Returns false if the budget has no room for more paths.
 */
function addContent(record: JsonRecord, paths: Map<string, Set<string>>, budget: Budget): boolean {
  const [slice, path] = [getText(record, 'slice'), getText(record, 'path')];
  const name = slice.slice(0, Math.max(0, slice.lastIndexOf('_')));
  if (name !== '' && path.startsWith('/') && !path.endsWith('/')) {
    if (!budget.takeFile(path.length)) {
      return false;
    }
    const known = paths.get(name) ?? new Set();
    paths.set(name, known.add(path));
  }
  return true;
}

function toRoot(manifestPath: string): string {
  return manifestPath.slice(0, -MANIFEST.length);
}

function hasDpkg(manifestPath: string, view: FileView): boolean {
  const folder = `${toRoot(manifestPath)}/var/lib/dpkg`;
  const status = view.resolve(`${folder}/status`)?.ref;
  const sizeBytes =
    status === undefined ? 0 : view.layers[status.layer]?.files.sizeBytes(status.row);
  return (sizeBytes ?? 0) > 0 || view.list(`${folder}/status.d`).length > 0;
}

interface ChiseledPackage {
  readonly pkg: Package;
  readonly recorded: readonly RecordedDigest[];
}

function toChiselPackages(
  visible: VisibleFact<ChiselFact>,
  { distro, view, budget }: AssemblyInput<ChiselFact>,
): ChiseledPackage[] {
  const root = toRoot(visible.path);
  return visible.fact.packages.map(({ name, version, architecture, line, paths, digests }) => {
    const fields = new Map(Object.entries({ package: name, version, architecture }));
    const record = toDpkgRecord({ fields, line, digest: '' }, budget);
    const ownedFiles: OwnedFile[] = paths
      .map((path) => ({ path: root + path }))
      .filter(({ path }) => isExistingFile(view, path));
    const recorded = paths.flatMap((path, index): RecordedDigest[] => {
      const digits = digests[index] ?? '';
      return digits === '' ? [] : [{ path: root + path, algorithm: 'sha256', digits }];
    });
    const pkg: Package = {
      name,
      version,
      type: 'deb',
      language: '',
      purl: toDpkgPurl(record, distro),
      foundBy: chisel.id,
      rule: 'a package in the Chisel manifest',
      confidence: 1,
      locations: [createLocation(visible, { line })],
      licenses: [],
      cpes: [],
      upstreams: [],
      ...(architecture === '' ? {} : { architecture }),
      ownedFiles,
      metadata: { kind: 'dpkg-db-entry', value: toDpkgMetadata(record, []) },
    };
    return { pkg, recorded };
  });
}
