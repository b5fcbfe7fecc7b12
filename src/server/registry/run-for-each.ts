/** Requests to a registry at the same time. */
const CONCURRENCY = 8;

/** Works on all items, several at the same time; ends at the first error. */
export async function runForEach<Item>(
  items: Iterable<Item>,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = [...items].values();
  const runRest = async (): Promise<void> => {
    for (const item of queue) {
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, runRest));
}
