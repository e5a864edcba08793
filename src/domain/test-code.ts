/** What test code goes by: the names that test runners collect. */

/** A folder of this name is test code by itself. */
const TEST_FOLDER = /^(?:tests|__tests__)$/i;
/** A folder of this name may be a feature (`django/test`): only test files in it make it test code. */
const MAYBE_TEST_FOLDER = /^(?:test|testing|unittests?)$/i;
/** What test runners collect: pytest and unittest, testthat, and the usual JavaScript ones. */
const TEST_FILE =
  /^(?:test_[^/]*[.]py|[^/]*_tests?[.]py|conftest[.]py|test-[^/]*[.][rR]|[^/]*[.](?:test|spec)[.][cm]?[jt]sx?)$/;
/** Python's own convention alone: `ab_test.py` may be a feature. */
const SURELY_TEST_FILE = /^(?:test_[^/]*[.]py|conftest[.]py)$/;

/** Whether a test runner would collect a file of this name. */
export function isTestFile(name: string): boolean {
  return TEST_FILE.test(name);
}

/** The outermost folder above a path that may hold test code, and whether its name alone says so. */
export function testFolderOf(path: string): { readonly folder: string; readonly certain: boolean } | undefined {
  const segments = path.split('/').slice(0, -1);
  const at = segments.findIndex((segment) => TEST_FOLDER.test(segment) || MAYBE_TEST_FOLDER.test(segment));
  if (at === -1) return undefined;
  return { folder: segments.slice(0, at + 1).join('/'), certain: TEST_FOLDER.test(segments[at] ?? '') };
}

/**
 * Whether a file is test code beyond doubt: it lies in a folder called `tests`, or is named as only tests are. Less than
 * what is reported: what is taken away must be missed by nobody.
 */
export function isSurelyTestCode(path: string): boolean {
  const segments = path.split('/');
  const name = segments.pop() ?? '';
  return segments.some((segment) => TEST_FOLDER.test(segment)) || SURELY_TEST_FILE.test(name);
}
