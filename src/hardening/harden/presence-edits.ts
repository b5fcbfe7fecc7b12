import type { EditInput } from './edit-input.ts';
import { sumStoredBytes } from './prediction.ts';
import type { PlannedEdit, Prediction } from './removal-plan.ts';

/** Documents that no program reads; texts of licenses stay. */
export const DOCUMENTATION =
  /^\/usr\/(?:local\/)?share\/(?:man|info|lintian|bug|gtk-doc)\/|^\/usr\/(?:local\/)?share\/doc\/(?!.*copyright$)/;

/** Files that package managers and programs create again. */
export const CACHES =
  /^\/var\/cache\/|^\/var\/lib\/apt\/lists\/|^\/var\/log\/(?:apt|dpkg|alternatives)|^\/root\/\.(?:cache|npm)\/|^\/(?:var\/)?tmp\//;

/** Returns the edits that do not depend on the programs that the image starts. */
export function listPresenceEdits(input: EditInput): readonly PlannedEdit[] {
  const { files } = input;
  const paths = files.listFiles().map(({ path }) => path);
  return [
    ...createEdit(
      { id: 'drop-documentation', kind: 'drop-documentation', title: 'drop documentation' },
      paths.filter((path) => DOCUMENTATION.test(path)),
      input,
    ),
    ...createEdit(
      { id: 'drop-caches', kind: 'drop-caches', title: 'drop caches' },
      paths.filter((path) => CACHES.test(path) && !DOCUMENTATION.test(path)),
      input,
    ),
    ...createHiddenEdit(input),
  ];
}

function createEdit(
  head: Pick<PlannedEdit, 'id' | 'kind' | 'title'>,
  paths: readonly string[],
  { predictor }: EditInput,
): readonly PlannedEdit[] {
  return paths.length === 0
    ? []
    : [{ ...createPresenceEdit(head, paths, predictor.computeLoss(paths)) }];
}

function createPresenceEdit(
  head: Pick<PlannedEdit, 'id' | 'kind' | 'title'>,
  subjects: readonly string[],
  predicted: Prediction,
): PlannedEdit {
  return {
    ...head,
    subjects,
    because: [],
    breaks: 'none',
    why: 'no program reads it',
    bets: [],
    predicted,
    commands: [],
    needs: [],
  };
}

/** A file that n layers contain is stored n times, and n − 1 of them are never seen. */
function createHiddenEdit({ inventory, files, predictor }: EditInput): readonly PlannedEdit[] {
  const stored = inventory.layerBytes.reduce((sum, bytes) => sum + bytes, 0);
  const hidden = stored - sumStoredBytes(files);
  return hidden <= 0 || inventory.layerBytes.length < 2
    ? []
    : [
        createPresenceEdit(
          {
            id: 'drop-hidden-bytes',
            kind: 'drop-hidden-bytes',
            title: `squash ${inventory.layerBytes.length} layers: later ones hide these bytes`,
          },
          [],
          { ...predictor.computeLoss([]), bytes: hidden },
        ),
      ];
}
