/** Creates an archive of ar(1) with these members. */
export function createAr(
  members: readonly { readonly name: string; readonly content: Uint8Array }[],
): Buffer {
  const parts = members.map(({ name, content }) => {
    const header = `${name.padEnd(16)}${'0'.padEnd(12)}0     0     100644  ${String(content.length).padEnd(10)}\`\n`;
    return Buffer.concat([Buffer.from(header), content, Buffer.alloc(content.length % 2, '\n')]);
  });
  return Buffer.concat([Buffer.from('!<arch>\n'), ...parts]);
}
