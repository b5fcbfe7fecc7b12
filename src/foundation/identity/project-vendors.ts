/** Returns vendors that the CPE dictionary uses for one-person projects. */
export function projectVendors(name: string): readonly string[] {
  return name.endsWith('project') ? [] : [`${name}project`, `${name}_project`];
}
