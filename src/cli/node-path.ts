/** Returns the Node that runs this program, for a child process that runs a script. */
export function findNodePath(): string {
  return process.execPath;
}
