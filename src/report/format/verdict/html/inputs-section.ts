import type { VerdictReport } from '../../../../foundation/core/verdict-format.ts';
import {
  createColumnHead,
  type Markup,
  markup,
  startTable,
} from '../../../../foundation/present/markup.ts';

/** Lists the inputs with their digests, and the commands that replay and verify the verdict. */
export function createInputsSection({ assessment, verdict, command }: VerdictReport): Markup {
  const { target } = assessment;
  const images: readonly [string, string][] =
    target.kind === 'image'
      ? [
          ['image manifest', target.manifestDigest],
          ['image ID', target.imageId],
        ]
      : [];
  const rows: readonly [string, string][] = [
    ...images,
    ...Object.entries(verdict.inputs ?? {}).map(([name, digest]): [string, string] => [
      name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
      String(digest),
    ]),
    ...verdict.policies.map(({ name, version, source, digest }): [string, string] => [
      `${name} ${version} (${source})`,
      digest,
    ]),
    ['this verdict', verdict.proof ?? ''],
  ];
  const heads = ['Input', 'Digest'].map((title) => createColumnHead(title));
  const list = rows.map(
    ([name, digest]) =>
      markup`<tr><th scope="row">${name}</th><td class="digest">${digest}</td></tr>`,
  );
  return markup`<section id="inputs"><h2>Inputs and replay</h2>${startTable('Inputs', 'input-table', heads)}<tbody>${list}</tbody></table></div><p>Save the verdict, and replay it later: the same bytes, or the name of the input that differs.</p><pre>${command} -o json=verdict.json
${command} --replay verdict.json</pre></section>`;
}
