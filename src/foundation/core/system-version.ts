import type { OperatingSystem } from './advisory.ts';

/** Returns the numbers and the label of a release, such as `9.4` and `22.03 LTS-SP3`. */
export function formatSystemVersion({
  majorVersion,
  minorVersion,
  label,
}: Pick<OperatingSystem, 'majorVersion' | 'minorVersion' | 'label'>): string {
  const numbers = [majorVersion, minorVersion].filter((part) => part !== '').join('.');
  return [numbers, label].filter((part) => part !== '').join(' ');
}
