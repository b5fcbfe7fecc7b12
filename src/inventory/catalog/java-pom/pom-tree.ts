import { posix } from 'node:path';
import { addToList } from '../../../foundation/core/add-to-list.ts';
import type { VisibleFact } from '../../../foundation/core/cataloger.ts';
import type { Limits } from '../../../foundation/core/limits.ts';
import type { Pom, PomDependency } from '../../ecosystem/java/pom.ts';
import { evaluatePom, type MavenId, type PomValues } from '../../ecosystem/java/pom-values.ts';

type VisiblePom = VisibleFact<Pom>;

/** A dependency of a project with its properties resolved. */
export interface TreeDependency {
  readonly id: MavenId;
  readonly scope: string;
  /** Whether a parent declares it and the project itself does not. */
  readonly isInherited: boolean;
}

/** Values that a POM sets for dependencies that do not declare them. */
interface ManagedDependency {
  readonly version: string;
  readonly scope: string;
}

/** The POMs of a target, by path and by coordinates, with their parents among each other. */
export class PomTree {
  readonly #byPath: ReadonlyMap<string, VisiblePom>;
  readonly #byId = new Map<string, VisiblePom>();
  /** By group and artifact. */
  readonly #byName = new Map<string, VisiblePom[]>();
  readonly #values = new Map<VisiblePom, PomValues>();
  readonly #chains = new Map<VisiblePom, readonly VisiblePom[]>();
  readonly #managed = new Map<VisiblePom, ReadonlyMap<string, ManagedDependency>>();

  readonly #limits: Limits;
  #visited = 0;

