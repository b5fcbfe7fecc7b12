import { defined } from '../../foundation/core/defined.ts';
import { hasExecuteBit } from '../../foundation/core/executable-file.ts';
import type { InventoryFile } from '../../foundation/core/inventory.ts';
import { MASK } from '../../foundation/core/secret-name.ts';
import type {
  BareDifference,
  ConfigurationChange,
  ExecutableChange,
  FileChange,
} from '../../hardening/compare/difference.ts';
import { type FileOwners, findFileOwners } from '../../hardening/compare/file-owners.ts';
import { createFacts } from './facts.ts';
import { computeItemId, type ItemCause, type JustificationItem } from './item.ts';
import { type ComparedResults, listPackageItems } from './package-items.ts';
import { listPrivilegeItems } from './privilege-items.ts';
import { readSettlement } from './settlement.ts';

/**
 * Lists every difference from the approved result that a person has to justify: configuration,
 * packages, executables and privileges. A program that belongs to a changed package is part of the
 * item of that package.
 */
export function listDifferenceItems(compared: ComparedResults): readonly JustificationItem[] {
  const packages = listPackageItems(compared);
  const changed = new Set(
    compared.difference.packages.flatMap(({ before, after }) => [
      ...(before === undefined ? [] : [before.key]),
      ...(after === undefined ? [] : [after.key]),
    ]),
  );
  return [
    ...compared.difference.configuration.map((change) => toConfigurationItem(change, compared)),
    ...packages,
    ...listExecutableItems(compared, changed),
    ...listPrivilegeItems(compared.difference),
  ];
}

export function computeConfigurationItemId({ name }: Pick<ConfigurationChange, 'name'>): string {
  return computeItemId('configuration', name);
}

const LABELS: ItemCause = { id: 'labels', title: 'labels of the image' };

/** A hidden value cannot be compared, so it counts as unchanged only in the same image. */
function toConfigurationItem(
  { name, before, after, consequence, decision }: ConfigurationChange,
  compared: ComparedResults,
): JustificationItem {
  const kind = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  const isHidden = [before, after].some((text) => text !== undefined && isMasked(text));
  const { target } = compared.after;
  return {
    id: computeConfigurationItemId({ name }),
    kind: 'configuration',
    change: `configuration ${kind}`,
    subject: name,
    count: 1,
    evidence: createFacts({
      before,
      after,
      consequence,
      image: isHidden && target.kind === 'image' ? target.imageId : undefined,
    }),
    ...(name.startsWith('Label ') ? { cause: LABELS } : {}),
    subjectKeys: [`change configuration ${name}`],
    ...readSettlement(decision),
  };
}

function isMasked(text: string): boolean {
  return text.includes(MASK) || text.startsWith('hidden, ');
}

interface ProgramChange {
  readonly path: string;
  readonly kinds: readonly string[];
  readonly listed?: ExecutableChange;
  readonly file?: FileChange;
}

/** Executables of the comparison, and files with other content that may be executed. */
function listExecutableItems(
  compared: ComparedResults,
  changed: ReadonlySet<string>,
): readonly JustificationItem[] {
  const { before, after, difference } = compared;
  const owners = { before: findFileOwners(before), after: findFileOwners(after) };
  const files = {
    before: new Map(before.files.map((file) => [file.path, file])),
    after: new Map(after.files.map((file) => [file.path, file])),
  };
  const isCovered = (path: string): boolean =>
    [owners.before.get(path), owners.after.get(path)].some(
      (owner) => owner !== undefined && changed.has(owner.key),
    );
  return [...mergeProgramChanges(difference).values()]
    .filter(({ path }) => !isCovered(path))
    .map((change) => toExecutableItem(change, { files, owners: owners.after }));
}

/** A program with the same libraries may still have another content. */
function mergeProgramChanges(difference: BareDifference): ReadonlyMap<string, ProgramChange> {
  const merged = new Map<string, ProgramChange>();
  for (const listed of difference.executables) {
    merged.set(listed.path, { path: listed.path, kinds: listed.kinds, listed });
  }
  for (const file of difference.files) {
    const { path } = file.after ?? file.before ?? { path: '' };
    const content = file.kinds.filter((kind) => CONTENT_KINDS.has(kind));
    if (content.length > 0 && (isRunnable(file) || merged.has(path))) {
      const known = merged.get(path);
      const kinds = [...new Set([...(known?.kinds ?? []), ...content])];
      merged.set(path, { path, file, kinds, ...defined({ listed: known?.listed }) });
    }
  }
  return merged;
}

const CONTENT_KINDS: ReadonlySet<string> = new Set(['added', 'removed', 'content', 'type']);

/** Scripts count, too: every regular file that may be executed. */
function isRunnable({ before, after }: FileChange): boolean {
  return [before, after].some((file) => file?.type === 'regular' && hasExecuteBit(file.mode));
}

interface ProgramContext {
  readonly files: Readonly<Record<'before' | 'after', ReadonlyMap<string, InventoryFile>>>;
  readonly owners: FileOwners;
}

function toExecutableItem(
  { path, kinds, listed, file }: ProgramChange,
  { files, owners }: ProgramContext,
): JustificationItem {
  const [was, is] = [files.before.get(path), files.after.get(path)];
  const owner = owners.get(path);
  const cause = findExecutableCause(kinds, is);
  const decision = listed?.decision ?? file?.decision;
  return {
    id: computeItemId('executable', path),
    kind: 'executable',
    change: `executable ${kinds.join(', ')}`,
    subject: path,
    count: 1,
    evidence: createFacts({
      before: was?.sha256 === is?.sha256 ? undefined : formatFile(was),
      after: formatFile(is),
      package: owner && `${owner.name} ${owner.version}`,
      'new-libraries': listed?.librariesAfter.join(', '),
      'lost-libraries': listed?.librariesBefore.join(', '),
      'new-hardening': listed?.hardeningAfter.join(', '),
      'lost-hardening': listed?.hardeningBefore.join(', '),
    }),
    ...defined({ cause }),
    subjectKeys: [
      ...(listed === undefined ? [] : [`change executable ${path}`]),
      ...(file === undefined ? [] : [`change file ${file.before?.path ?? ''} ${path}`]),
    ],
    ...readSettlement(decision),
  };
}

function formatFile(file: InventoryFile | undefined): string | undefined {
  return file && (file.sha256 === undefined ? `${file.sizeBytes} bytes` : `sha256:${file.sha256}`);
}

const REACH_KINDS: ReadonlySet<string> = new Set(['newly-reachable', 'newly-unreachable']);

/** Another entry point changes what is reachable; otherwise, a layer brought the file. */
function findExecutableCause(
  kinds: readonly string[],
  file: InventoryFile | undefined,
): ItemCause | undefined {
  if (kinds.every((kind) => REACH_KINDS.has(kind))) {
    return { id: 'reach', title: 'executables with another reachability' };
  }
  return file?.layer === undefined
    ? undefined
    : { id: 'unowned files of a layer', title: 'executables without a changed package' };
}
