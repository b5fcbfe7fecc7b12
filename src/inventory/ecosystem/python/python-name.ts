import { writePurl } from '../../../foundation/identity/purl/purl.ts';

/**
 * Normalizes the name of a project: lower case, with a single dash for each run of dashes, dots and
 * underscores. Packaging specifications, "Name normalization".
 */
export function normalizePythonName(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}

export interface PypiPurl {
  /** The normalized name. */
  readonly name: string;
  readonly version: string;
  /** Repository and commit that it was built from, e.g. `git+https://…@1f2e`. */
  readonly vcsUrl?: string | undefined;
}

export function toPypiPurl({ name, version, vcsUrl }: PypiPurl): string {
  return writePurl({ type: 'pypi', name, version, qualifiers: { vcs_url: vcsUrl } });
}
