import { present } from '../foundation/core/assert.ts';
import type { FindingChange } from '../foundation/core/change.ts';
import { defined } from '../foundation/core/defined.ts';
import type { DocumentContent, DocumentReader } from '../foundation/core/document.ts';
import { UserError } from '../foundation/core/error.ts';
import type { Alert } from '../foundation/core/finding.ts';
import type { Limits } from '../foundation/core/limits.ts';
import { listFindingChanges, type Result } from '../hardening/compare/finding-changes.ts';
import { readNamedDocument } from '../image/source/named-file.ts';

/**
 * ID of the reader for the output of `-o json`: no other format keeps everything that is compared.
 */
const OWN_FORMAT = 'plimsoll-json';

/** An earlier result of this program, with its findings. */
export interface Baseline extends Result {
  readonly file: string;
}

/**
 * @throws UserError `E_TARGET_UNREADABLE` if the file cannot be read, `E_DOCUMENT_INVALID` if it is
 *   not a result with findings
 */
export async function readBaseline(file: string, limits: Limits): Promise<Baseline> {
  const read = await parseResult(file, readBaselineContent(file, limits), limits);
  if (read?.findings === undefined) {
    throw new UserError('E_DOCUMENT_INVALID', `"${file}" is not a plimsoll scan result`, {
      hint: 'create one with: plimsoll scan TARGET -o json=FILE',
    });
  }
  const { inventory, findings, toolVersion } = read;
  return { file, inventory, findings, ...defined({ toolVersion }) };
}

/**
 * Reads a saved result of this program; `undefined` if the file is another kind of document.
 *
 * @param head the first bytes of the file
 */
export async function readResult(
  file: string,
  head: Uint8Array,
  limits: Limits,
): Promise<DocumentContent | undefined> {
  const reader = await loadReader();
  return reader.recognize(head) > 0
    ? await parseResult(file, readBaselineContent(file, limits), limits)
    : undefined;
}

async function parseResult(
  file: string,
  content: Uint8Array,
  limits: Limits,
): Promise<DocumentContent | undefined> {
  const description = {
    kind: 'sbom',
    userInput: file,
    name: file,
    path: file,
    origin: 'file',
  } as const;
  const reader = await loadReader();
  return reader.recognize(content) > 0 ? reader.read(content, { limits, description }) : undefined;
}

/** Most scans have no baseline, and the document readers are half of the code of a scan. */
async function loadReader(): Promise<DocumentReader> {
  const { findReader } = await import('../document/choose-reader.ts');
  return present(findReader(OWN_FORMAT), 'the reader of the own format');
}

function readBaselineContent(file: string, limits: Limits): Uint8Array {
  const hint = 'create one with: plimsoll scan TARGET -o json=FILE';
  return readNamedDocument(file, { title: 'the baseline', hint, limits });
}

/** Returns the changes since the baseline, and whether it is too old for a useful comparison. */
export function compareBaseline(
  baseline: Baseline,
  now: Result,
): { readonly changes: readonly FindingChange[]; readonly alerts: readonly Alert[] } {
  const changes = listFindingChanges(baseline, now);
  const [was, is] = [baseline.findings.database?.builtAt, now.findings.database?.builtAt];
  const reasons = [
    ...(was === undefined ? ['vulnerabilities were not evaluated in it'] : []),
    ...(was !== undefined && is !== undefined && Date.parse(was) < Date.parse(is)
      ? [`it used the database of ${was.slice(0, 10)}, this scan uses ${is.slice(0, 10)}`]
      : []),
    ...(baseline.inventory.target.name === now.inventory.target.name
      ? []
      : [`it describes "${baseline.inventory.target.name}"`]),
  ];
  const isShifted = changes.some(({ kind, cause }) => kind === 'resolved' || cause === 'data');
  const isStale = reasons.length > 0 && isShifted;
  const message = `the baseline ${baseline.file} is stale: ${reasons.join('; ')}; create it again`;
  return {
    changes,
    alerts: isStale ? [{ kind: 'baseline-stale', message, packageKeys: [] }] : [],
  };
}
