/** By the names of JSON, as Syft has them. */
export const TEMPLATE_OF_PACKAGES = '{{range .artifacts}}{{.name}} {{.version}}{{"\\n"}}{{end}}';

/** By the names of Go's structures, as Grype has them. */
export const TEMPLATE_OF_FINDINGS =
  '{{range .Matches}}{{.Artifact.Name}} {{.Vulnerability.ID}}{{"\\n"}}{{end}}';
