import type { Limits } from '../../../foundation/core/limits.ts';
import type { Pom } from './pom.ts';

/** The coordinates of a project in Maven's repositories; empty if unknown. */
export interface MavenId {
  readonly groupId: string;
  readonly artifactId: string;
  readonly version: string;
}

/** Strings of POMs with their properties substituted; empty if a property is unknown. */
export interface PomValues {
  /** `owner`: number of the POM that contains the string, 0 if unknown. */
  evaluateText(text: string, owner?: number): string;
  /** ID of the POM itself: group and version are inherited. Maven, "Introduction to the POM". */
  readonly id: MavenId;
  /** ID of the POM's parent, if it has one. */
  readonly parentId: MavenId | undefined;
}

/**
 * Evaluates strings for a POM and its parents, nearest first. A property is looked up in that
 * order, so that a child overrides its parent. Properties with circular or too deep references are
 * unknown.
 */
export function evaluatePom(chain: readonly Pom[], limits: Limits): PomValues {
  const evaluation = new Evaluation(chain, limits);
  const evaluateText = (text: string, owner = 0): string => evaluation.expand(text, owner, 0) ?? '';
  const evaluateField = (name: string): string => evaluateText(chain[0]?.fields[name] ?? '');
  const parentId = {
    groupId: evaluateField('parent.groupId'),
    artifactId: evaluateField('parent.artifactId'),
    version: evaluateField('parent.version'),
  };
  const evaluateInherited = (name: 'groupId' | 'version'): string =>
    (chain[0]?.fields[name] ?? '') === '' ? parentId[name] : evaluateField(name);
  return {
    evaluateText,
    id: {
      groupId: evaluateInherited('groupId'),
      artifactId: evaluateField('artifactId'),
      version: evaluateInherited('version'),
    },
    parentId: Object.values(parentId).every((part) => part === '') ? undefined : parentId,
  };
}

const OPEN = '${';

class Evaluation {
  readonly #chain: readonly Pom[];
  readonly #limits: Limits;
  /** `undefined`: unknown, or currently being looked up. */
  readonly #known = new Map<string, string | undefined>();

  constructor(chain: readonly Pom[], limits: Limits) {
    this.#chain = chain;
    this.#limits = limits;
  }

  expand(text: string, owner: number, depth: number): string | undefined {
    if (!text.includes(OPEN)) {
      return text;
    }
    let value = '';
    let at = 0;
    while (value.length <= this.#limits.propertyCharsMax) {
      const open = text.indexOf(OPEN, at);
      const close = open < 0 ? -1 : text.indexOf('}', open);
      if (close < 0) {
        value += text.slice(at);
        break;
      }
      const property = this.#evaluateProperty(
        text.slice(open + OPEN.length, close).trim(),
        owner,
        depth,
      );
      if (property === undefined) {
        return undefined;
      }
      value += text.slice(at, open) + property;
      at = close + 1;
    }
    return value.length > this.#limits.propertyCharsMax ? undefined : value;
  }

  #evaluateProperty(name: string, owner: number, depth: number): string | undefined {
    const key = `${owner} ${name}`;
    if (!this.#known.has(key)) {
      this.#known.set(key, undefined);
      if (depth < this.#limits.propertyDepthMax) {
        const text = this.#getProjectField(name, owner) ?? this.#findProperty(name);
        const value = text === undefined ? undefined : this.expand(text, owner, depth + 1);
        this.#known.set(key, value);
      }
    }
    return this.#known.get(key);
  }

  /** `pom.` is the prefix used before Maven 3. */
  #getProjectField(name: string, owner: number): string | undefined {
    const field = /^(?:project|pom)\.(.+)$/s.exec(name)?.[1];
    const pom = this.#chain[owner];
    if (field === undefined || pom === undefined) {
      return undefined;
    }
    const own = getOwnMember(pom.fields, field);
    const isInherited = field === 'groupId' || field === 'version';
    return own === undefined && isInherited ? getOwnMember(pom.fields, `parent.${field}`) : own;
  }

  #findProperty(name: string): string | undefined {
    for (const pom of this.#chain) {
      const text = getOwnMember(pom.properties, name);
      if (text !== undefined) {
        return text;
      }
    }
    return undefined;
  }
}

function getOwnMember(record: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
