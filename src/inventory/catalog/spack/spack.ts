import { posix } from 'node:path';
import { readText } from '../../../foundation/core/bytes.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  DependencyEdge,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import type { Package } from '../../../foundation/core/package.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import {
  getGivenText,
  getRecord,
  getRecords,
  getText,
  type JsonRecord,
  toTexts,
} from '../../../foundation/syntax/json/member.ts';
import { parseFileJson } from '../../../foundation/syntax/json/parse-json.ts';
import { listNestedFiles } from '../nested-files.ts';

export interface SpackFact {
  readonly name: string;
  readonly version: string;
  /** Distinguishes builds of one version. */
  readonly hash: string;
  /** Processors that it was built for. */
  readonly target: string;
  /** Hashes of the packages that it links to or runs. */
  readonly requires: readonly string[];
}

const RECORD = '/.spack/spec.json';

/**
 * Packages installed by Spack, each in its own directory. Other packages in a record are only
 * dependencies: if they are present, they have their own records.
 */
export const spack: Cataloger<SpackFact> = {
  id: 'spack',
  alias: 'spack-cataloger',
  version: 1,
  title: 'Packages installed by Spack',
  spec: 'https://spack.readthedocs.io/en/latest/package_fundamentals.html',
  tags: ['directory', 'image', 'installed', 'package', 'spack'],
  can: { licenses: 'no', dependencies: 'yes', ownedFiles: 'yes' },
  wants: [{ role: 'spec', paths: [`**${RECORD}`], maxBytes: 'lockFileBytesMax' }],
  extract,
  assemble,
};

/** The first node is the package itself. Spack, `Spec.from_dict`. */
function extract({ content, budget }: WantedFile): Extraction<SpackFact> {
  const document = parseFileJson(readText(content), budget);
  const nodes = getRecords((isRecord(document) && getRecord(document, 'spec')) || {}, 'nodes');
  const [own] = nodes;
  if (own === undefined) {
    return { problems: [{ code: 'P_MALFORMED', message: 'the record of a package has no nodes' }] };
  }
  const [name, version] = [getText(own, 'name'), getText(own, 'version')];
  if (name === '' || version === '') {
    const message = 'the package was left out: it has no name or no version';
    return { problems: [{ code: 'P_RECORD', message }] };
  }
  const requires = budget
    .limitItems(getRecords(own, 'dependencies'), 'recordsMax')
    .filter(isNeededToRun)
    .flatMap((each) => getGivenText(each, 'hash') ?? []);
  return {
    fact: {
      name,
      version,
      hash: getText(own, 'hash'),
      target: readTarget(getRecord(own, 'arch') ?? {}),
      requires: [...new Set(requires)],
    },
  };
}

/** Before version 4, records have the kinds one level higher. */
function isNeededToRun(dependency: JsonRecord): boolean {
  const kinds = toTexts(getRecord(dependency, 'parameters')?.['deptypes'] ?? dependency['type']);
  return kinds.includes('link') || kinds.includes('run');
}

function readTarget(arch: JsonRecord): string {
  return getGivenText(arch, 'target') ?? getText(getRecord(arch, 'target') ?? {}, 'name');
}

function assemble({ facts, view }: AssemblyInput<SpackFact>): Assembly {
  const files = listNestedFiles(view, facts.map(toPrefix));
  const made = facts.map((visible) => ({
    fact: visible.fact,
    pkg: toSpackPackage(visible, files.get(toPrefix(visible)) ?? []),
  }));
  const byHash = new Map(made.map(({ fact, pkg }) => [fact.hash, pkg]));
  const dependencies = made.flatMap(({ fact, pkg }) =>
    fact.requires.flatMap((hash): DependencyEdge[] => {
      const needed = byHash.get(hash);
      return needed === undefined || needed === pkg ? [] : [{ from: needed, to: pkg }];
    }),
  );
  return { packages: made.map(({ pkg }) => pkg), dependencies };
}

function toPrefix({ path }: VisibleFact<SpackFact>): string {
  return posix.dirname(posix.dirname(path));
}

function toSpackPackage(visible: VisibleFact<SpackFact>, paths: readonly string[]): Package {
  const { name, version, target } = visible.fact;
  return {
    name,
    version,
    type: 'spack',
    language: '',
    purl: writePurl({ type: 'spack', name, version }),
    foundBy: spack.id,
    rule: 'the record that Spack writes with a package',
    confidence: 1,
    locations: [createLocation(visible)],
    licenses: [],
    cpes: [],
    upstreams: [],
    ...(target === '' ? {} : { architecture: target }),
    ownedFiles: paths.map((path) => ({ path })),
  };
}
