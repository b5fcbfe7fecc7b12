import { compareText } from '../../foundation/core/compare-text.ts';
import type { Distro } from '../../foundation/core/distro.ts';
import type { Format, FormatOptions, Report, SendingRun } from '../../foundation/core/format.ts';
import type { InventoryPackage } from '../../foundation/core/inventory.ts';
import { formatJson } from '../../foundation/core/json-document.ts';
import { findPrimaryLocation } from '../../foundation/core/located-finding.ts';
import { sortPackages } from '../../foundation/core/package-order.ts';
import type { Sink } from '../../foundation/core/sink.ts';
import type { TargetDescription } from '../../foundation/core/target.ts';
import { escapeUriComponent } from '../../foundation/core/uri-component.ts';
import { chooseDocumentTime } from '../document-time.ts';
import { createFileProperties, detectFileKinds, type FileKinds } from '../sbom/package-file.ts';
import {
  collectPossessions,
  createDistroProperties,
  createPackageProperties,
  createTargetProperties,
  formatPropertyPairs,
  type Possessions,
  type Property,
} from '../sbom/sbom-property.ts';

/** The inventory as a dependency snapshot for GitHub's dependency graph. */
export const githubJson: Format = {
  id: 'github-json',
  aliases: ['github'],
  title: 'GitHub dependency snapshot',
  spec: 'https://docs.github.com/rest/dependency-graph/dependency-submission',
  carries: ['inventory'],
  isForTerminal: false,
  omittedFacts: ['fileFacts'],
  namesRun: true,
  write: writeGithubJson,
};

/** One file that made packages known. */
interface Manifest {
  readonly path: string;
  readonly layer: string | undefined;
  readonly packages: InventoryPackage[];
}

