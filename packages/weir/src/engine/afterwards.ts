/** Runs `work`, and then `tidy`, whatever became of it. What went wrong first is told: that the disk is full, not that an
 *  engine which gave up over it cannot be tidied up.
 *  @throws what `work` throws, or else what `tidy` does */
export async function afterwards<Result>(work: () => Promise<Result>, tidy: () => Promise<unknown>): Promise<Result> {
  const result = await work().catch(async (error: unknown) => {
    await tidy().catch(() => undefined);
    throw error;
  });
  await tidy();
  return result;
}
