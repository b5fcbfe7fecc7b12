import type { TargetDescription } from '../../foundation/core/target.ts';

const OWNER_LABELS = ['owner', 'team'] as const;

/**
 * Returns the owner that the labels of an image state: `owner` or `team`, also behind a namespace
 * such as `com.example.`. Authors and vendors are not owners: images inherit them from their base.
 */
export function readOwner(target: TargetDescription): string {
  const labels = target.kind === 'image' ? target.labels : {};
  for (const wanted of OWNER_LABELS) {
    const names = Object.keys(labels).filter(
      (name) => name.toLowerCase() === wanted || name.toLowerCase().endsWith(`.${wanted}`),
    );
    const [name] = names.toSorted((left, right) => left.length - right.length);
    const owner = name === undefined ? '' : (labels[name] ?? '').trim();
    if (owner !== '') {
      return owner;
    }
  }
  return '';
}
