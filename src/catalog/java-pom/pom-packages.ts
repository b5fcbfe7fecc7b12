import { appendAll } from '../../core/append-all.ts';
import type { Assembly, DependencyEdge, VisibleFact } from '../../core/cataloger.ts';
import { createLocation } from '../../core/location.ts';
import type { License, Location, Package } from '../../core/package.ts';
import type { Problem } from '../../core/problem.ts';
import type { Pom } from '../../ecosystem/java/pom.ts';
import type { MavenId } from '../../ecosystem/java/pom-values.ts';
import { findGroupId } from '../../identity/java/group-id.ts';
import { chooseJavaType, toMavenPurl } from '../../identity/java/maven-purl.ts';
import { mergeLicenses, toDeclaredLicense } from '../../identity/license/license.ts';
import { keyOf, type PomTree } from './pom-tree.ts';

type VisiblePom = VisibleFact<Pom>;

/** Only tests need what has this scope. */
const TEST_SCOPE = 'test';

/**
 * A package for each project, and one for each thing that projects depend on outside of their
 * tests: where that is a project itself, it is that one.
 */
export function packagesOfPoms(facts: readonly VisiblePom[], tree: PomTree): Assembly {
  const byId = new Map<string, Package>();
  const packages: Package[] = [];
  const problems: Problem[] = [];
  const projects = new Map<VisiblePom, Package>();
  for (const pom of facts) {
    const project = projectPackage(pom, tree);
    if (project === undefined) {
      problems.push(recordProblem(pom, 'the POM does not name its project'));
      continue;
    }
    projects.set(pom, project);
    packages.push(project);
    byId.set(keyOf(tree.valuesOf(pom).id), project);
  }
  const dependencies: DependencyEdge[] = [];
  for (const pom of facts) {
    for (const { id, scope, isInherited } of tree.dependenciesOf(pom)) {
      if (id.artifactId === '') {
        const message = 'a dependency has no name that can be resolved';
        appendAll(problems, isInherited ? [] : [recordProblem(pom, message)]);
        continue;
      }
      if (scope === TEST_SCOPE) {
        continue;
      }
      const known = byId.get(keyOf(id));
      const needed = known ?? dependencyPackage(id, scope, pom);
      if (known === undefined) {
        byId.set(keyOf(id), needed);
        packages.push(needed);
      }
      const project = projects.get(pom);
      if (project !== undefined && project !== needed) {
        dependencies.push({ from: needed, to: project });
      }
    }
  }
  if (tree.isCutOff) {
    const message =
      'some dependencies have no version: the POMs set more versions than pomVersionsMax allows';
    problems.push({ code: 'P_LIMIT', message });
  }
  return { packages, dependencies, problems };
}

function recordProblem({ path, layer }: VisiblePom, message: string): Problem {
  return { code: 'P_RECORD', message, path, ...(layer === undefined ? {} : { layer }) };
}

function projectPackage(pom: VisiblePom, tree: PomTree): Package | undefined {
  const values = tree.valuesOf(pom);
  const { id, parentId } = values;
  if (id.artifactId === '') {
    return undefined;
  }
  const { fields } = pom.fact;
  const description = values.valueOf(fields['description'] ?? '');
  const url = values.valueOf(fields['url'] ?? '');
  const hasParent = parentId !== undefined && parentId.artifactId !== '' && parentId.version !== '';
  const parent = hasParent ? { parent: parentId } : {};
  const project = {
    path: '',
    ...parent,
    ...id,
    name: values.valueOf(fields['name'] ?? ''),
    ...(description === '' ? {} : { description }),
    ...(url === '' ? {} : { url }),
  };
  const location = createLocation(pom);
  return javaPackage(id, {
    group: findGroupId(id.artifactId, { project }),
    rule: 'the project of a Maven POM',
    location,
    licenses: licensesOf(pom, tree, location),
    value: { virtualPath: '', pomProject: project },
  });
}

/** Those of the nearest POM that names any, the project's own first. */
function licensesOf(pom: VisiblePom, tree: PomTree, location: Location): License[] {
  const licenses = tree
    .chainOf(pom)
    .map(({ fact }) => fact.licenses.filter(({ name, url }) => name !== '' || url !== ''))
    .find((list) => list.length > 0);
  return mergeLicenses(
    (licenses ?? []).map(({ name, url }) =>
      toDeclaredLicense(name, { locations: [location], urls: [url] }),
    ),
  );
}

function dependencyPackage(id: MavenId, scope: string, pom: VisiblePom): Package {
  const { groupId, artifactId } = id;
  const properties = {
    path: '',
    name: '',
    groupId,
    artifactId,
    version: '',
    ...(scope === '' ? {} : { scope }),
  };
  return javaPackage(id, {
    group: findGroupId(artifactId, { properties }),
    rule: 'a dependency in a Maven POM',
    location: createLocation(pom),
    licenses: [],
    value: { virtualPath: '', pomProperties: properties },
  });
}

interface JavaPackageParts {
  readonly group: string;
  readonly rule: string;
  readonly location: Location;
  readonly licenses: readonly License[];
  readonly value: Readonly<Record<string, unknown>>;
}

/** How sure a package is whose group or version is not known. */
const CONFIDENCE_IF_INCOMPLETE = 0.5;

function javaPackage({ artifactId, version }: MavenId, parts: JavaPackageParts): Package {
  const { group, rule, location, licenses, value } = parts;
  return {
    name: artifactId,
    version,
    type: chooseJavaType(group),
    language: 'java',
    purl: toMavenPurl(group, artifactId, version),
    foundBy: 'java-pom',
    rule,
    confidence: group === '' || version === '' ? CONFIDENCE_IF_INCOMPLETE : 1,
    locations: [location],
    licenses,
    cpes: [],
    upstreams: [],
    ownedFiles: [],
    metadata: { kind: 'java-archive', value },
  };
}
