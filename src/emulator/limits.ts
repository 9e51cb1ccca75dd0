/** Most bytes of a video in `media_space`: 30 MB. */
export const MAX_MEDIA_SPACE_VIDEO = 31_457_280;
/** Bytes of every part but the last in `media_space`. */
export const MEDIA_SPACE_PART_SIZE = 4_194_304;
/** Most bytes of a video in `media`: 1 GB. */
export const MAX_MEDIA_VIDEO = 1_073_741_824;
/** Bytes of every part but the last in `media`, unless the emulator is told otherwise. */
export const DEFAULT_MEDIA_PART_SIZE = 10_485_760;
/** Most bytes of an image: 10 MB. */
export const MAX_IMAGE = 10_485_760;
/** Seconds for which a signed request may be used. */
export const TIMESTAMP_WINDOW = 300;
