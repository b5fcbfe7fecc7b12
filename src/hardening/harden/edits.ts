import { compareText } from '../../foundation/core/compare-text.ts';
import { quoteArgument } from '../../foundation/core/quote-argument.ts';
import { judgeLoss, listDirectoryEdits } from './directory-edits.ts';
import type { EditInput } from './edit-input.ts';
import { groupDroppedPackages, type PackageGroup } from './package-groups.ts';
import { listPresenceEdits } from './presence-edits.ts';
import type { PlannedEdit, PlannedFinding } from './removal-plan.ts';

/** Id of the edit that contains all others of a decided plan. */
const SLIM_IMAGE = 'emit-slim-image';

/** Returns the edits of a plan, best first; parts follow the edit that includes them. */
export function listEdits(input: EditInput): readonly PlannedEdit[] {
  const { plan } = input;
  if (plan.undecided !== undefined) {
    return listPresenceEdits(input).toSorted(compareEdits);
  }
  if (plan.dropped.length === 0) {
    return [];
  }
  const parts = [
    ...listPackageEdits(input),
    ...listDirectoryEdits(input),
    ...listPrivilegeEdits(input),
  ].map((edit) => ({ ...edit, partOf: SLIM_IMAGE }));
  return [createSlimEdit(input), ...parts.toSorted(compareEdits)];
}

function createSlimEdit({ plan, predictor, cut }: EditInput): PlannedEdit {
  const lost = plan.packages.filter(({ isKept }) => !isKept).map(({ key }) => key);
  const { breaks, why } = judgeLoss(
    cut.length > 0,
    plan.bets.map(({ id }) => id),
  );
  return {
    id: SLIM_IMAGE,
    kind: 'emit-slim-image',
    title: 'emit a slim image',
    subjects: lost,
    because: cut,
    breaks,
    why,
    bets: plan.bets.map(({ id }) => id),
    predicted: predictor.computeLoss(
      plan.dropped.map(({ path }) => path),
      lost,
    ),
    commands: [`plimsoll harden emit ${quoteArgument(plan.image.userInput)} -o oci-dir=slim`],
    needs: [],
  };
}

/** One edit for each dropped package with those that are present only for it. */
function listPackageEdits(input: EditInput): readonly PlannedEdit[] {
  const { plan, inventory, predictor } = input;
  const states = new Map(plan.packages.map((one) => [one.key, one]));
  const groups = groupDroppedPackages(inventory, (key) => states.get(key)?.isKept === false);
  const shells = new Set(predictor.listItems('shells'));
  const isShell = ({ members }: PackageGroup): boolean =>
    members.some(({ key }) => states.get(key)?.dropped.some((path) => shells.has(path)));
  const edits = groups
    .filter((group) => !isShell(group))
    .map((group) => createPackageEdit([group], 'drop-package', input));
  const shellGroups = groups.filter(isShell);
  return shellGroups.length === 0
    ? edits
    : [...edits, createPackageEdit(shellGroups, 'drop-shells', input)];
}

function createPackageEdit(
  groups: readonly PackageGroup[],
  kind: 'drop-package' | 'drop-shells',
  { plan, predictor, cut }: EditInput,
): PlannedEdit {
  const states = new Map(plan.packages.map((one) => [one.key, one]));
  const members = groups.flatMap((group) => group.members);
  const kept = new Set(plan.kept.map(({ path }) => path));
  const listed = members.flatMap(({ key }) => states.get(key)?.dropped ?? []);
  const dropped = [...new Set(listed)].filter((path) => !kept.has(path));
  const paths = new Set(dropped);
  const bets = plan.bets.filter((bet) => bet.dropped.some((path) => paths.has(path)));
  const because = cut.filter(({ to }) => paths.has(to));
  const heads = groups.map(({ head }) => head.name);
  const others = members.length - groups.length;
  const only =
    others === 0
      ? ''
      : ` and ${others} ${others === 1 ? 'package' : 'packages'} present only for it`;
  return {
    id: `${kind}:${heads[0] ?? ''}`,
    kind,
    title: `drop ${heads.join(', ')}${only}`,
    subjects: members.map(({ key }) => key),
    because,
    ...judgeLoss(
      because.length > 0,
      bets.map(({ id }) => id),
    ),
    bets: bets.map(({ id }) => id),
    predicted: predictor.computeLoss(
      dropped,
      members.map(({ key }) => key),
    ),
    commands: listPurgeCommands(groups),
    needs: [],
  };
}

