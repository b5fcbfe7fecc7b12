import type { Inventory } from '../../src/foundation/core/inventory.ts';
import type { Cpe } from '../../src/foundation/core/package.ts';
import {
  getRecord,
  getRecords,
  getText,
  type JsonRecord,
} from '../../src/foundation/syntax/json/member.ts';

// Syft's sources were read at bf82010f3c38508e30dd01ed8053f158513c0c9d; `PLIMSOLL_PEER_SYFT` names
// a checkout of it.

/** Source of the left column of a point in `docs/better-than-syft.md`. */
export type SyftAnswer =
  | {
      readonly kind: 'recorded';
      readonly target: string;
      /** Returns whether Syft's recorded answer is as the point describes. */
      readonly isTheirs: (answer: JsonRecord) => boolean;
      /** Returns whether ours is, for the same target. */
      readonly isOurs: (inventory: Inventory) => boolean;
    }
  | { readonly kind: 'source'; readonly path: string; readonly line: string }
  /** Syft's sources, except tests, contain none of these strings. */
  | { readonly kind: 'absent'; readonly texts: readonly string[] };

function createSource(path: string, line: string): SyftAnswer {
  return { kind: 'source', path, line };
}

/** By the number of the point. */
export const SYFT_ANSWERS: Readonly<Record<number, SyftAnswer>> = {
  1: createSource(
    'syft/pkg/cataloger/debian/parse_dpkg_db.go',
    'if strings.Contains(raw.Status, deinstallStatus) {',
  ),
  2: createSource(
    'syft/pkg/cataloger/debian/dependency.go',
    'requires = append(requires, splitPackageChoice(depSpecifier)...)',
  ),
  3: {
    kind: 'recorded',
    target: 'node-api-alpine',
    isTheirs: (answer) => {
      const npm = new Set(listArtifacts(answer, 'npm').map((each) => getText(each, 'id')));
      return (
        npm.size > 0 &&
        getRecords(answer, 'artifactRelationships').every(
          (edge) => getText(edge, 'type') !== 'contains' || !npm.has(getText(edge, 'parent')),
        )
      );
    },
    isOurs: ({ packages }) => {
      const installed = packages.filter(
        ({ type, locations }) => type === 'npm' && locations[0]?.path.includes('/node_modules/'),
      );
      return installed.length > 200 && installed.every(({ ownedFiles }) => ownedFiles.length > 0);
    },
  },
  4: {
    kind: 'recorded',
    target: 'polyglot-dir',
    isTheirs: (answer) => {
      const byId = new Map(
        listArtifacts(answer, 'npm').map((each) => [getText(each, 'id'), each] as const),
      );
      const needed = getRecords(answer, 'artifactRelationships')
        .filter((edge) => isNamed(byId.get(getText(edge, 'child')), 'debug', '2.6.9'))
        .filter((edge) => isNamed(byId.get(getText(edge, 'parent')), 'ms'));
      return needed.length === 2;
    },
    isOurs: ({ packages, relationships }) => {
      const findKeys = (name: string, version: string): (string | undefined)[] =>
        packages
          .filter((each) => each.name === name && each.version === version)
          .map(({ key }) => key);
      const dependents = findKeys('debug', '2.6.9');
      const needed = relationships.filter(
        (edge) => edge.kind === 'dependency-of' && dependents.includes(edge.to),
      );
      const wanted = findKeys('ms', '2.0.0');
      return needed.length > 0 && needed.every(({ from }) => wanted.includes(from));
    },
  },
  5: {
    kind: 'recorded',
    target: 'node-api-alpine',
    isTheirs: (answer) =>
      listArtifacts(answer, 'npm').some((each) => getText(each, 'version') === 'UNKNOWN'),
    isOurs: ({ packages }) => packages.every(({ version }) => version !== ''),
  },
  6: createSource(
    'syft/pkg/cataloger/java/archive_parser.go',
    'we did not find any manifests, but that may not be a problem',
  ),
  7: createSource('syft/pkg/cataloger/golang/parse_go_mod.go', 'delete(goModPackages, m.Mod.Path)'),
  8: createSource(
    'syft/pkg/cataloger/golang/parse_go_binary.go',
    'version, rest, ok := strings.Cut(version, " ")',
  ),
  9: createSource(
    'syft/pkg/cataloger/redhat/parse_rpm_manifest.go',
    'p := newDBPackage(ctx, reader.Location, *metadata, nil, nil)',
  ),
  10: createSource('syft/linux/identify_release.go', '(?P<versionid>\\d\\.\\d+)'),
  11: {
    kind: 'recorded',
    target: 'polyglot-dir',
    isTheirs: (answer) => {
      const conda = listArtifacts(answer, 'conda');
      return conda.length > 0 && conda.every((each) => getText(each, 'purl') === '');
    },
    isOurs: ({ packages }) => {
      const conda = packages.filter(({ type }) => type === 'conda');
      return conda.length > 0 && conda.every(({ purl }) => purl.startsWith('pkg:conda/'));
    },
  },
  12: createSource('internal/os/feature_detection.go', 'release.ExtendedSupport = true'),
  13: createSource(
    'syft/pkg/cataloger/debian/package.go',
    'locations := file.NewLocationSet(dbLocation)',
  ),
  14: {
    kind: 'recorded',
    target: 'java-mini',
    isTheirs: (answer) =>
      listArtifacts(answer, 'java-archive').some((each) => {
        const cpes = getRecords(each, 'cpes');
        return cpes.length > 30 && cpes.every((cpe) => getText(cpe, 'source') === 'syft-generated');
      }),
    isOurs: ({ packages }) => packages.every(({ cpes }) => new Set(cpes.map(isGuess)).size <= 1),
  },
  15: {
    kind: 'recorded',
    target: 'debian-trixie-slim',
    isTheirs: (answer) =>
      listArtifacts(answer, 'deb').every((each) =>
        getRecords(getRecord(each, 'metadata') ?? {}, 'files').every(
          (file) => getRecord(file, 'digest') !== undefined,
        ),
      ),
    isOurs: ({ packages }) =>
      packages.some(({ name, ownedFiles }) =>
        ownedFiles.some(({ path }) => name === 'libc6' && path.endsWith('/ld-linux-x86-64.so.2')),
      ),
  },
  16: createSource('syft/file/cataloger/executable/elf.go', 'dynSyms, err := file.Symbols()'),
  17: createSource(
    'syft/pkg/cataloger/kernel/parse_linux_kernel_file.go',
    'p.SwapDevice = int(rootDev)',
  ),
  18: createSource('syft/pkg/cataloger/elixir/parse_mix_lock.go', 'case errors.Is(err, io.EOF):'),
  19: {
    kind: 'recorded',
    target: 'binaries-a',
    isTheirs: (answer) =>
      listArtifacts(answer, 'binary').every((each) => !('confidence' in each) && !('rule' in each)),
    isOurs: ({ packages }) =>
      packages.every(({ rule, confidence }) => rule !== '' && confidence > 0 && confidence <= 1),
  },
  20: createSource('syft/pkg/package.go', 'id, err := artifact.IDByHash(p)'),
  21: createSource('syft/create_sbom.go', 'return nil, fmt.Errorf("failed to run tasks: %w", err)'),
  22: {
    kind: 'absent',
    texts: ['packages.config', 'pylock.toml', 'project.assets.json', 'flatpak'],
  },
  23: createSource('internal/task/unknowns_tasks.go', '"no package identified in executable file"'),
  24: {
    kind: 'recorded',
    target: 'binaries-a',
    isTheirs: (answer) =>
      listArtifacts(answer, 'binary').every(
        (each) => !isNamed(each, 'perl') && !isNamed(each, 'redis'),
      ),
    isOurs: ({ packages }) =>
      ['perl', 'redis'].every((name) => packages.some((each) => each.name === name)),
  },
  25: createSource('syft/pkg/cataloger/binary/classifiers.go', 'FileGlob: "**/libav*",'),
  26: { kind: 'absent', texts: ['chisel'] },
  27: createSource(
    'internal/task/package_tasks.go',
    'ruby.NewGemSpecCataloger, pkgcataloging.DeclaredTag, pkgcataloging.DirectoryTag',
  ),
  28: {
    kind: 'recorded',
    target: 'python-mini',
    isTheirs: (answer) =>
      listArtifacts(answer, 'python')
        .filter((each) => isNamed(each, 'requests'))
        .flatMap((each) => getRecords(each, 'licenses'))
        .some((each) => getText(each, 'spdxExpression') === ''),
    isOurs: ({ packages }) =>
      packages
        .filter(({ name }) => name === 'requests')
        .flatMap(({ licenses }) => licenses)
        .every(({ expression }) => expression === 'Apache-2.0'),
  },
  29: createSource(
    'syft/pkg/cataloger/internal/cpegenerate/java_groupid_map.go',
    '"elasticsearch-plugin-api":                    "org.elasticsearch",',
  ),
  30: createSource(
    'syft/pkg/cataloger/internal/cpegenerate/candidate_by_package_type.go',
    'candidateKey{PkgName: "swipl"},',
  ),
};

/** Describes on the page where Syft's behavior was observed. */
export function describeAnswer(answer: SyftAnswer): string {
  switch (answer.kind) {
    case 'recorded':
      return `recorded answer for ${answer.target}`;
    case 'source':
      return `\`${answer.path}\``;
    case 'absent':
      return 'sources, which never name them';
  }
}

function listArtifacts(answer: JsonRecord, type: string): readonly JsonRecord[] {
  return getRecords(answer, 'artifacts').filter((each) => getText(each, 'type') === type);
}

function isNamed(artifact: JsonRecord | undefined, name: string, version?: string): boolean {
  return (
    artifact !== undefined &&
    getText(artifact, 'name') === name &&
    (version === undefined || getText(artifact, 'version') === version)
  );
}

function isGuess(cpe: Cpe): boolean {
  return cpe.source === 'generated';
}
