import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { compareText } from '../../foundation/core/compare-text.ts';
import { UserError } from '../../foundation/core/error.ts';
import type { Limits } from '../../foundation/core/limits.ts';
import { isRecord } from '../../foundation/syntax/json/guard.ts';
import { getRecord, getText, getTexts } from '../../foundation/syntax/json/member.ts';
import type { PackageSlice } from '../../hardening/harden/recipe-contract.ts';
import { readRuleFile } from '../../image/source/rule-file.ts';
import { parseYamlDocuments } from './yaml-documents.ts';

/**
 * Reads the definitions of slices in a checkout of chisel-releases, or in its directory `slices`.
 *
 * @throws UserError `E_CONFIG` if there are none, or one is malformed
 */
export function readSlices(folder: string, limits: Limits): readonly PackageSlice[] {
  const files = [folder, join(folder, 'slices')].flatMap(listYamlFiles);
  const slices = files.flatMap((file) => {
    const text = Buffer.from(readRuleFile(file, limits)).toString('utf8');
    return parseYamlDocuments(text, file, limits).flatMap(parseSlices);
  });
  if (slices.length === 0) {
    throw new UserError('E_CONFIG', `no slice definitions in "${folder}"`, {
      hint: 'name a checkout of chisel-releases for the release of the image',
    });
  }
  return slices;
}

function listYamlFiles(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.yaml'))
      .toSorted(compareText)
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** `essential` of the package comes with each of its slices. */
function parseSlices(document: unknown): readonly PackageSlice[] {
  const name = isRecord(document) ? getText(document, 'package') : '';
  if (!isRecord(document) || name === '') {
    return [];
  }
  const common = getTexts(document, 'essential');
  return Object.entries(getRecord(document, 'slices') ?? {}).flatMap(([slice, value]) => {
    const entry = isRecord(value) ? value : {};
    return [
      {
        name: `${name}_${slice}`,
        essential: [...common, ...getTexts(entry, 'essential')].filter(
          (one) => one !== `${name}_${slice}`,
        ),
        contents: Object.keys(getRecord(entry, 'contents') ?? {}),
      },
    ];
  });
}
