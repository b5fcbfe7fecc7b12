/** Package URLs of one system or ecosystem, and a line for each match that Grype reports. */
export interface Probe {
  readonly name: string;
  readonly purls: readonly string[];
  readonly expected: readonly string[];
}

/** The compared members of a match in Grype's JSON. */
export interface GrypeMatch {
  readonly vulnerability: {
    readonly id: string;
    readonly namespace: string;
    readonly severity: string;
    readonly fix: { readonly state: string; readonly versions: readonly string[] };
  };
  readonly matchDetails: readonly { readonly type: string }[];
  readonly artifact: { readonly name: string; readonly version: string };
}

export function formatMatch({ vulnerability, matchDetails, artifact }: GrypeMatch): string {
  const { id, namespace, severity, fix } = vulnerability;
  const types = [...new Set(matchDetails.map(({ type }) => type))].join('+');
  const fixes = fix.versions.join(',');
  return [artifact.name, artifact.version, id, namespace, severity, fix.state, fixes, types].join(
    ' ',
  );
}
