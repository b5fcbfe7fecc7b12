import type { Cpe } from '../../../foundation/core/package.ts';

const FAMILIES = [
  { framework: 'microsoft.aspnetcore.app', product: () => 'asp.net_core' },
  {
    framework: 'microsoft.netcore.app',
    product: (major: number) => (major < 5 ? '.net_core' : '.net'),
  },
] as const;

/**
 * Returns the CPEs under which NVD publishes the vulnerabilities of a shared framework. Packages
 * that contain one, such as `runtimepack.Microsoft.NETCore.App.Runtime.linux-x64`, have different
 * names.
 */
export function listRuntimeCpes(name: string, version: string): readonly Cpe[] {
  const numbers = version.split('.');
  const family = FAMILIES.find(({ framework }) => isOfFramework(name.toLowerCase(), framework));
  if (family === undefined || numbers.some((number) => !/^\d{1,9}$/.test(number))) {
    return [];
  }
  const [major = 0, minor = 0, ...others] = numbers.map(Number);
  const text = [major, minor, ...others].join('.');
  const product = family.product(major);
  return [{ cpe: `cpe:2.3:a:microsoft:${product}:${text}:*:*:*:*:*:*:*`, source: 'declared' }];
}

function isOfFramework(name: string, framework: string): boolean {
  return (
    name === framework ||
    name.startsWith(`${framework}.runtime`) ||
    name.startsWith(`runtimepack.${framework}.runtime`) ||
    (name.startsWith('runtime') && name.endsWith(framework))
  );
}
