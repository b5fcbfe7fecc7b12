/** With these the names of organisations begin that are turned round to make a group. */
const BEGINNINGS = ['com', 'org', 'net', 'io', 'be'] as const;

/**
 * Groups that manifests name otherwise than the repositories do. Origin: Syft's table
 * `java_groupid_map.go` (Apache-2.0, see NOTICE).
 */
const CORRECTIONS: ReadonlyMap<string, string> = new Map([['org.lz4.java', 'org.lz4']]);

/**
 * The package of Java that a name in a manifest lies in: without a class, which begins with a
 * capital letter, and without the star that stands for all classes.
 */
export function getJavaPackage(name: string): string {
  const parts = name.split('.');
  const end = parts.findIndex((part) => /^[A-Z*]/.test(part));
  return end < 2 ? name : parts.slice(0, end).join('.');
}

export function isLikeGroupId(text: string): boolean {
  return BEGINNINGS.some((beginning) => text.startsWith(beginning));
}

/** Without the directives of OSGi that may follow a name, nor a fragment. */
export function cleanGroupId(text: string): string {
  const [name = ''] = text.split(/[;#]/, 1);
  const group = name.trim();
  return CORRECTIONS.get(group) ?? group;
}
