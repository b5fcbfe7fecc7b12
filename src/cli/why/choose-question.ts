import { defined } from '../../foundation/core/defined.ts';
import { UserError } from '../../foundation/core/error.ts';
import { detectPathKind } from '../../image/source/local-file.ts';
import { isCertainTarget } from '../../image/source/recognize-target.ts';
import { sources } from '../../image/source/registry.generated.ts';

/** Stands for every vulnerability. */
export const EVERY_ID = '*';

/** A question of `plimsoll why`, by its arguments. */
export type WhyQuestion =
  /** `TARGET ID [PACKAGE]` or `TARGET PACKAGE`: the finding, its absence, or those of a package. */
  | {
      readonly kind: 'finding';
      readonly target: string;
      /** An ID, the name of a package, or {@link EVERY_ID}. */
      readonly id: string;
      readonly package?: string;
    }
  /** `BEFORE AFTER`: two targets or saved results. */
  | { readonly kind: 'change'; readonly before: string; readonly after: string }
  /** `IMAGE FILE...`: paths in the image, which begin with a slash. */
  | { readonly kind: 'need'; readonly target: string; readonly files: readonly string[] };

const USAGE = 'name one, for example: plimsoll why app.tar CVE-2023-0286';

/** @throws UserError `E_USAGE` if an argument is missing, or follows a complete question */
export async function chooseQuestion([
  target = '',
  subject = '',
  ...others
]: readonly string[]): Promise<WhyQuestion> {
  if (target === '' || subject === '') {
    const missing = target === '' ? 'target' : 'vulnerability, package, file or second result';
    throw new UserError('E_USAGE', `"plimsoll why" needs a ${missing}`, { hint: USAGE });
  }
  if (await isCertainTarget(subject, sources)) {
    refuseMore(others);
    return { kind: 'change', before: target, after: subject };
  }
  if (subject.startsWith('/')) {
    refuseMore(others.filter((path) => !path.startsWith('/')));
    return { kind: 'need', target, files: [subject, ...others] };
  }
  const [wanted, ...more] = others;
  refuseMore(more);
  return { kind: 'finding', target, id: subject, ...defined({ package: wanted }) };
}

function refuseMore([extra]: readonly string[]): void {
  if (extra !== undefined) {
    throw new UserError('E_USAGE', `unexpected argument "${extra}" for "plimsoll why"`, {
      hint: 'run "plimsoll help why" for an example of each question',
    });
  }
}

/**
 * Returns how to write a text if it means a target after all, or `undefined` if it cannot mean one.
 */
export function suggestTarget(text: string): string | undefined {
  const kind = detectPathKind(text);
  if (kind === 'none') {
    return /[:/]/.test(text) && !/^(?:\/|pkg:)/.test(text) ? `registry:${text}` : undefined;
  }
  return `${kind === 'folder' ? 'dir' : 'file'}:${text}`;
}