/** Facts about other packages that the entry of one package needs. */
interface Graph {
  readonly names: ReadonlyMap<string, string>;
  /** Keys of the dependencies by the key of a package. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
  readonly needed: ReadonlySet<string>;
  readonly owned: Possessions;
  readonly kinds: FileKinds;
  readonly isParity: boolean;
}

/** Job, commit and branch are those of the sending run; if it is unknown, the sender adds them. */
function writeGithubJson(report: Report, sink: Sink, options: FormatOptions): void {
  const { inventory, tool } = report;
  const { isParity } = options;
  const graph = createGraph(report, isParity);
  sink.write(`{"version":0,\n${runMembers(isParity ? undefined : options.run)}`);
  sink.write(`,\n"detector":${formatJson({ name: tool.name, version: tool.version, url: '' })}`);
  sink.write(`,\n"metadata":${formatJson(createDocumentMetadata(report, isParity))}`);
  sink.write(',\n"manifests":{');
  let separator = '\n';
  for (const manifest of createManifests(inventory.target, sortPackages(inventory))) {
    const { path, layer } = manifest;
    const head = {
      name: path,
      file: { source_location: path },
      metadata: layer === undefined ? undefined : { 'syft:filesystem': layer },
    };
    sink.write(`${separator}${formatJson(path)}:${formatJson(head).slice(0, -1)},"resolved":{`);
    writeResolved(manifest.packages, graph, sink);
    sink.write('}}');
    separator = ',\n';
  }
  sink.write(`}\n,\n"scanned":${formatJson(chooseDocumentTime(report))}}\n`);
}

function runMembers(run: SendingRun | undefined): string {
  if (run === undefined) {
    return '"job":{}';
  }
  const { sha, ref, id, correlator, url } = run;
  const job = formatJson({ id, correlator, html_url: url });
  return `"job":${job},\n"sha":${formatJson(sha)},\n"ref":${formatJson(ref)}`;
}

function createDocumentMetadata({ inventory }: Report, isParity: boolean): object {
  const { distro } = inventory;
  const own = [
    ...createTargetProperties(inventory),
    { name: 'plimsoll:target:name', value: inventory.target.name },
    ...createDistroProperties(inventory),
  ];
  return {
    'syft:distro': distro && formatDistroPurl(distro),
    'plimsoll:properties': isParity ? undefined : formatPropertyPairs(own),
  };
}

function formatDistroPurl({ id, idLike, versionId = '' }: Distro): string {
  const [name, version, ...like] = [id, versionId, ...idLike].map(escapeUriComponent);
  const tail = version === '' ? '' : `@${version}`;
  return `pkg:generic/${name}${tail}${like.length === 0 ? '' : `?like=${like.join(',')}`}`;
}

/** One manifest per place, sorted by path; a package in several places is listed with the first. */
function createManifests(
  target: TargetDescription,
  packages: readonly InventoryPackage[],
): Manifest[] {
  const manifests = new Map<string, Manifest>();
  for (const pkg of packages) {
    const place = findPrimaryLocation(pkg);
    const path = toRelativePath(target, place?.accessPath ?? place?.path ?? '');
    const manifest = manifests.get(path) ?? { path, layer: place?.layer, packages: [] };
    manifest.packages.push(pkg);
    manifests.set(path, manifest);
  }
  return [...manifests.values()].sort((left, right) => compareText(left.path, right.path));
}

function toRelativePath(target: TargetDescription, path: string): string {
  const inside = path.replace(/^\//, '');
  switch (target.kind) {
    case 'image':
      return `${target.userInput.replaceAll(':/', '//')}:/${inside}`;
    case 'directory': {
      const folder = target.path.replace(/^\.\//, '');
      return folder === '' || folder === '.' ? inside : `${folder}/${inside}`;
    }
    default:
      return target.path.replace(/^\.\//, '');
  }
}

function createGraph({ inventory }: Report, isParity: boolean): Graph {
  const needs = new Map<string, string[]>();
  const needed = new Set<string>();
  for (const edge of inventory.relationships) {
    if (edge.kind === 'dependency-of' || (isParity && edge.kind === 'owns-package')) {
      // Syft lists dependents under the name of dependencies.
      const isTurned = isParity || edge.kind !== 'dependency-of';
      const [holder, value] = isTurned ? [edge.from, edge.to] : [edge.to, edge.from];
      const known = needs.get(holder) ?? [];
      known.push(value);
      needs.set(holder, known);
      needed.add(value);
    }
  }
  const names = chooseNames(inventory.packages, isParity);
  return {
    names,
    needs,
    needed,
    owned: collectPossessions(inventory),
    kinds: detectFileKinds(inventory),
    isParity,
  };
}

/**
 * Names each package by its package URL without qualifiers. The name is longer if the package has
 * no package URL or shares it with another package.
 */
function chooseNames(
  packages: readonly InventoryPackage[],
  isParity: boolean,
): Map<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  for (const { key, name, purl, type, version } of packages) {
    const short = purl === '' ? `${type}:${name}@${version}` : purl.replace(/\?[^#]*/, '');
    const isFree = isParity || !taken.has(short);
    const longer = purl === '' || taken.has(purl) ? `${short}#${key}` : purl;
    const chosen = isFree ? short : longer;
    taken.add(chosen);
    names.set(key, chosen);
  }
  return names;
}

function writeResolved(packages: readonly InventoryPackage[], graph: Graph, sink: Sink): void {
  const written = packages.filter(({ purl }) => !graph.isParity || purl !== '');
  const byName = new Map(written.map((pkg) => [graph.names.get(pkg.key) ?? pkg.key, pkg]));
  const sorted = [...byName].sort(([left], [right]) => compareText(left, right));
  let separator = '\n';
  for (const [name, pkg] of sorted) {
    sink.write(`${separator}${formatJson(name)}:${formatJson(createDependency(pkg, graph))}`);
    separator = ',\n';
  }
}

function createDependency(pkg: InventoryPackage, graph: Graph): object {
  const { isParity, names, needed, needs } = graph;
  const dependencies = (needs.get(pkg.key) ?? []).flatMap((key) => names.get(key) ?? []);
  const isIndirect = !isParity && needed.has(pkg.key);
  return {
    package_url: pkg.purl === '' ? undefined : pkg.purl,
    metadata: isParity
      ? undefined
      : { 'plimsoll:properties': formatPropertyPairs(ownProperties(pkg, graph)) },
    relationship: isIndirect ? 'indirect' : 'direct',
    scope: 'runtime',
    dependencies: dependencies.length === 0 ? undefined : dependencies,
  };
}

/** Other formats have fields for the name and the version. */
function ownProperties(pkg: InventoryPackage, { owned, kinds }: Graph): Property[] {
  return [
    { name: 'plimsoll:name', value: formatJson(pkg.name) },
    { name: 'plimsoll:version', value: formatJson(pkg.version) },
    ...createPackageProperties(pkg, owned),
    ...createFileProperties(pkg, kinds),
  ];
}
