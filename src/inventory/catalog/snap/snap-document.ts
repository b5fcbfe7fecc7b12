import type { Budget } from '../../../foundation/core/budget.ts';
import { isRecord } from '../../../foundation/syntax/json/guard.ts';
import {
  getRecord,
  getText,
  getTexts,
  type JsonRecord,
} from '../../../foundation/syntax/json/member.ts';
import { parseYaml } from '../../../foundation/syntax/text/yaml.ts';

/** A snap, or an Ubuntu package in one. */
export interface SnapItem {
  readonly kind: 'deb' | 'snap';
  readonly name: string;
  /** `unknown` if there is only a name, as in Syft. */
  readonly version: string;
  readonly architecture: string;
  /**
   * `installed`: listed in the manifest of the snap; `staged`: added by the recipe, in an unknown
   * version; `built-with`: needed to build the snap.
   */
  readonly certainty: 'installed' | 'staged' | 'built-with';
}

/** Content of one document: the snap that it describes, and the packages in it. */
export interface SnapDocument {
  readonly type: 'app' | 'base' | 'gadget' | 'kernel' | 'snapd';
  readonly base: string;
  readonly name: string;
  readonly version: string;
  readonly items: readonly SnapItem[];
}

const UNKNOWN = 'unknown';
const VERSION_OPERATOR = />=|<=|==|!=|[=<>]/;

/** Reads the list `dpkg.yaml` of a base snap. */
export function readBaseList(text: string, budget: Budget): SnapDocument | undefined {
  const document = parseYaml(text, budget);
  return isRecord(document)
    ? {
        type: 'base',
        base: '',
        name: '',
        version: '',
        items: parseItems(getTexts(document, 'packages'), '', budget),
      }
    : undefined;
}

/** Reads the manifest that snapcraft wrote into the snap. */
export function readManifest(text: string, budget: Budget): SnapDocument | undefined {
  const document = parseYaml(text, budget);
  if (!isRecord(document)) {
    return undefined;
  }
  const head = readHead(document);
  const isGadget = head.name.toLowerCase().includes('gadget');
  const packages = getTexts(document, 'primed-stage-packages');
  return {
    ...head,
    type: isGadget ? 'gadget' : 'app',
    items: parseItems(packages, readArchitecture(document), budget),
  };
}

/** `name[:architecture]=version` */
function parseItems(entries: readonly string[], architecture: string, budget: Budget): SnapItem[] {
  return budget.limitItems(entries, 'recordsMax').flatMap((entry): SnapItem[] => {
    const equals = entry.indexOf('=');
    const [name = '', ownArchitecture = architecture] = entry
      .slice(0, Math.max(equals, 0))
      .trim()
      .split(':', 2);
    const version = entry.slice(equals + 1).trim();
    return name === '' || version === ''
      ? []
      : [{ kind: 'deb', name, version, architecture: ownArchitecture, certainty: 'installed' }];
  });
}

/** Reads the recipe that a snap was built from. */
export function readRecipe(text: string, budget: Budget): SnapDocument | undefined {
  const document = parseYaml(text, budget);
  if (!isRecord(document)) {
    return undefined;
  }
  const architecture = readArchitecture(document);
  const parts = Object.values(getRecord(document, 'parts') ?? {}).filter(isRecord);
  const items = parts.flatMap((part): SnapItem[] => {
    const readItems = (
      member: string,
      kind: SnapItem['kind'],
      certainty: SnapItem['certainty'],
    ): SnapItem[] =>
      getTexts(part, member)
        .filter((entry) => entry !== '')
        .map((entry) => ({ kind, architecture, certainty, ...splitVersion(entry, member) }));
    return [
      ...readItems('build-packages', 'deb', 'built-with'),
      ...readItems('stage-packages', 'deb', 'staged'),
      ...readItems('build-snaps', 'snap', 'built-with'),
      ...readItems('stage-snaps', 'snap', 'staged'),
    ];
  });
  return { ...readHead(document), type: 'snapd', items: budget.limitItems(items, 'recordsMax') };
}

function splitVersion(entry: string, member: string): { name: string; version: string } {
  const operator = member === 'stage-packages' ? VERSION_OPERATOR.exec(entry) : null;
  return operator === null
    ? { name: entry, version: UNKNOWN }
    : {
        name: entry.slice(0, operator.index).trim(),
        version: entry.slice(operator.index + operator[0].length).trim(),
      };
}

/** Reads `meta/snap.yaml`, snapd's record of an installed snap. */
export function readSnapRecord(text: string, budget: Budget): SnapDocument | undefined {
  const document = parseYaml(text, budget);
  if (!isRecord(document)) {
    return undefined;
  }
  const head = readHead(document);
  const type = getText(document, 'type');
  const architecture = readArchitecture(document);
  const itself: SnapItem = {
    kind: 'snap',
    name: head.name,
    version: head.version,
    architecture,
    certainty: 'installed',
  };
  return {
    ...head,
    type:
      type === 'base' || type === 'gadget' || type === 'kernel' || type === 'snapd' ? type : 'app',
    items: head.name === '' || head.version === '' ? [] : [itself],
  };
}

function readHead(document: JsonRecord): Pick<SnapDocument, 'base' | 'name' | 'version'> {
  return {
    base: getText(document, 'base'),
    name: getText(document, 'name'),
    version: getText(document, 'version'),
  };
}

function readArchitecture(document: JsonRecord): string {
  return getTexts(document, 'architectures')[0] ?? '';
}

const FIRST_LINE = /^linux \(([0-9]+\.[0-9]+)(\.[0-9]+-[0-9]+)\.([0-9]+)\)/;

/**
 * Reads the changelog of the Ubuntu kernel: `linux (5.4.0-195.215) focal; …`, and the entry with the
 * source kernel, if any. Returns `undefined` for the changelog of another kernel.
 */
export function readKernelChangelog(text: string): SnapDocument | undefined {
  const [, major = '', rest = '', upload = ''] = FIRST_LINE.exec(text) ?? [];
  if (major === '') {
    return undefined;
  }
  const base = `${major}${rest}`;
  const items = [createKernelItem(base, `${base}.${upload}`)];
  const at = text.indexOf(`${upload}/linux:`);
  const line = at < 0 ? '' : text.slice(text.lastIndexOf('\n', at) + 1).split('\n', 1)[0];
  const start = (line ?? '').indexOf(`${major}-`);
  const [, number, update] =
    start < 0
      ? []
      : (/^([0-9]+)(\.[0-9]+)?/.exec((line ?? '').slice(start + major.length + 1)) ?? []);
  if (number !== undefined) {
    const origin = `${major}-${number}`;
    items.push(createKernelItem(origin, origin + (update ?? '')));
  }
  return { type: 'kernel', base: '', name: '', version: '', items };
}

function createKernelItem(release: string, version: string): SnapItem {
  const name = `linux-image-${release}-generic`;
  return { kind: 'deb', name, version, architecture: '', certainty: 'installed' };
}
