import type {
  BareDifference,
  ConfigurationChange,
  Consequence,
  ExecutableChange,
  ExecutableChangeKind,
  FileChange,
  FileChangeKind,
  FindingCause,
  FindingChangeKind,
  FindingDifference,
  PackageChange,
  PackageChangeKind,
} from '../../src/hardening/compare/difference.ts';

/** The parts of a difference that can be inverted without the two targets. */
export type Invertible = Pick<
  BareDifference,
  'configuration' | 'packages' | 'files' | 'executables' | 'findings'
>;

/** Returns the inverse: the difference from the second target to the first. */
export function invert(difference: Invertible): Invertible {
  const { configuration, packages, files, executables, findings } = difference;
  return {
    configuration: configuration.map(invertConfiguration),
    packages: packages.map(invertPackage),
    files: files.map(invertFile),
    executables: executables.map(invertExecutable),
    findings: findings.map(invertFinding),
  };
}

type Ends<End> = { readonly before?: End; readonly after?: End };

/** Exchanges the ends of the record; absent ones stay absent. */
function swapSides<End, Change extends Ends<End>>(change: Change): Change {
  const { before, after, ...rest } = change;
  return {
    ...rest,
    ...(after === undefined ? {} : { before: after }),
    ...(before === undefined ? {} : { after: before }),
  } as Change;
}

const CONSEQUENCE: Readonly<Partial<Record<Consequence, Consequence>>> = {
  'security-gain': 'security-loss',
  'security-loss': 'security-gain',
};

function invertConfiguration(change: ConfigurationChange): ConfigurationChange {
  const { consequence } = change;
  return { ...swapSides(change), consequence: CONSEQUENCE[consequence] ?? consequence };
}

const PACKAGE: Readonly<Partial<Record<PackageChangeKind, PackageChangeKind>>> = {
  added: 'removed',
  removed: 'added',
  upgraded: 'downgraded',
  downgraded: 'upgraded',
};

function invertPackage(change: PackageChange): PackageChange {
  return { ...swapSides(change), kind: PACKAGE[change.kind] ?? change.kind };
}

const FILE: Readonly<Partial<Record<FileChangeKind, FileChangeKind>>> = {
  added: 'removed',
  removed: 'added',
};

function invertFile(change: FileChange): FileChange {
  const { ownerBefore, ownerAfter, kinds } = change;
  return {
    ...swapSides(change),
    kinds: kinds.map((kind) => FILE[kind] ?? kind),
    ownerBefore: ownerAfter,
    ownerAfter: ownerBefore,
  };
}

const EXECUTABLE: Readonly<Partial<Record<ExecutableChangeKind, ExecutableChangeKind>>> = {
  added: 'removed',
  removed: 'added',
  'newly-reachable': 'newly-unreachable',
  'newly-unreachable': 'newly-reachable',
};

function invertExecutable(change: ExecutableChange): ExecutableChange {
  return {
    ...change,
    kinds: change.kinds.map((kind) => EXECUTABLE[kind] ?? kind),
    librariesBefore: change.librariesAfter,
    librariesAfter: change.librariesBefore,
    hardeningBefore: change.hardeningAfter,
    hardeningAfter: change.hardeningBefore,
  };
}

const FINDING: Readonly<Partial<Record<FindingChangeKind, FindingChangeKind>>> = {
  introduced: 'resolved',
  resolved: 'introduced',
};

const CAUSE: Readonly<Partial<Record<FindingCause, FindingCause>>> = {
  addition: 'removal',
  removal: 'addition',
  upgrade: 'downgrade',
  downgrade: 'upgrade',
};

function invertFinding(change: FindingDifference): FindingDifference {
  const { kind, cause } = change;
  return {
    ...swapSides(change),
    kind: FINDING[kind] ?? kind,
    ...(cause === undefined ? {} : { cause: CAUSE[cause] ?? cause }),
  };
}
