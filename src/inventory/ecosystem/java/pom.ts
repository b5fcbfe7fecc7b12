import type * as Saxes from 'saxes';
import type { Budget } from '../../../foundation/core/budget.ts';
import { loadPackage } from '../../../foundation/syntax/load-package.ts';
import { decodeXml } from '../../../foundation/syntax/xml/decode-xml.ts';
import { XML_CHAR_STEPS } from '../../../foundation/syntax/xml/xml-tree.ts';

/**
 * A dependency as written in a POM, before properties are substituted; missing values are empty.
 */
export interface PomDependency {
  readonly groupId: string;
  readonly artifactId: string;
  readonly version: string;
  readonly scope: string;
  readonly type: string;
}

export interface PomLicense {
  readonly name: string;
  readonly url: string;
}

/** A project object model as written, before inheritance and before properties are substituted. */
export interface Pom {
  /** Strings by the names that refer to them, e.g. `version`, `parent.groupId`. */
  readonly fields: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, string>>;
  /** Includes the entries of profiles. */
  readonly dependencies: readonly PomDependency[];
  /** Versions of dependencies that state none; includes those of profiles. */
  readonly managed: readonly PomDependency[];
  readonly licenses: readonly PomLicense[];
}

/** Elements whose strings may be referenced, at most one level down. */
const FIELD_PARENTS: ReadonlySet<string> = new Set([
  'parent',
  'organization',
  'scm',
  'build',
  'issueManagement',
  'ciManagement',
]);

const DEPENDENCY_PARENTS: ReadonlySet<string> = new Set([
  'dependencies.dependency',
  'profiles.profile.dependencies.dependency',
]);

const MANAGED_PARENTS: ReadonlySet<string> = new Set([
  'dependencyManagement.dependencies.dependency',
  'profiles.profile.dependencyManagement.dependencies.dependency',
]);

const LICENSE_PARENT = 'licenses.license';

/**
 * Parses a POM; `undefined` if it is not well-formed or nested too deep. Maven 4.0.0 model.
 * Entities of a document type are not expanded, and nothing that a document refers to is loaded.
 */
export function parsePom(content: Uint8Array, budget: Budget): Pom | undefined {
  if (!budget.takeSteps(content.length * XML_CHAR_STEPS)) {
    return undefined;
  }
  const reader = new PomReader(budget);
  return reader.readPom(decodeXml(content));
}

class PomReader {
  readonly #budget: Budget;
  readonly #fields = new Map<string, string>();
  readonly #properties = new Map<string, string>();
  readonly #dependencies: PomDependency[] = [];
  readonly #managed: PomDependency[] = [];
  readonly #licenses: PomLicense[] = [];
  /** Names of the open elements below the root. */
  readonly #names: string[] = [];
  /** Strings of the children of the open list item. */
  #item = new Map<string, string>();
  #text = '';
  #depth = 0;
  #isClosed = false;
  #isBroken = false;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  readPom(document: string): Pom | undefined {
    const { SaxesParser } = loadPackage('saxes') as typeof Saxes;
    const parser = new SaxesParser({ position: false });
    parser.on('error', (error) => {
      // Errors after the root element are ignored.
      this.#isBroken ||= !this.#isClosed && !this.#isMere(error.message);
    });
    parser.on('opentag', ({ name }) => this.#openElement(stripPrefix(name)));
    parser.on('closetag', () => this.#closeElement());
    const addText = (text: string): void => {
      this.#text += text;
    };
    parser.on('text', addText);
    parser.on('cdata', addText);
    for (let at = 0; at < document.length && !this.#isBroken && !this.#isClosed; ) {
      const end = Math.min(at + CHUNK_CHARACTERS, document.length);
      parser.write(document.slice(at, end));
      at = end;
    }
    return this.#isBroken || !this.#isClosed ? undefined : this.#toPom();
  }

  #toPom(): Pom {
    return {
      fields: Object.fromEntries(this.#fields),
      properties: Object.fromEntries(this.#properties),
      dependencies: this.#dependencies,
      managed: this.#managed,
      licenses: this.#licenses,
    };
  }

  /** Prose may contain HTML entities, as Maven itself permits; coordinates may not. */
  #isMere(message: string): boolean {
    return message.includes('undefined entity') && !COORDINATES.has(this.#names.at(-1) ?? '');
  }

  #openElement(name: string): void {
    this.#text = '';
    this.#depth++;
    if (this.#depth === 1) {
      this.#isBroken ||= name !== 'project';
    } else if (this.#depth > this.#budget.limits.documentDepthMax) {
      this.#isBroken = true;
      this.#budget.refuse('documentDepthMax');
    } else {
      this.#names.push(name);
      if (isItem(this.#names)) {
        this.#item = new Map();
      }
    }
  }

  #closeElement(): void {
    const name = this.#names.pop();
    const text = this.#text;
    this.#text = '';
    this.#depth--;
    if (name === undefined) {
      this.#isClosed ||= this.#depth === 0;
      return;
    }
    const [parent] = this.#names;
    if (this.#names.length === 0) {
      this.#fields.set(name, name === 'description' ? text : text.trim());
    } else if (this.#names.length === 1 && parent === 'properties') {
      this.#properties.set(name, text.trim());
    } else if (this.#names.length === 1 && FIELD_PARENTS.has(parent ?? '')) {
      this.#fields.set(`${parent}.${name}`, text.trim());
    } else if (isItem(this.#names)) {
      this.#item.set(name, text.trim());
    } else if (isItem([...this.#names, name])) {
      this.#endItem([...this.#names, name].join('.'));
    }
  }

  #endItem(path: string): void {
    const getItemText = (name: string): string => this.#item.get(name) ?? '';
    if (path === LICENSE_PARENT) {
      this.#licenses.push({ name: getItemText('name'), url: getItemText('url') });
      return;
    }
    const list = MANAGED_PARENTS.has(path) ? this.#managed : this.#dependencies;
    list.push({
      groupId: getItemText('groupId'),
      artifactId: getItemText('artifactId'),
      version: getItemText('version'),
      scope: getItemText('scope'),
      type: getItemText('type'),
    });
  }
}

const COORDINATES: ReadonlySet<string> = new Set(['groupId', 'artifactId', 'version']);

/** A document with an early error is not read to its end. */
const CHUNK_CHARACTERS = 65_536;
const ITEM_DEPTH_MAX = 5;

function isItem(names: readonly string[]): boolean {
  const last = names.at(-1);
  if (names.length > ITEM_DEPTH_MAX || (last !== 'dependency' && last !== 'license')) {
    return false;
  }
  const path = names.join('.');
  return path === LICENSE_PARENT || DEPENDENCY_PARENTS.has(path) || MANAGED_PARENTS.has(path);
}

function stripPrefix(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}
