import { isDigest } from '../../core/digest.ts';
import type { Location, Upstream } from '../../core/package.ts';
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
export function trivyFacts(properties: Properties, type: string): TrivyFacts {
  const member = (name: string): string | undefined => properties.text(PREFIX + name);
  const name = member('SrcName');
  const path = member('FilePath');
  const layer = member('LayerDiffID');
  return {
    upstreams: name === undefined || isOfItself(properties, name) ? [] : [sourceOf(name, member)],
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
    modularity: type === 'rpm' ? member('Modularitylabel') : undefined,
  };
}

/** The identifier is `name@version`, and both versions are equal then. */
function isOfItself(properties: Properties, source: string): boolean {
  const id = properties.text(`${PREFIX}PkgID`) ?? '';
  return id.slice(0, id.lastIndexOf('@')) === source;
}

function sourceOf(name: string, member: (name: string) => string | undefined): Upstream {
  const epoch = member('SrcEpoch');
  const release = member('SrcRelease');
  const version = member('SrcVersion');
  if (version === undefined) {
    return { name };
  }
  const head = epoch === undefined ? version : `${epoch}:${version}`;
  return { name, version: release === undefined ? head : `${head}-${release}` };
}
