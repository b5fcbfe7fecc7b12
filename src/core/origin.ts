/**
 * Who brought a package: `base`: the base image; `changed`: the base image, and the image replaced
 * it; `application`: the image itself; `unknown`: the base image or the layer is not known.
 */
export const PACKAGE_ORIGINS = ['base', 'changed', 'application', 'unknown'] as const;

export type PackageOrigin = (typeof PACKAGE_ORIGINS)[number];
