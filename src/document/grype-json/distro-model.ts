import type { Distro } from '../../foundation/core/distro.ts';
import { DISTRO_NAMES } from './names.data.ts';

export interface DistroModel {
  readonly name: string;
  readonly version: string;
  /** `null` if the distribution is unknown, as in Grype. */
  readonly idLike: readonly string[] | null;
}

/** The operating system with Grype's name for its `ID`, or for one in its `ID_LIKE`. */
export function createDistroModel(distro: Distro | undefined): DistroModel {
  const name = distro === undefined ? undefined : getName(distro);
  if (distro === undefined || name === undefined) {
    return { name: '', version: '', idLike: null };
  }
  return {
    name,
    version: getVersion(distro),
    idLike: distro.idLike.map((id) => DISTRO_NAMES.get(id.trim()) ?? id),
  };
}

function getName(distro: Distro): string | undefined {
  return [distro.id, ...distro.idLike, distro.name ?? '']
    .map((id) => DISTRO_NAMES.get(id))
    .find((name) => name !== undefined);
}

function getVersion({ versionId = '', version = '' }: Distro): string {
  const stated = [versionId, version].find((text) =>
    /^v?[0-9]+(\.[0-9]+)*([-+~A-Za-z]\S*)?$/.test(text),
  );
  return (stated ?? versionId).split('+')[0] ?? '';
}
