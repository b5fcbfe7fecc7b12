export interface GgufTensor {
  readonly name: string;
  readonly type: number;
  readonly elements: number;
}

/** `general.file_type` by number: format of most tensors. GGUF specification; llama.cpp. */
const FILE_TYPES = [
  'F32 F16 Q4_0 Q4_1 Q4_1_SOME_F16 Q4_2 Q4_3 Q8_0 Q5_0 Q5_1 Q2_K Q3_K_S Q3_K_M Q3_K_L Q4_K_S',
  'Q4_K_M Q5_K_S Q5_K_M Q6_K IQ2_XXS IQ2_XS Q2_K_S IQ3_XS IQ3_XXS IQ1_S IQ4_NL IQ3_S IQ3_M IQ2_S',
  'IQ2_M IQ4_XS IQ1_M BF16 Q4_0_4_4 Q4_0_4_8 Q4_0_8_8 TQ1_0 TQ2_0 MXFP4',
]
  .join(' ')
  .split(' ');

/** Tensor types by number. ggml, `enum ggml_type`. */
const TENSOR_TYPES = [
  'F32 F16 Q4_0 Q4_1 Q4_2 Q4_3 Q5_0 Q5_1 Q8_0 Q8_1 Q2_K Q3_K Q4_K Q5_K Q6_K Q8_K IQ2_XXS IQ2_XS',
  'IQ3_XXS IQ1_S IQ4_NL IQ3_S IQ2_S IQ4_XS I8 I16 I32 I64 F64 IQ1_M BF16 Q4_0_4_4 Q4_0_4_8',
  'Q4_0_8_8 TQ1_0 TQ2_0 IQ4_NL_4_4 IQ4_NL_4_8 IQ4_NL_8_8 MXFP4',
]
  .join(' ')
  .split(' ');

const UNKNOWN = 'Unknown';
const EMBEDDING = 'token_embd.weight';

/** Types of an embedding with more bits, by the name of the mix. */
const LARGE_EMBEDDINGS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    Q4_0: ['Q8_0', 'Q5_0', 'Q5_1'],
    Q4_1: ['Q8_0', 'Q5_0', 'Q5_1'],
    Q5_0: ['Q8_0'],
    Q5_1: ['Q8_0'],
    Q2_K: ['Q8_0', 'Q4_K'],
    Q3_K_M: ['Q8_0'],
    Q4_K_M: ['Q8_0'],
    Q5_K_M: ['Q8_0'],
    Q6_K: ['Q8_0'],
  }),
);

/** Returns the quantization of a model: the declared one, else that of most of its tensors. */
export function detectQuantization(
  fileType: unknown,
  tensors: readonly GgufTensor[],
  architecture: string,
): string {
  const name =
    typeof fileType === 'number'
      ? (FILE_TYPES[fileType] ?? UNKNOWN)
      : guessQuantization(tensors.filter(({ name: tensor }) => isTelling(tensor, architecture)));
  const embedding = tensors.find((tensor) => tensor.name === EMBEDDING);
  const embeddingType = embedding && TENSOR_TYPES[embedding.type];
  return embeddingType !== undefined && LARGE_EMBEDDINGS.get(name)?.includes(embeddingType)
    ? `${name.replace(/_M$/, '')}_L`
    : name;
}

/** Whether a tensor contains weights; others have full precision in every mix. */
function isTelling(name: string, architecture: string): boolean {
  return (
    name.endsWith('.weight') ||
    (architecture !== 'diffusion' &&
      (name.startsWith('token_embd') || name.startsWith('blk.') || name.includes('_norm')))
  );
}

function guessQuantization(tensors: readonly GgufTensor[]): string {
  const counts = new Map<string, number>();
  for (const { type } of tensors) {
    const name = TENSOR_TYPES[type] ?? UNKNOWN;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const byCount = [...counts].sort(([, left], [, right]) => right - left).map(([name]) => name);
  const [first = UNKNOWN, second] = byCount;
  const most = first === 'F32' && second !== undefined ? second : first;
  const hasSeveral = (name: string): boolean => (counts.get(name) ?? 0) > 1;
  switch (most) {
    case 'Q2_K':
      return byCount.at(-1) === 'Q5_K' ? 'Q2_K_S' : 'Q2_K';
    case 'Q3_K':
      if (counts.has('Q8_0') || (hasSeveral('Q5_K') && !counts.has('Q4_K'))) {
        return 'Q3_K_L';
      }
      return hasSeveral('Q4_K') ? 'Q3_K_M' : 'Q3_K_S';
    case 'Q4_K':
      if (hasSeveral('Q6_K')) {
        return 'Q4_K_M';
      }
      return hasSeveral('Q3_K') ? 'Q3_K_M' : 'Q4_K_S';
    case 'Q5_K':
      return hasSeveral('Q6_K') ? 'Q5_K_M' : 'Q5_K_S';
    case 'IQ2_XS':
      return hasSeveral('IQ4_XS') ? 'IQ2_S' : 'IQ2_XS';
    case 'IQ2_S':
      return 'IQ2_M';
    case 'IQ3_S':
      return hasSeveral('IQ3_XXS') ? 'IQ3_XS' : 'IQ3_S';
    default:
      return FILE_TYPES.includes(most) ? most : UNKNOWN;
  }
}
