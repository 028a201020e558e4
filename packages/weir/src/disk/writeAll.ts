/** Writes parts to a file, one after the other. A write may take less than it is given, as where the disk fills up: what is
 *  left is written by the next one, which says why. No more parts than the system takes in one call (1,024 on Linux). */
export async function writeAll(
  file: { writev(parts: readonly Uint8Array[]): Promise<{ readonly bytesWritten: number }> },
  parts: readonly Uint8Array[],
): Promise<void> {
  for (let left = behind(parts, 0); left.length > 0; ) {
    const { bytesWritten } = await file.writev(left);
    if (bytesWritten === 0) throw new Error('nothing was written, and no reason was given');
    left = behind(left, bytesWritten);
  }
}

/** What is left of some parts behind so many bytes. */
function behind(parts: readonly Uint8Array[], bytes: number): Uint8Array[] {
  let before = bytes;
  return parts.flatMap((part) => {
    const rest = part.subarray(Math.min(before, part.length));
    before -= part.length - rest.length;
    return rest.length > 0 ? [rest] : [];
  });
}
