import { parsePurl } from '../../foundation/identity/purl/parse-purl.ts';
import { type Purl, writePurl } from '../../foundation/identity/purl/purl.ts';

/** The package URL of a record in a document. */
export interface RecordPurl {
  readonly purl: Purl;
  /** As it is in the record, or corrected. */
  readonly text: string;
}

/**
 * Parses the package URL of a record; `undefined` if it is not one. Two forms of other tools are
 * corrected if the record's own name and version confirm that they are these forms.
 */
export function readRecordPurl(
  text: string,
  record: { readonly name: string; readonly version: string },
): RecordPurl | undefined {
  const purl = parsePurl(text);
  if (purl === undefined) {
    return undefined;
  }
  const corrected = readTernPurl(purl, record) ?? joinModulePath(purl, record.name);
  return corrected === undefined ? { purl, text } : { purl: corrected, text: writePurl(corrected) };
}

/** Distributions that Tern writes as the type of a package URL. */
const APK_DISTRIBUTIONS: ReadonlySet<string> = new Set([
  'alpine',
  'chainguard',
  'postmarketos',
  'wolfi',
]);

/** Tern writes `pkg:alpine/musl/1.2.5-r0` for an apk. */
function readTernPurl(
  { type, namespace = '', name, version = '' }: Purl,
  record: { readonly name: string; readonly version: string },
): Purl | undefined {
  const isForm = APK_DISTRIBUTIONS.has(type) && version === '';
  return isForm && namespace === record.name && name === record.version
    ? { type: 'apk', namespace: type, name: namespace, version: name }
    : undefined;
}

/**
 * Docker Scout and old versions of Syft write the path of a Go module after its third segment as a
 * subpath: `pkg:golang/github.com/moby/sys@0.1.0#user`. A subpath may also be a directory in a
 * module, so the declared name decides.
 */
function joinModulePath(purl: Purl, declared: string): Purl | undefined {
  const { type, namespace = '', name, subpath = '' } = purl;
  const module = `${namespace}/${name}/${subpath}`;
  if (type !== 'golang' || subpath === '' || declared !== module) {
    return undefined;
  }
  const at = module.lastIndexOf('/');
  return {
    ...purl,
    namespace: module.slice(0, at),
    name: module.slice(at + 1),
    subpath: undefined,
  };
}