const PURGES: ReadonlyMap<string, string> = new Map([
  ['deb', 'apt-get purge'],
  ['apk', 'apk del'],
]);

/** A package manager would also remove the packages that need these. */
function listPurgeCommands(groups: readonly PackageGroup[]): readonly string[] {
  const isAlone = groups.every(({ dependents }) => dependents.length === 0);
  const byType = Map.groupBy(
    groups.flatMap(({ members }) => members),
    ({ type }) => type,
  );
  return isAlone
    ? [...byType].flatMap(([type, members]) => {
        const command = PURGES.get(type);
        const names = members.map(({ name }) => name).toSorted(compareText);
        return command === undefined ? [] : [`${command} ${names.map(quoteArgument).join(' ')}`];
      })
    : [];
}

const SET_ID_BITS = 0o6000;

/** Setuid bits and capabilities are lost with their files; those of kept files stay. */
function listPrivilegeEdits({ plan, files, predictor }: EditInput): readonly PlannedEdit[] {
  const dropped = new Set(plan.dropped.map(({ path }) => path));
  const privileged = files
    .listFiles()
    .filter(({ type, mode }) => type === 'regular' && (mode & SET_ID_BITS) !== 0)
    .map(({ path }) => path);
  const capable = predictor.listItems('capability-files');
  const create = (
    kind: 'drop-setuid' | 'drop-capabilities',
    [paths, noun, command]: readonly [readonly string[], string, string],
  ): readonly PlannedEdit[] => {
    const lost = paths.filter((path) => dropped.has(path));
    const left = paths.length - lost.length;
    const lostPaths = new Set(lost);
    const bets = plan.bets.filter((bet) => bet.dropped.some((path) => lostPaths.has(path)));
    return lost.length === 0
      ? []
      : [
          {
            id: kind,
            kind,
            title: `drop ${lost.length} ${noun}${lost.length === 1 ? '' : 's'}, ${left} ${left === 1 ? 'file keeps' : 'files keep'} one`,
            subjects: lost,
            because: [],
            ...judgeLoss(
              false,
              bets.map(({ id }) => id),
            ),
            bets: bets.map(({ id }) => id),
            predicted: { ...predictor.computeLoss(lost), files: 0, bytes: 0 },
            commands: [`${command} ${lost.map(quoteArgument).join(' ')}`],
            needs: [],
          },
        ];
  };
  return [
    ...create('drop-setuid', [privileged, 'setuid bit', 'chmod u-s,g-s']),
    ...create('drop-capabilities', [capable, 'capability', 'setcap -r']),
  ];
}

const SEVERE: ReadonlySet<PlannedFinding['severity']> = new Set(['critical', 'high']);

/** Most severe findings, then findings, then bytes, then surface. */
function compareEdits(left: PlannedEdit, right: PlannedEdit): number {
  const toCounts = ({ predicted }: PlannedEdit): readonly number[] => [
    (predicted.findings ?? []).filter(({ severity }) => SEVERE.has(severity)).length,
    (predicted.findings ?? []).length,
    predicted.bytes,
    predicted.surface.reduce((sum, { from, to }) => sum + from - to, 0),
  ];
  const [a, b] = [toCounts(left), toCounts(right)];
  const at = a.findIndex((value, index) => value !== b[index]);
  return at === -1 ? compareText(left.id, right.id) : (b[at] ?? 0) - (a[at] ?? 0);
}
