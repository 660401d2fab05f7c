/**
 * Most bytes to give to one write of a large file.
 *
 * Linux keeps what one write brings in a piece of memory as large as the write (large folios). The larger
 * the piece, the likelier it has to be taken from memory that a virtual machine gave back to its host and
 * now fetches again: writes of 2 MiB were measured to be up to seven times as dear as those of 64 KiB, whose
 * calls themselves cost little from a thread that may wait for them (docs/benchmarks.md).
 */
export const FILE_WRITE_BYTES: number = 64 * 1024;
