/** Names that the CPE dictionary gives to one-person projects. */
export function projectVendors(name: string): readonly string[] {
  return name.endsWith('project') ? [] : [`${name}project`, `${name}_project`];
}
