import type { Inventory } from '../foundation/core/inventory.ts';
import type { Problem } from '../foundation/core/problem.ts';
import { adjustInventory } from './adjust-inventory.ts';
import type { Ports } from './ports.ts';
import { readInventory } from './read-inventory.ts';
import type { AssessmentRequest } from './request.ts';
import type { ScanOptions } from './scan-options.ts';

// Separate from `assess.ts`, so that commands which only read a target do not load code for
// matching, decisions and gates.

/** Reads a target and applies the facts that the user declares about it. */
export async function readTargetInventory(
  target: string,
  request: AssessmentRequest,
  ports: Ports,
  more: Pick<
    ScanOptions,
    'vexFrom' | 'onVex' | 'onAttached' | 'areAllAttachedRequested' | 'onDocument'
  > = {},
): Promise<Inventory> {
  const { progress, network, temporaryFolder } = ports;
  const read = await readInventory(target, {
    ...request.reading,
    ...more,
    progress,
    network,
    temporaryFolder,
  });
  const inventory = await recognize(read, target, request, ports);
  const { declared = {}, reading, problems = [] } = request;
  const adjusted = await adjustInventory(inventory, declared, reading?.limits);
  return addProblems(adjusted, problems);
}

/** Code for base images is only loaded if there are any. The target is read again if needed. */
async function recognize(
  inventory: Inventory,
  target: string,
  { recognition, reading }: AssessmentRequest,
  { network, temporaryFolder, notify }: Ports,
): Promise<Inventory> {
  const isRead = inventory.target.kind === 'image' || inventory.target.kind === 'directory';
  if (recognition === undefined || !isRead) {
    return inventory;
  }
  const { recognizeFiles } = await import('./recognize-files.ts');
  const files = { ...reading?.files, selection: 'all' } as const;
  return await recognizeFiles(inventory, recognition, {
    notify: (message) => notify(message),
    readAllFiles: () =>
      reading?.files?.selection === 'all'
        ? Promise.resolve(inventory)
        : readInventory(target, { ...reading, files, network, temporaryFolder }),
  });
}

/** Adds problems that do not concern a single file of the target. */
export function addProblems(inventory: Inventory, problems: readonly Problem[]): Inventory {
  return problems.length === 0
    ? inventory
    : { ...inventory, problems: [...problems, ...inventory.problems] };
}
