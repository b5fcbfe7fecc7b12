/** Uses the names of JSON members, as Syft does. */
export const TEMPLATE_OF_PACKAGES = '{{range .artifacts}}{{.name}} {{.version}}{{"\\n"}}{{end}}';

/** Uses the names of Go structures, as Grype does. */
export const TEMPLATE_OF_FINDINGS =
  '{{range .Matches}}{{.Artifact.Name}} {{.Vulnerability.ID}}{{"\\n"}}{{end}}';