  constructor(facts: readonly VisiblePom[], limits: Limits) {
    this.#limits = limits;
    this.#byPath = new Map(facts.map((visible) => [visible.path, visible]));
    for (const visible of facts) {
      const { id } = evaluatePom([visible.fact], limits);
      if (!this.#byId.has(toMavenKey(id))) {
        this.#byId.set(toMavenKey(id), visible);
      }
      addToList(this.#byName, toMavenKey({ ...id, version: '' }), visible);
    }
  }

  /** Whether some versions were ignored because too many are set. */
  get isCutOff(): boolean {
    return this.#visited >= this.#limits.pomVersionsMax;
  }

  getValues(pom: VisiblePom): PomValues {
    let values = this.#values.get(pom);
    if (values === undefined) {
      const chain = this.getChain(pom).map(({ fact }) => fact);
      values = evaluatePom(chain, this.#limits);
      this.#values.set(pom, values);
    }
    return values;
  }

  /** Returns the POM and its parents, nearest first, without duplicates. */
  getChain(pom: VisiblePom): readonly VisiblePom[] {
    const known = this.#chains.get(pom);
    if (known !== undefined) {
      return known;
    }
    const chain = [pom];
    for (let child = pom; chain.length < this.#limits.propertyDepthMax; ) {
      const parent = this.#findParent(child);
      if (parent === undefined || chain.includes(parent)) {
        break;
      }
      chain.push(parent);
      child = parent;
    }
    this.#chains.set(pom, chain);
    return chain;
  }

  /**
   * Returns the dependencies of a project, its own and inherited ones, with missing versions and
   * scopes resolved. Maven, "Introduction to the Dependency Mechanism".
   */
  listDependencies(pom: VisiblePom): TreeDependency[] {
    const own = new Set<string>();
    const found: TreeDependency[] = [];
    for (const { id, scope, type, owner } of this.#listEntries(pom, (fact) => fact.dependencies)) {
      const isInherited = owner > 0;
      const key = `${toMavenName(id)}:${type}`;
      if (isInherited) {
        this.#visited++;
        if (own.has(key)) {
          continue;
        }
      }
      own.add(key);
      const managed = this.#collectManaged(pom, []).get(toMavenName(id));
      found.push({
        id: { ...id, version: id.version || (managed?.version ?? '') },
        scope: scope || (managed?.scope ?? ''),
        isInherited,
      });
    }
    return found;
  }

  /** Finds a parent by its path, which by default is the directory above, else by its name. */
  #findParent({ fact, path }: VisiblePom): VisiblePom | undefined {
    const { parentId } = evaluatePom([fact], this.#limits);
    if (parentId === undefined) {
      return undefined;
    }
    const relative = fact.fields['parent.relativePath'] ?? '..';
    const place = posix.resolve(posix.dirname(path), relative);
    const sibling =
      relative === ''
        ? undefined
        : (this.#byPath.get(place) ?? this.#byPath.get(posix.join(place, 'pom.xml')));
    if (sibling?.fact.fields['artifactId'] === parentId.artifactId) {
      return sibling;
    }
    // A version that only the parent itself declares cannot distinguish several parents.
    const namesakes = parentId.version === '' ? this.#byName.get(toMavenKey(parentId)) : undefined;
    return (
      this.#byId.get(toMavenKey(parentId)) ?? (namesakes?.length === 1 ? namesakes[0] : undefined)
    );
  }

  /**
   * Returns versions set by a POM, its parents and their imports, by group and artifact; directly
   * set versions precede imported ones. Inherited dependencies of parents set versions, too. Maven,
   * "Introduction to the Dependency Mechanism".
   */
  #collectManaged(
    pom: VisiblePom,
    importers: readonly VisiblePom[],
  ): ReadonlyMap<string, ManagedDependency> {
    const known = this.#managed.get(pom);
    if (known !== undefined) {
      return known;
    }
    const settings = new Map<string, ManagedDependency>();
    const inner = [...importers, pom];
    for (const { id, scope } of this.#listEntries(pom, (fact) => fact.managed.filter(isSet))) {
      this.#set(settings, toMavenName(id), { version: id.version, scope });
    }
    for (const { id } of this.#listEntries(pom, (fact) => fact.managed.filter(isImport))) {
      for (const [name, imported] of this.#listImported(id, inner)) {
        this.#set(settings, name, imported);
      }
    }
    for (const { id } of this.#listEntries(pom, (fact) => fact.dependencies)) {
      this.#set(settings, toMavenName(id), { version: id.version, scope: '' });
    }
    this.#managed.set(pom, settings);
    return settings;
  }

  #set(settings: Map<string, ManagedDependency>, name: string, managed: ManagedDependency): void {
    this.#visited++;
    if (managed.version !== '' && !settings.has(name) && !this.isCutOff) {
      settings.set(name, managed);
    }
  }

  /** Entries of a POM and its parents, evaluated for the POM. */
  *#listEntries(
    pom: VisiblePom,
    entriesOf: (fact: Pom) => readonly PomDependency[],
  ): Iterable<PomEntry> {
    const values = this.getValues(pom);
    for (const [owner, { fact }] of this.getChain(pom).entries()) {
      for (const { groupId, artifactId, version, scope, type } of entriesOf(fact)) {
        if (owner > 0 && this.isCutOff) {
          return;
        }
        const id = {
          groupId: values.evaluateText(groupId, owner),
          artifactId: values.evaluateText(artifactId, owner),
          version: values.evaluateText(version, owner),
        };
        yield { id, scope: values.evaluateText(scope, owner), type, owner };
      }
    }
  }

  #listImported(
    id: MavenId,
    importers: readonly VisiblePom[],
  ): Iterable<readonly [string, ManagedDependency]> {
    const pom = this.#byId.get(toMavenKey(id));
    return pom === undefined ||
      importers.includes(pom) ||
      importers.length >= this.#limits.propertyDepthMax
      ? []
      : this.#collectManaged(pom, importers);
  }
}

interface PomEntry {
  readonly id: MavenId;
  readonly scope: string;
  readonly type: string;
  /** Number of the POM that declares it, 0 for the project itself. */
  readonly owner: number;
}

function isImport({ scope, type }: PomDependency): boolean {
  return scope === 'import' && type === 'pom';
}

function isSet(dependency: PomDependency): boolean {
  return !isImport(dependency);
}

function toMavenName({ groupId, artifactId }: MavenId): string {
  return `${groupId}:${artifactId}`;
}

export function toMavenKey({ groupId, artifactId, version }: MavenId): string {
  return `${groupId}:${artifactId}:${version}`;
}
