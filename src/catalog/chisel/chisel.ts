import { expandWhole } from '../../bytes/compression/expand-whole.ts';
import type { Budget } from '../../core/budget.ts';
import { readWhole, toBuffer } from '../../core/bytes.ts';
import type {
  AssemblyInput,
  Cataloger,
  Extraction,
  FileView,
  VisibleFact,
  WantedFile,
} from '../../core/cataloger.ts';
import { compareText } from '../../core/compare-text.ts';
import { createLocation } from '../../core/location.ts';
import { NoteList } from '../../core/note-list.ts';
import type { OwnedFile, Package } from '../../core/package.ts';
import { toDpkgMetadata, toDpkgPurl, toDpkgRecord } from '../../ecosystem/dpkg/dpkg-record.ts';
import { isRecord } from '../../syntax/json/guard.ts';
import { getText, type JsonRecord } from '../../syntax/json/member.ts';
import { parseFileJson } from '../../syntax/json/parse-json.ts';
import { splitLines } from '../../syntax/text/lines.ts';
import { isExistingFile } from '../existing-file.ts';

interface SlicedPackage {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  readonly line: number;
  /** Files installed by its slices, sorted. */
  readonly paths: readonly string[];
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
  version: 1,
  title: 'Ubuntu package slices installed by Chisel',
  spec: 'https://documentation.ubuntu.com/chisel/en/latest/reference/manifest/',
  tags: ['debian', 'directory', 'image', 'installed', 'linux', 'os', 'package'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'yes' },
  wants: [
    { role: 'manifest', paths: ['**/var/lib/chisel/manifest.wall'], maxBytes: 'lockFileBytesMax' },
  ],
  extract,
  assemble: (input) => ({
    packages: input.facts.flatMap((visible) =>
      hasDpkg(visible.path, input.view) ? [] : toChiselPackages(visible, input),
    ),
  }),
};

const MANIFEST = '/var/lib/chisel/manifest.wall';

/** Each line is a JSON object; its `kind` is the type of the record. */
function extract({ content, limits, budget }: WantedFile): Extraction<ChiselFact> {
  const { bytes, problem } = expandWhole(readWhole(content), budget, 'textFileBytesMax');
  const problems = new NoteList(limits);
  if (problem !== undefined) {
    problems.add(problem.code, problem.message);
  }
  const packages: Omit<SlicedPackage, 'paths'>[] = [];
  const paths = new Map<string, Set<string>>();
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
    }
  }
  const withPaths = packages.map((each) => ({
    ...each,
    paths: [...(paths.get(each.name) ?? [])].sort(compareText),
  }));
  return {
    ...(withPaths.length === 0 ? {} : { fact: { packages: withPaths } }),
    problems: problems.notes,
  };
}

function readPackage(
  record: JsonRecord,
  line: number,
  problems: NoteList,
): Omit<SlicedPackage, 'paths'>[] {
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

function toChiselPackages(
  visible: VisibleFact<ChiselFact>,
  { distro, view, budget }: AssemblyInput<ChiselFact>,
): Package[] {
  const root = toRoot(visible.path);
  return visible.fact.packages.map(({ name, version, architecture, line, paths }) => {
    const fields = new Map(Object.entries({ package: name, version, architecture }));
    const record = toDpkgRecord({ fields, line, digest: '' }, budget);
    const ownedFiles: OwnedFile[] = paths
      .map((path) => ({ path: root + path }))
      .filter(({ path }) => isExistingFile(view, path));
    return {
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
  });
}
