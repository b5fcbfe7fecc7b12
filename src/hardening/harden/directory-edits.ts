import { addToList } from '../../foundation/core/add-to-list.ts';
import { compareText } from '../../foundation/core/compare-text.ts';
import { quoteArgument } from '../../foundation/core/quote-argument.ts';
import type { EditInput } from './edit-input.ts';
import { CACHES, DOCUMENTATION } from './presence-edits.ts';
import type { EditKind, PlannedEdit } from './removal-plan.ts';

/** More directories than a reader can weigh are summed up. */
const DIRECTORIES_MAX = 8;

/**
 * Returns edits for the dropped files that do not belong to a dropped package: documentation,
 * caches, the outermost directories that keep nothing, and files beside kept ones by package.
 */
export function listDirectoryEdits(input: EditInput): readonly PlannedEdit[] {
  const { plan, packageFiles } = input;
  const lost = new Set(plan.packages.flatMap(({ key, isKept }) => (isKept ? [] : [key])));
  const loose = plan.dropped
    .map(({ path }) => path)
    .filter((path) => !packageFiles.listOwners(path).some(({ key }) => lost.has(key)));
  const isDocument = (path: string): boolean => DOCUMENTATION.test(path);
  const isCache = (path: string): boolean => CACHES.test(path);
  const rest = loose.filter((path) => !isDocument(path) && !isCache(path));
  return [
    ...createEdit(['drop-documentation', 'drop documentation'], loose.filter(isDocument), input),
    ...createEdit(
      ['drop-caches', 'drop caches'],
      loose.filter((path) => !isDocument(path) && isCache(path)),
      input,
    ),
    ...listFolderEdits(rest, input),
  ];
}

function listFolderEdits(paths: readonly string[], input: EditInput): readonly PlannedEdit[] {
  const { plan, predictor } = input;
  const filled = new Set(plan.kept.flatMap(({ path }) => listFolders(path)));
  const byFolder = new Map<string, string[]>();
  const single: string[] = [];
  for (const path of paths) {
    const folder = listFolders(path).find((one) => !filled.has(one));
    if (folder === undefined) {
      single.push(path);
    } else {
      addToList(byFolder, folder, path);
    }
  }
  const folders = [...byFolder]
    .map(([folder, own]) => ({ folder, own, bytes: predictor.sumBytes(own) }))
    .toSorted((left, right) => right.bytes - left.bytes || compareText(left.folder, right.folder));
  const byPackage = Map.groupBy(
    single,
    (path) => input.packageFiles.listOwners(path)[0]?.name ?? '',
  );
  const packages = [...byPackage]
    .map(([name, own]) => ({ name, own, bytes: predictor.sumBytes(own) }))
    .filter(({ name }) => name !== '')
    .toSorted((left, right) => right.bytes - left.bytes || compareText(left.name, right.name));
  const others = [
    ...folders.slice(DIRECTORIES_MAX).flatMap(({ own }) => own),
    ...packages.slice(DIRECTORIES_MAX).flatMap(({ own }) => own),
    ...(byPackage.get('') ?? []),
  ];
  return [
    ...packages.slice(0, DIRECTORIES_MAX).flatMap(({ name, own }) =>
      createEdit(['drop-files', `drop unneeded files of ${name}`], own, input).map((edit) => ({
        ...edit,
        id: `drop-files:${name}`,
      })),
    ),
    ...folders
      .slice(0, DIRECTORIES_MAX)
      .flatMap(({ folder, own }) =>
        createEdit(['drop-directory', `drop directory ${folder}`, folder], own, input),
      ),
    ...createEdit(['drop-files', 'drop other files'], others, input),
  ];
}

/** Returns the directories of a path, the outermost first. */
function listFolders(path: string): readonly string[] {
  const names = path.split('/').slice(1, -1);
  return names.map((_, index) => `/${names.slice(0, index + 1).join('/')}`);
}

function createEdit(
  [kind, title, subject]: readonly [EditKind, string, string?],
  paths: readonly string[],
  { plan, predictor, cut }: EditInput,
): readonly PlannedEdit[] {
  if (paths.length === 0) {
    return [];
  }
  const own = new Set(paths);
  const bets = plan.bets.filter((bet) => bet.dropped.some((path) => own.has(path)));
  const because = cut.filter(({ to }) => own.has(to));
  const ids = bets.map(({ id }) => id);
  return [
    {
      id: subject === undefined ? kind : `${kind}:${subject}`,
      kind,
      title,
      subjects: subject === undefined ? paths : [subject],
      because,
      ...judgeLoss(because.length > 0, ids),
      bets: ids,
      predicted: predictor.computeLoss(paths),
      commands: subject === undefined ? [] : [`rm -r ${quoteArgument(subject)}`],
      needs: [],
    },
  ];
}

/** Returns what a loss breaks: something needed that the user drops, a bet, or nothing. */
export function judgeLoss(
  isNeeded: boolean,
  bets: readonly string[],
): Pick<PlannedEdit, 'breaks' | 'why'> {
  if (isNeeded) {
    return { breaks: 'certain', why: 'requested, although it is needed' };
  }
  return bets.length > 0
    ? { breaks: 'bet', why: `${bets.length === 1 ? 'bet' : 'bets'} ${bets.join(', ')}` }
    : { breaks: 'none', why: 'unreachable' };
}
