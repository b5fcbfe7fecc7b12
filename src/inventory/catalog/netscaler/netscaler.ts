import { posix } from 'node:path';
import { readText } from '../../../foundation/core/bytes.ts';
import type {
  Assembly,
  AssemblyInput,
  Cataloger,
  Extraction,
  VisibleFact,
  WantedFile,
} from '../../../foundation/core/cataloger.ts';
import { createLocation } from '../../../foundation/core/location.ts';
import type { Package } from '../../../foundation/core/package.ts';
import { ANY_CPE, formatCpe, toCpeValue } from '../../../foundation/identity/cpe-name/cpe.ts';
import { writePurl } from '../../../foundation/identity/purl/purl.ts';

export interface NetscalerFact {
  readonly version: string;
}

const HEAD = { maxBytes: 'documentHeadBytesMax', isHeadOnly: true } as const;

/**
 * NetScaler (Citrix ADC), also as a container. Its settings and its boot loader name the build; if
 * they name several, each is listed, because the running one is unknown.
 */
export const netscaler: Cataloger<NetscalerFact> = {
  id: 'netscaler',
  alias: 'netscaler-cataloger',
  version: 1,
  title: 'NetScaler appliances',
  spec: 'https://docs.netscaler.com/en-us/citrix-adc/current-release/upgrade-downgrade-citrix-adc-appliance.html',
  tags: ['appliance', 'directory', 'image', 'installed', 'package'],
  can: { licenses: 'no', dependencies: 'no', ownedFiles: 'no' },
  wants: [
    { role: 'settings', paths: ['**/nsconfig/ns.conf', '**/nsversion'], ...HEAD },
    { role: 'loader', paths: ['**/boot/loader.conf', '**/flash/loader.conf'], ...HEAD },
    { role: 'kernel', paths: ['**/flash/ns-*.gz'], ...HEAD },
  ],
  extract,
  assemble,
};

/** `NS13.1 Build 59.21`, in settings after a `#`. */
const STATED = /^#?NS(\d{1,3}\.\d{1,3}) Build (\d{1,4}\.\d{1,4})/m;
/** `kernel="/ns-14.1-36.5"`, or the name of the kernel itself. */
const KERNEL = /(?:^|["'/])ns-(\d{1,3}\.\d{1,3})-(\d{1,4}\.\d{1,4})(?=["'\s]|\.gz|$)/m;

function extract({ role, path, content }: WantedFile): Extraction<NetscalerFact> {
  const text = role === 'kernel' ? posix.basename(path) : readText(content);
  const [, release, build] = STATED.exec(text) ?? KERNEL.exec(text) ?? [];
  return release === undefined ? {} : { fact: { version: `${release}-${build}` } };
}

function assemble({ facts }: AssemblyInput<NetscalerFact>): Assembly {
  const byVersion = Map.groupBy(facts, ({ fact }) => fact.version);
  return { packages: [...byVersion].map(([version, found]) => toNetscalerPackage(version, found)) };
}

function toNetscalerPackage(
  version: string,
  facts: readonly Pick<VisibleFact<NetscalerFact>, 'path' | 'layer'>[],
): Package {
  const product = {
    part: 'a',
    vendor: 'citrix',
    product: 'netscaler_application_delivery_controller',
  } as const;
  const cpe = formatCpe({ ...ANY_CPE, ...product, version: toCpeValue(version) ?? '' });
  return {
    name: 'netscaler',
    version,
    type: 'binary',
    language: '',
    purl: writePurl({ type: 'generic', name: 'netscaler', version }),
    foundBy: netscaler.id,
    rule: 'the build number in the NetScaler settings, boot loader or kernel',
    confidence: 0.8,
    locations: facts.map((visible) => createLocation(visible)),
    licenses: [],
    cpes: [{ cpe, source: 'dictionary' }],
    upstreams: [],
    ownedFiles: [],
  };
}
