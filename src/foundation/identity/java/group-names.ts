/** Reversed domain names, which are used as groups, begin with these. */
const BEGINNINGS = ['com', 'org', 'net', 'io', 'be'] as const;

/**
 * Groups that manifests name differently than the repositories. Origin: Syft's table
 * `java_groupid_map.go` (Apache-2.0, see NOTICE).
 */
const CORRECTIONS: ReadonlyMap<string, string> = new Map([['org.lz4.java', 'org.lz4']]);

/**
 * Returns the Java package of a name in a manifest: without a class, which begins with a capital
 * letter, and without the asterisk that means all classes.
 */
export function getJavaPackage(name: string): string {
  const parts = name.split('.');
  const end = parts.findIndex((part) => /^[A-Z*]/.test(part));
  return end < 2 ? name : parts.slice(0, end).join('.');
}

export function isLikeGroupId(text: string): boolean {
  return BEGINNINGS.some((beginning) => text.startsWith(beginning));
}

/** Removes OSGi directives after a name, and fragments. */
export function cleanGroupId(text: string): string {
  const [name = ''] = text.split(/[;#]/, 1);
  const group = name.trim();
  return CORRECTIONS.get(group) ?? group;
}
