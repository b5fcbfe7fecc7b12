import { isDigest } from '../../foundation/core/digest.ts';
import type { Location, Upstream } from '../../foundation/core/package.ts';
import type { Properties } from './property.ts';

const PREFIX = 'aquasecurity:trivy:';

/** Data in Trivy's properties that matching needs. */
export interface TrivyFacts {
  readonly upstreams: readonly Upstream[];
  readonly locations: readonly Location[];
  /** Only for an rpm; empty if it belongs to no module. */
  readonly modularity: string | undefined;
}

/** Trivy writes a source package in four parts, even if it is the package itself. */
export function readTrivyFacts(properties: Properties, type: string): TrivyFacts {
  const getMember = (name: string): string | undefined => properties.getText(PREFIX + name);
  const name = getMember('SrcName');
  const path = getMember('FilePath');
  const layer = getMember('LayerDiffID');
  return {
    upstreams:
      name === undefined || isOfItself(properties, name) ? [] : [readSource(name, getMember)],
    locations:
      path === undefined
        ? []
        : [
            {
              path,
              accessPath: path,
              ...(layer !== undefined && isDigest(layer) ? { layer } : {}),
            },
          ],
    modularity: type === 'rpm' ? getMember('Modularitylabel') : undefined,
  };
}

/** The identifier is `name@version`, and both versions are equal then. */
function isOfItself(properties: Properties, source: string): boolean {
  const id = properties.getText(`${PREFIX}PkgID`) ?? '';
  return id.slice(0, id.lastIndexOf('@')) === source;
}

function readSource(name: string, getMember: (name: string) => string | undefined): Upstream {
  const epoch = getMember('SrcEpoch');
  const release = getMember('SrcRelease');
  const version = getMember('SrcVersion');
  if (version === undefined) {
    return { name };
  }
  const head = epoch === undefined ? version : `${epoch}:${version}`;
  return { name, version: release === undefined ? head : `${head}-${release}` };
}
