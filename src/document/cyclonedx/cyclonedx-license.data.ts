/**
 * SPDX identifiers newer than the list in the schemas of CycloneDX, whose `id` only accepts listed
 * ones.
 *
 * Origin: computed: the SPDX license list of `spdx-license-ids` without the `enum` of
 * `spdx.schema.json` of CycloneDX.
 */
export const IDS_NOT_LISTED: ReadonlySet<string> = new Set([
  'atc-game',
  'Brian-Gladman-3-Clause-no-conversion',
  'BSD-2-Clause-pos-unchanged',
  'BSD-3-Clause-OpenWebUI',
  'BSD-ask-to-endorse',
  'BSD-Source-alt-GPL',
  'BSD-Source-Code-no-disclaimer',
  'Bugroff',
  'CC-BY-NC-3.0-IGO',
  'FDK-MPEG-H',
  'Hippocratic-3.0-core',
  'Informatica',
  'MVT-1.1',
]);
