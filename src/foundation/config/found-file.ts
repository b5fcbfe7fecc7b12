/** Reports that a configuration file was found and is used, with the keys that it sets. */
export function describeUse(path: string, keys: readonly string[]): string {
  const what = keys.length === 0 ? 'nothing is set' : keys.join(', ');
  return `using ${path} from the working directory: ${what}`;
}

export function describeSkipped(path: string): string {
  return `${path} is part of the target and was ignored; if you trust it: --config ${path}`;
}
