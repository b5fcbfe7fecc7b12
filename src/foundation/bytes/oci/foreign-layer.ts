/**
 * Returns whether a layer may be missing in a store, as the lower layers of Windows are: tools
 * leave out what may not be distributed. OCI image specification 1.0, layer.md, "Non-Distributable
 * Layers"; Docker image manifest version 2, schema 2.
 */
export function isForeignLayer(mediaType: string): boolean {
  return FOREIGN.test(mediaType);
}

const FOREIGN =
  /^application\/vnd\.(?:oci\.image\.layer\.nondistributable\.v1|docker\.image\.rootfs\.foreign\.diff)\.tar(?:[.+](?:gzip|zstd))?$/;
