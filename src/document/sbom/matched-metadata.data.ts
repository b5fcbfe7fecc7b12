/*
 * Origin: names of metadata members in Syft's documents, which Grype and our own matchers read.
 */

/**
 * Metadata that Grype reads from Syft's properties and needs for matching: source packages, epochs,
 * modules and Go build information.
 */
export const PEER_MEMBERS = [
  'basepackage',
  'epoch',
  'goBuildSettings',
  'goCompiledVersion',
  'h1Digest',
  'mainModule',
  'modularityLabel',
  'originPackage',
  'source',
  'sourceRpm',
  'sourceVersion',
  'virtualPath',
] as const;

/** Metadata that our own matchers and fields of formats need: vendors, and names of archives. */
const OWN_MEMBERS = ['maintainer', 'manifest', 'pomProperties', 'vendor'] as const;

/** Members of the metadata that documents keep for matching; all others are details. */
export const METADATA_OF_MATCHING: ReadonlySet<string> = new Set([...PEER_MEMBERS, ...OWN_MEMBERS]);
