import { posix } from 'node:path';
import type { VisibleFact } from '../../core/cataloger.ts';
import type { Limits } from '../../core/limits.ts';
import type { Pom, PomDependency } from '../../ecosystem/java/pom.ts';
import { type MavenId, type PomValues, pomValues } from '../../ecosystem/java/pom-values.ts';

type VisiblePom = VisibleFact<Pom>;

/**
 * The POMs of a target, by path and by what they are of, with the parents that they have among each
 * other.
 */
export class PomTree {
  readonly #byPath: ReadonlyMap<string, VisiblePom>;
  readonly #byId = new Map<string, VisiblePom>();
  /** By group and artifact. */
  readonly #byName = new Map<string, VisiblePom[]>();
  readonly #values = new Map<VisiblePom, PomValues>();
  readonly #chains = new Map<VisiblePom, readonly VisiblePom[]>();
  readonly #managed = new Map<VisiblePom, ReadonlyMap<string, string>>();

  readonly #limits: Limits;
  #lookedAt = 0;

  constructor(facts: readonly VisiblePom[], limits: Limits) {
    this.#limits = limits;
    this.#byPath = new Map(facts.map((visible) => [visible.path, visible]));
    for (const visible of facts) {
      const { id } = pomValues([visible.fact], limits);
      if (!this.#byId.has(keyOf(id))) {
        this.#byId.set(keyOf(id), visible);
      }
      const name = keyOf({ ...id, version: '' });
      const namesakes = this.#byName.get(name);
      if (namesakes === undefined) {
        this.#byName.set(name, [visible]);
      } else {
        namesakes.push(visible);
      }
    }
  }

  /** Whether so many versions are set that not all of them were looked at. */
  get isCutOff(): boolean {
    return this.#lookedAt >= this.#limits.pomVersionsMax;
  }

  valuesOf(pom: VisiblePom): PomValues {
    let values = this.#values.get(pom);
    if (values === undefined) {
      const chain = this.chainOf(pom).map(({ fact }) => fact);
      values = pomValues(chain, this.#limits);
      this.#values.set(pom, values);
    }
    return values;
  }

  /** The POM and its parents, nearest first, each once. */
  chainOf(pom: VisiblePom): readonly VisiblePom[] {
    const known = this.#chains.get(pom);
    if (known !== undefined) {
      return known;
    }
    const chain = [pom];
    for (let child = pom; chain.length < this.#limits.propertyDepthMax; ) {
      const parent = this.#parentOf(child);
      if (parent === undefined || chain.includes(parent)) {
        break;
      }
      chain.push(parent);
      child = parent;
    }
    this.#chains.set(pom, chain);
    return chain;
  }

  /** What a dependency stands for; a version that it does not name is looked up. */
  dependencyId(pom: VisiblePom, dependency: PomDependency): MavenId {
    const values = this.valuesOf(pom);
    const groupId = values.valueOf(dependency.groupId);
    const artifactId = values.valueOf(dependency.artifactId);
    const own = values.valueOf(dependency.version);
    const version =
      own || (this.#managedOf(pom, []).get(nameOf({ groupId, artifactId, version: '' })) ?? '');
    return { groupId, artifactId, version };
  }

  /**
   * Where a parent is: by its path, which is the folder above if nothing is said, else by its name.
   */
  #parentOf({ fact, path }: VisiblePom): VisiblePom | undefined {
    const { parentId } = pomValues([fact], this.#limits);
    if (parentId === undefined) {
      return undefined;
    }
    const relative = fact.fields['parent.relativePath'] ?? '..';
    const place = posix.resolve(posix.dirname(path), relative);
    const beside =
      relative === ''
        ? undefined
        : (this.#byPath.get(place) ?? this.#byPath.get(posix.join(place, 'pom.xml')));
    if (beside?.fact.fields['artifactId'] === parentId.artifactId) {
      return beside;
    }
    // A version that only the parent itself knows does not tell which of several it is.
    const namesakes = parentId.version === '' ? this.#byName.get(keyOf(parentId)) : undefined;
    return this.#byId.get(keyOf(parentId)) ?? (namesakes?.length === 1 ? namesakes[0] : undefined);
  }

  /**
   * Versions that a POM, its parents and what they import set, by group and artifact; what is set
   * directly counts before what is imported. Dependencies of parents, which a child inherits, set
   * them too. Maven, "Introduction to the Dependency Mechanism".
   */
  #managedOf(pom: VisiblePom, importers: readonly VisiblePom[]): ReadonlyMap<string, string> {
    const known = this.#managed.get(pom);
    if (known !== undefined) {
      return known;
    }
    const versions = new Map<string, string>();
    const inner = [...importers, pom];
    for (const { id } of this.#entries(pom, (fact) => fact.managed.filter(isSet))) {
      this.#set(versions, nameOf(id), id.version);
    }
    for (const { id } of this.#entries(pom, (fact) => fact.managed.filter(isImport))) {
      for (const [name, version] of this.#imported(id, inner)) {
        this.#set(versions, name, version);
      }
    }
    for (const { id } of this.#entries(pom, (fact) => fact.dependencies)) {
      this.#set(versions, nameOf(id), id.version);
    }
    this.#managed.set(pom, versions);
    return versions;
  }

  #set(versions: Map<string, string>, name: string, version: string): void {
    this.#lookedAt++;
    if (version !== '' && !versions.has(name) && !this.isCutOff) {
      versions.set(name, version);
    }
  }

  /** Entries of a POM and its parents, evaluated for the POM. */
  *#entries(
    pom: VisiblePom,
    entriesOf: (fact: Pom) => readonly PomDependency[],
  ): Iterable<{ readonly id: MavenId }> {
    const values = this.valuesOf(pom);
    for (const [owner, { fact }] of this.chainOf(pom).entries()) {
      for (const { groupId, artifactId, version } of entriesOf(fact)) {
        if (this.isCutOff) {
          return;
        }
        const id = {
          groupId: values.valueOf(groupId, owner),
          artifactId: values.valueOf(artifactId, owner),
          version: values.valueOf(version, owner),
        };
        yield { id };
      }
    }
  }

  #imported(id: MavenId, importers: readonly VisiblePom[]): Iterable<readonly [string, string]> {
    const pom = this.#byId.get(keyOf(id));
    return pom === undefined ||
      importers.includes(pom) ||
      importers.length >= this.#limits.propertyDepthMax
      ? []
      : this.#managedOf(pom, importers);
  }
}

function isImport({ scope, type }: PomDependency): boolean {
  return scope === 'import' && type === 'pom';
}

function isSet(dependency: PomDependency): boolean {
  return !isImport(dependency);
}

function nameOf({ groupId, artifactId }: MavenId): string {
  return `${groupId}:${artifactId}`;
}

export function keyOf({ groupId, artifactId, version }: MavenId): string {
  return `${groupId}:${artifactId}:${version}`;
}
