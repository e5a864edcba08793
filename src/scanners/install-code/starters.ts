/** The functions that start a program by a command, in Python, JavaScript and R: a pattern up to the opening bracket. */
export const STARTER =
  '\\b(?:system2?|popen|Popen|run|call|check_call|check_output|exec(?:Sync|File|FileSync)?|spawn(?:Sync)?)\\(';

/** Their names as words. */
export const STARTER_NAMES =
  'system system2 popen Popen run call check_call check_output exec execSync execFile execFileSync spawn spawnSync';
