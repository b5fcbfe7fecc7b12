import type {
  ExecutableFacts,
  ExecutableMitigations,
  InventoryFile,
} from '../../foundation/core/inventory.ts';
import type { ElfTraits } from './elf-traits.ts';

export interface Hardening {
  /** From 0, nothing is missing, to 1; absent if it is unknown for every file. */
  readonly missingShare?: number;
  /** Missing protections of each file. */
  readonly missingProtections: readonly string[];
}

/** Probe results of a file, and the directories it names that others may write to. */
export interface Checked {
  readonly traits: ElfTraits | undefined;
  readonly openFolders: readonly string[];
}

type Security = NonNullable<ExecutableFacts['security']>;

/** Each check by name: 1 passed, 0 failed, between partly; `undefined` if it does not apply. */
const CHECKS: readonly (readonly [
  string,
  (security: Security, checked: Checked) => number | undefined,
])[] = [
  ['position independence', ({ pie, dso }) => (dso && !pie ? undefined : Number(pie))],
  ['non-executable stack', ({ nx }) => Number(nx)],
  ['read-only relocations', ({ relRo }) => ({ none: 0, partial: 0.5, full: 1 })[relRo]],
  ['stack canary', ({ stackCanary }) => toNumber(stackCanary)],
  ['fortified', ({ fortify }) => toNumber(fortify)],
  ['text without relocations', (_, { traits }) => toNumber(negate(traits?.hasTextRelocations))],
  [
    'safe library search paths',
    (_, { traits, openFolders }) =>
      traits?.hasTextRelocations === undefined ? undefined : Number(openFolders.length === 0),
  ],
  [
    'control-flow protection',
    (_, { traits }) =>
      traits?.branchProtection && { none: 0, partial: 0.5, full: 1 }[traits.branchProtection],
  ],
];

/** The checks for PE and Mach-O, which have other protections. */
const FOREIGN_CHECKS: readonly (readonly [
  string,
  (mitigations: ExecutableMitigations) => number | undefined,
])[] = [
  ['address space layout randomization', ({ randomAddress }) => Number(randomAddress)],
  ['data execution prevention', ({ noExecute }) => Number(noExecute)],
  ['stack canary', ({ stackCanary }) => toNumber(stackCanary)],
  ['control flow guard', ({ controlFlowGuard }) => toNumber(controlFlowGuard)],
];

interface CheckResult {
  readonly name: string;
  readonly value: number;
}

/** Returns the results of the checks that apply to a file. */
function checkResults(
  { security, mitigations }: Partial<Pick<ExecutableFacts, 'security' | 'mitigations'>>,
  checked: Checked,
): readonly CheckResult[] {
  const own = security && CHECKS.map(([name, check]) => [name, check(security, checked)] as const);
  const foreign =
    mitigations && FOREIGN_CHECKS.map(([name, check]) => [name, check(mitigations)] as const);
  return [...(own ?? []), ...(foreign ?? [])].flatMap(([name, value]) =>
    value === undefined ? [] : [{ name, value }],
  );
}

function negate(flag: boolean | undefined): boolean | undefined {
  return flag === undefined ? undefined : !flag;
}

function toNumber(flag: boolean | undefined): number | undefined {
  return flag === undefined ? undefined : Number(flag);
}

/** Computes one minus the mean over files of the mean over the checks that apply to each. */
export function measureHardening(
  files: readonly InventoryFile[],
  getChecked: (path: string) => Checked,
): Hardening {
  const missing: number[] = [];
  const missingProtections: string[] = [];
  for (const { path, executable } of files) {
    if (executable?.security === undefined && executable?.mitigations === undefined) {
      continue;
    }
    const checked = getChecked(path);
    const results = checkResults(executable, checked);
    const failed = results.filter(({ value }) => value < 1).map(({ name }) => name);
    missing.push(1 - results.reduce((sum, { value }) => sum + value, 0) / results.length);
    if (failed.length > 0) {
      const folders = checked.openFolders
        .map((folder) => ` (${folder || 'an empty one'})`)
        .join('');
      missingProtections.push(`${path}: missing ${failed.join(', ')}${folders}`);
    }
  }
  const sum = missing.reduce((total, value) => total + value, 0);
  return {
    missingProtections,
    ...(missing.length === 0 ? {} : { missingShare: sum / missing.length }),
  };
}
