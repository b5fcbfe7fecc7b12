import { isComplete } from '../../foundation/core/inventory.ts';
import { formatCount } from '../../foundation/core/screen-text.ts';
import { SURFACE_IDS } from '../../foundation/core/surface.ts';
import { listFacts } from './expression/collect-facts.ts';
import type { PolicyInput } from './fact.ts';
import type { Rule } from './policy.ts';

/** The content in which subjects of a kind would have been found. */
export interface Examined {
  /** For people, such as `480 packages`. */
  readonly text: string;
  /** `true` if the target has none, so that the absence of subjects proves nothing. */
  readonly isEmpty: boolean;
}

const OF_PACKAGES = new Set(['finding', 'package', 'license', 'package-list', 'product', 'record']);
const OF_FILES = new Set(['file', 'secret', 'content', 'account', 'coverage']);

/** Facts of the image that are counted in its files. */
const OF_CONTENT = new Set<string>(
  SURFACE_IDS.filter((id) => !['runs-as-root', 'exposed-ports', 'privileged-ports'].includes(id)),
);

/** Returns the kind of content that a rule examines: that of its subjects, or files. */
export function getExaminedKind({
  subject,
  conditions,
}: Pick<Rule, 'subject' | 'conditions'>): string {
  const facts = conditions.flatMap(({ expression }) => listFacts(expression));
  return subject === 'image' && facts.some((fact) => OF_CONTENT.has(fact)) ? 'file' : subject;
}

/** Measures the content that was searched for subjects of a kind. */
export function measureExamined(kind: string, input: PolicyInput): Examined {
  const { inventory, database, target } = input.assessment;
  if (kind === 'attestation') {
    const count = input.attestations?.attestations.length ?? 0;
    return { text: formatCount(count, 'statement'), isEmpty: count === 0 };
  }
  if (OF_PACKAGES.has(kind)) {
    const packages = inventory.packages.length;
    const data =
      kind === 'finding' && database !== undefined
        ? `, with the advisories of ${database.builtAt.slice(0, 10)}`
        : '';
    return { text: `${formatCount(packages, 'package')}${data}`, isEmpty: packages === 0 };
  }
  if (OF_FILES.has(kind)) {
    const bytes = inventory.layerBytes.reduce((sum, one) => sum + one, 0);
    const files = inventory.files.length;
    const text =
      bytes > 0
        ? `${formatCount(inventory.layerBytes.length, 'layer')} with ${formatCount(bytes, 'byte')}`
        : formatCount(files, 'file');
    return { text, isEmpty: bytes === 0 && files === 0 && inventory.packages.length === 0 };
  }
  const isRead = target.kind === 'image' && isComplete(inventory);
  return {
    text: target.kind === 'image' ? 'the configuration of the image' : '',
    isEmpty: !isRead,
  };
}
