/**
 * Limits on hostile archives. Every one is far above what ordinary distributions need, and each names its reason.
 * Sizes are bytes.
 */

/** Entries of one archive. The largest ordinary wheels hold some 30,000; each entry costs the reader about 300 bytes. */
export const MAX_ENTRIES = 200_000;

/** Size of a zip central directory; it is the one structure that is held in memory whole. */
export const MAX_CENTRAL_DIRECTORY = 48 * 1024 * 1024;

/** Everything unpacked. The largest ordinary wheels unpack to about 5 GiB; more would only burn the CPU limit. */
export const MAX_UNPACKED = 10 * 1024 ** 3;

/** Unpacked size below which no ratio is looked at: small archives of zeros are common in test data. */
export const RATIO_FREE = 64 * 1024 * 1024;

/** Unpacked against packed size. Text compresses 10:1, sparse tables 50:1; DEFLATE can reach 1,032:1. */
export const MAX_RATIO = 120;

/** Bytes of one path. Linux stops at 4,096 (PATH_MAX), and the place it is installed to needs some of them. */
export const MAX_NAME = 2048;

/** Bytes of one path segment (NAME_MAX on Linux). */
export const MAX_SEGMENT = 255;

/** Folders inside one another; unpackers recurse. */
export const MAX_DEPTH = 64;

/** `METADATA`, `PKG-INFO` and `WHEEL`: long descriptions reach about 1 MiB. It is held in memory and served. */
export const MAX_METADATA = 4 * 1024 * 1024;

/** `RECORD` is held in memory to be compared: 200,000 lines of 160 bytes. */
export const MAX_RECORD = 32 * 1024 * 1024;

/** Extended headers of one tar entry (pax, GNU long names): names and times, never content. */
export const MAX_TAR_EXTENSION = 1024 * 1024;

/** Optional fields of a gzip header (file name, comment) together. */
export const MAX_GZIP_HEADER = 64 * 1024;

/** Problems that are reported for one archive; the first ones decide, and output must stay bounded. */
export const MAX_PROBLEMS = 100;
