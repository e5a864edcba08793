/** Raise it when prints of the same code change: code is then printed anew, and old prints are compared with no more. */
export const PRINTER_VERSION = 1;
