import { Budget } from '../../foundation/core/budget.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import { parseBoundedJson } from '../../foundation/syntax/json/bounded-json.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import type { JsonRecord } from '../../foundation/syntax/json/member.ts';
import { parseYaml } from '../../foundation/syntax/text/yaml.ts';
import { readComposePlacements } from './compose-placements.ts';
import { isPlacementTable, readCsvPlacements } from './csv-placements.ts';
import { isKubernetesDocument, readKubernetesPlacements } from './kubernetes-placements.ts';
import { PLACEMENT_TEXT_MAX, PLACEMENTS_MAX, type Placement } from './placement.ts';

const HINT =
  'send the output of "kubectl get pods -A -o json", a compose file, or a table (CSV) with the column "image"';

/**
 * Reads which images are in use: objects of Kubernetes, a compose file, or a table.
 *
 * @param environment of placements that do not declare one
 * @throws UserError `E_DOCUMENT_INVALID`, `E_DOCUMENT_UNKNOWN` or `E_LIMIT`: a report must be
 *   complete, because everything that it lacks has stopped
 */
export function readPlacementDocument(
  content: Uint8Array,
  environment: string,
  limits: Limits,
): readonly Placement[] {
  const placements = detectPlacements(content, environment, limits);
  if (placements.length > PLACEMENTS_MAX) {
    throw new UserError('E_LIMIT', `more than ${PLACEMENTS_MAX} placements in one report`, {
      hint: 'report each part of the cluster as a source of its own: --placement-source NAME',
    });
  }
  placements.forEach(checkTexts);
  return placements;
}

/** @throws UserError `E_LIMIT` */
function checkTexts({ environment, namespace, workload, reference }: Placement): void {
  const long = [environment, namespace, workload, reference].find(
    (text) => text.length > PLACEMENT_TEXT_MAX,
  );
  if (long !== undefined) {
    const start = long.slice(0, 50);
    throw new UserError('E_LIMIT', `"${start}…" has more than ${PLACEMENT_TEXT_MAX} characters`);
  }
}

function detectPlacements(
  content: Uint8Array,
  environment: string,
  limits: Limits,
): readonly Placement[] {
  const begin = Buffer.from(content.subarray(0, 1_000)).toString('utf8').trimStart();
  if (begin.startsWith('{')) {
    const subject = 'the list of placements';
    return readParsedPlacements(parseBoundedJson(content, { subject, limits }), environment);
  }
  if (content.length > limits.yamlFileBytesMax) {
    const max = limits.yamlFileBytesMax;
    throw new UserError('E_LIMIT', `the file has more than ${max} bytes (yamlFileBytesMax)`, {
      hint: 'convert it to JSON, which has a higher limit',
    });
  }
  const text = Buffer.from(content)
    .toString('utf8')
    .replace(/^\u{FEFF}/u, '');
  return isPlacementTable(text)
    ? readCsvPlacements(text, environment)
    : readParsedPlacements(parseYaml(text, new Budget(limits)), environment);
}

function readParsedPlacements(document: unknown, environment: string): readonly Placement[] {
  const known: JsonRecord = isRecord(document) ? document : {};
  if (isKubernetesDocument(known)) {
    return readKubernetesPlacements(known, environment);
  }
  if (isRecord(known['services'])) {
    return readComposePlacements(known, environment);
  }
  throw new UserError('E_DOCUMENT_UNKNOWN', 'the file has no placements that can be read', {
    hint: HINT,
  });
}
