import { appendAll } from '../../../foundation/core/append-all.ts';
import type { Assembly, DependencyEdge, VisibleFact } from '../../../foundation/core/cataloger.ts';
import { defined } from '../../../foundation/core/defined.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import type { License, Location, Package } from '../../../foundation/core/package.ts';
import type { Problem } from '../../../foundation/core/problem.ts';
import { findGroupId } from '../../../foundation/identity/java/group-id.ts';
import { chooseJavaType, toMavenPurl } from '../../../foundation/identity/java/maven-purl.ts';
import { mergeLicenses, toDeclaredLicense } from '../../../foundation/identity/license/license.ts';
import type { Pom } from '../../ecosystem/java/pom.ts';
import type { MavenId } from '../../ecosystem/java/pom-values.ts';
import { type PomTree, toMavenKey } from './pom-tree.ts';

type VisiblePom = VisibleFact<Pom>;

/** Scope of dependencies that only tests need. */
const TEST_SCOPE = 'test';

/**
 * Returns one package for each project, and one for each dependency outside of tests; a dependency
 * on a project in the target is that project's package.
 */
export function createPomPackages(facts: readonly VisiblePom[], tree: PomTree): Assembly {
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
    byId.set(toMavenKey(tree.getValues(pom).id), project);
  }
  const dependencies: DependencyEdge[] = [];
  for (const pom of facts) {
    for (const { id, scope, isInherited } of tree.listDependencies(pom)) {
      if (id.artifactId === '') {
        const message = 'a dependency has no name that can be resolved';
        appendAll(problems, isInherited ? [] : [recordProblem(pom, message)]);
        continue;
      }
      if (scope === TEST_SCOPE) {
        continue;
      }
      const known = byId.get(toMavenKey(id));
      const needed = known ?? createDependencyPackage(id, scope, pom);
      if (known === undefined) {
        byId.set(toMavenKey(id), needed);
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
  return { code: 'P_RECORD', message, path, ...defined({ layer }) };
}

function projectPackage(pom: VisiblePom, tree: PomTree): Package | undefined {
  const values = tree.getValues(pom);
  const { id, parentId } = values;
  if (id.artifactId === '') {
    return undefined;
  }
  const { fields } = pom.fact;
  const description = values.evaluateText(fields['description'] ?? '');
  const url = values.evaluateText(fields['url'] ?? '');
  const hasParent = parentId !== undefined && parentId.artifactId !== '' && parentId.version !== '';
  const parent = hasParent ? { parent: parentId } : {};
  const project = {
    path: '',
    ...parent,
    ...id,
    name: values.evaluateText(fields['name'] ?? ''),
    ...(description === '' ? {} : { description }),
    ...(url === '' ? {} : { url }),
  };
  const location = createLocation(pom);
  return createJavaPackage(id, {
    group: findGroupId(id.artifactId, { project }),
    rule: 'the project of a Maven POM',
    location,
    licenses: findPomLicenses(pom, tree, location),
    value: { virtualPath: '', pomProject: project },
  });
}

/** Licenses of the nearest POM that names any, the project's own first. */
function findPomLicenses(pom: VisiblePom, tree: PomTree, location: Location): License[] {
  const licenses = tree
    .getChain(pom)
    .map(({ fact }) => fact.licenses.filter(({ name, url }) => name !== '' || url !== ''))
    .find((list) => list.length > 0);
  return mergeLicenses(
    (licenses ?? []).map(({ name, url }) =>
      toDeclaredLicense(name, { locations: [location], urls: [url] }),
    ),
  );
}

function createDependencyPackage(id: MavenId, scope: string, pom: VisiblePom): Package {
  const { groupId, artifactId } = id;
  const properties = {
    path: '',
    name: '',
    groupId,
    artifactId,
    version: '',
    ...(scope === '' ? {} : { scope }),
  };
  return createJavaPackage(id, {
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

/** Confidence for a package with an unknown group or version. */
const CONFIDENCE_IF_INCOMPLETE = 0.5;

function createJavaPackage({ artifactId, version }: MavenId, parts: JavaPackageParts): Package {
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
