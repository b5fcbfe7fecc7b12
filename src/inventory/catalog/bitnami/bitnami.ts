import { posix } from 'node:path';
import { appendAll } from '../../../foundation/core/append-all.ts';
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
import { defined } from '../../../foundation/core/defined.ts';
import type { Location, Package } from '../../../foundation/core/package.ts';
import { toDeclaredLicense } from '../../../foundation/identity/license/license.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import { isShallow, parseFileJson } from '../../../foundation/syntax/json/parse-json.ts';
import { listNestedFiles } from '../nested-files.ts';
import {
  type BitnamiComponent,
  type BitnamiDocument,
  readBitnamiComponents,
  readBitnamiSpdx,
} from './bitnami-document.ts';

/** Possible depths of documents in the directory: that of a component, or one below it. */
const DEPTHS = ['', '/*', '/*/*', '/*/*/*'];

/**
 * Software that Bitnami installed in its images, by the SPDX documents beside it, with the files of
 * each, and by the older list of components, which only has versions.
 */
export const bitnami: Cataloger<BitnamiDocument> = {
  id: 'bitnami',
  alias: 'bitnami-cataloger',
  version: 1,
  title: 'Bitnami components',
  spec: 'https://github.com/bitnami/containers',
  tags: ['bitnami', 'image', 'installed', 'package'],
  can: { licenses: 'yes', dependencies: 'yes', ownedFiles: 'yes' },
  wants: [
    {
      role: 'spdx',
      paths: DEPTHS.map((depth) => `**/opt/bitnami${depth}/.spdx-*.spdx`),
      maxBytes: 'lockFileBytesMax',
    },
    {
      role: 'components',
      paths: ['**/opt/bitnami/.bitnami_components.json'],
      maxBytes: 'lockFileBytesMax',
    },
  ],
  extract,
  assemble,
};

function extract({ role, content, limits, budget }: WantedFile): Extraction<BitnamiDocument> {
  const document = parseFileJson(readText(content), budget);
  if (!isRecord(document) || !isShallow(document, limits.documentDepthMax)) {
    const message = 'the file is not a JSON object, the only format that Bitnami writes';
    return { problems: [{ code: 'P_MALFORMED', message }] };
  }
  const isList = role === 'components';
  const fact = isList ? readBitnamiComponents(document, budget) : readBitnamiSpdx(document, budget);
  return { fact };
}

function assemble({ view, facts, budget }: AssemblyInput<BitnamiDocument>): Assembly {
  const documents = facts.filter(({ role }) => role === 'spdx');
  const folders = documents.map(({ path }) => posix.dirname(path));
  const below = listNestedFiles(view, folders);
  const packages: Package[] = [];
  const dependencies: DependencyEdge[] = [];
  for (const visible of documents) {
    const files = below.get(posix.dirname(visible.path)) ?? [];
    const made = toBitnamiPackages(visible, budget.takeList(files) ? files : []);
    appendAll(packages, made);
    appendAll(dependencies, toDependencyEdges(visible.fact, made));
  }
  const known = new Set(packages.map(({ purl }) => purl));
  const listed = facts
    .filter(({ role }) => role === 'components')
    .flatMap((visible) => toBitnamiPackages(visible, []))
    .filter(({ purl }) => !known.has(purl));
  return { packages: [...packages, ...listed], dependencies };
}

function toDependencyEdges({ edges }: BitnamiDocument, made: readonly Package[]): DependencyEdge[] {
  return edges.flatMap((edge) => {
    const [from, to] = [made[edge.from], made[edge.to]];
    return from === undefined || to === undefined ? [] : [{ from, to }];
  });
}

/** The main component owns all files of its directory that no other component owns. */
function toBitnamiPackages(
  visible: VisibleFact<BitnamiDocument>,
  below: readonly string[],
): Package[] {
  const folder = posix.dirname(visible.path);
  const { components } = visible.fact;
  const own = components.map(({ files = [] }) =>
    files.map((file) => posix.join(folder, file)).filter((file) => file.startsWith(`${folder}/`)),
  );
  const taken = new Set([visible.path, ...own.flat()]);
  const rest = below.filter((file) => !taken.has(file));
  return components.map((component, place) =>
    toBitnamiPackage(component, visible, component.files === undefined ? rest : (own[place] ?? [])),
  );
}

function toBitnamiPackage(
  component: BitnamiComponent,
  { role, path, layer }: VisibleFact<BitnamiDocument>,
  files: readonly string[],
): Package {
  const { name, version, purl, architecture, distro } = component;
  const location: Location = {
    path,
    accessPath: path,
    ...defined({ layer }),
    evidence: 'primary',
  };
  const folder = posix.dirname(path);
  const dash = version.lastIndexOf('-');
  return {
    name,
    version,
    type: 'bitnami',
    language: '',
    purl,
    foundBy: bitnami.id,
    rule:
      role === 'spdx'
        ? 'a package in the SPDX document of a Bitnami component'
        : 'an entry in the list of Bitnami components',
    confidence: 1,
    locations: [location],
    licenses: component.licenses.flatMap(({ value, kind }) => {
      const license = toDeclaredLicense(value, { locations: [location] });
      return license === undefined ? [] : [{ ...license, kind }];
    }),
    cpes: component.cpes.map((cpe) => ({ cpe, source: 'declared' })),
    upstreams: [],
    ...(architecture === '' ? {} : { architecture }),
    ownedFiles: files.map((file) => ({ path: file })),
    metadata: {
      kind: 'bitnami-sbom-entry',
      value: {
        name: component.shortName,
        arch: architecture,
        distro,
        revision: dash < 0 ? '' : version.slice(dash + 1),
        version: dash < 0 ? version : version.slice(0, dash),
        path: role === 'spdx' ? folder : posix.join(folder, component.shortName),
        files,
      },
    },
  };
}
