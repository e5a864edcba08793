/**
 * The program that tries a release, run by the machine's Python inside a cage. It prints one line of JSON for each step
 * that ended, so that what is known outlives a step that has to be ended from outside.
 *
 * It hides itself from the code it starts (PR_SET_DUMPABLE, prctl(2)) and ends everything that a step left behind
 * before the next begins. A release can still lie about its own tests: they are its own words.
 */
export const TRIAL_DRIVER = String.raw`
import ctypes, importlib.util, json, os, re, signal, struct, subprocess, sys, tarfile, time, zipfile
plan = json.loads(sys.argv[1])
ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)
PYTHON, SOURCE = "/tmp/env/bin/python", "/tmp/source"
# What "pip --python" starts in the other interpreter: pip's own way of seeing that environment and nothing of this one.
PIP = [PYTHON, "-I", os.path.join(os.path.dirname(importlib.util.find_spec("pip").origin), "__pip-runner__.py"),
       "--isolated", "--disable-pip-version-check", "--no-input", "--no-color"]
NO_TESTS = {"tests", "test", "testing", "conftest", "setup", "docs", "doc", "examples", "example", "benchmarks"}

def say(step, **said):
    sys.stdout.write(json.dumps({"step": step, **said}) + "\n")
    sys.stdout.flush()

def end_the_rest():
    try:
        os.kill(-1, signal.SIGKILL)
    except OSError:
        pass

def run(command, seconds, cwd="/tmp"):
    """Exit code (None at the time limit) and the last of what was printed."""
    with open("/tmp/.said", "w+b") as said:
        child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, cwd=cwd,
                                 env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}, start_new_session=True)
        try:
            code = child.wait(max(0.1, seconds))
        except subprocess.TimeoutExpired:
            code = None
        end_the_rest()
        child.wait()
        said.seek(max(0, said.seek(0, 2) - 65536))
        return code, said.read().decode("utf-8", "replace")

def last_line(text):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][-500:] if lines else ""

def warnings_in(text):
    return [line.strip()[:300] for line in text.splitlines() if re.search(r"warning", line, re.I)][:5]

def fold(name):
    return re.sub(r"[-_.]+", "-", name).lower()

def install():
    import venv
    venv.EnvBuilder(symlinks=True).create("/tmp/env")
    command = [*PIP, "install", "--no-index", "--no-cache-dir", "--no-compile", "--find-links", "/candidates",
               *plan["pipOptions"], "--report", "/tmp/report.json", plan["requirement"]]
    code, said = run(command, plan["seconds"]["install"])
    if code is None:
        return say("install", status="ended-at-limit", limit="time", last=last_line(said))
    if code != 0:
        wrong = [line for line in said.splitlines() if line.startswith("ERROR")]
        return say("install", status="refused", last=last_line("\n".join(wrong) or said))
    with open("/tmp/report.json") as file:
        report = json.load(file)
    releases = [{"name": fold(one["metadata"]["name"]), "version": one["metadata"]["version"]} for one in report["install"]]
    say("install", status="installed", releases=releases, warnings=warnings_in(said))
    return True

def site_packages():
    return subprocess.check_output([PYTHON, "-I", "-c", "import sysconfig; print(sysconfig.get_path('platlib'))"], text=True).strip()

def files_under(folder):
    for at, _, names in os.walk(folder):
        for name in names:
            yield os.path.join(at, name)

def loader_of(program):
    """The path in the PT_INTERP header of a 64-bit ELF file (elf(5))."""
    with open(program, "rb") as file:
        head = file.read(64)
        if head[:5] != b"\x7fELF\x02":
            return None
        order = "<" if head[5] == 1 else ">"
        start, = struct.unpack_from(order + "Q", head, 32)
        size, count = struct.unpack_from(order + "HH", head, 54)
        for index in range(count):
            file.seek(start + index * size)
            kind, _, offset, _, _, length = struct.unpack(order + "IIQQQQ", file.read(40))
            if kind == 3:
                file.seek(offset)
                return file.read(length).rstrip(b"\0").decode()

def libraries(site):
    """Asks the system's own loader what each compiled file needs (ld.so(8)): it knows run paths and its cache."""
    loader = loader_of(os.path.realpath(sys.executable))
    compiled = [path for path in files_under(site) if re.search(r"[.]so([.][0-9]+)*$", path)]
    held = {os.path.basename(path) for path in compiled}
    missing, until = [], time.monotonic() + plan["seconds"]["libraries"]
    checked = 0
    for path in compiled if loader else []:
        if time.monotonic() > until or len(missing) >= 50:
            break
        try:
            said = subprocess.run([loader, path], capture_output=True, text=True, timeout=10,
                                  env={**os.environ, "LD_TRACE_LOADED_OBJECTS": "1"}).stdout
        except subprocess.TimeoutExpired:
            continue
        checked += 1
        for library in re.findall(r"^\s*(\S+) => not found", said, re.M):
            if library not in held:
                missing.append({"file": os.path.relpath(path, site), "library": library})
    say("libraries", missing=missing, checked=checked, compiled=len(compiled) if loader else 0)

def installed_files(site):
    for entry in sorted(os.listdir(site)):
        if not entry.endswith(".dist-info"):
            continue
        with open(os.path.join(site, entry, "METADATA"), encoding="utf-8", errors="replace") as file:
            name = next((line[5:].strip() for line in file if line.lower().startswith("name:")), "")
        if fold(name) == plan["name"]:
            import csv
            with open(os.path.join(site, entry, "RECORD"), newline="", encoding="utf-8") as file:
                return [row[0] for row in csv.reader(file) if row]
    return []

def modules_of(files):
    """Top-level modules; of a namespace package, which has no code of its own, what is one level below."""
    code = [path.split("/") for path in sorted(files) if re.search(r"[.](py|so|pyd)$", path) and not path.startswith((".", "/"))]
    found = []
    for parts in code:
        # "numpy.libs" beside "numpy": system libraries that were packed along, no package.
        if len(parts) > 1 and "." in parts[0]:
            continue
        name = parts[0].split(".")[0] if len(parts) == 1 else parts[0]
        if len(parts) > 1 and [parts[0], "__init__.py"] not in code and len(parts) > 2:
            name = parts[0] + "." + parts[1]
        whole = all(part.isidentifier() and not part.startswith("__") for part in name.split("."))
        if whole and name not in found and name.split(".")[0] not in NO_TESTS:
            found.append(name)
    return found[: plan["mostModules"]]

def imports(files):
    until = time.monotonic() + plan["seconds"]["imports"]
    modules, warnings = [], []
    for name in modules_of(files):
        left = min(plan["seconds"]["oneImport"], until - time.monotonic())
        code, said = run([PYTHON, "-I", "-c", "import importlib, sys; importlib.import_module(sys.argv[1])", name], left)
        warnings += warnings_in(said)
        if code is None:
            return say("imports", status="ended-at-limit", limit="time", last="import " + name)
        error = None if code == 0 else last_line(said) or ("ended by signal %d" % -code if code < 0 else "exit code %d" % code)
        modules.append({"name": name, "error": error})
    say("imports", status="imported", modules=modules, warnings=warnings[:5])

def unpack_source():
    """The folder of the source distribution, or None."""
    path = plan["source"]
    if path is None:
        return None
    if path.endswith(".zip"):
        zipfile.ZipFile(path).extractall(SOURCE)
    else:
        with tarfile.open(path) as archive:
            members = [one for one in archive if one.isfile() or one.isdir()]
            archive.extractall(SOURCE, members, **({"filter": "data"} if hasattr(tarfile, "data_filter") else {}))
    folders = os.listdir(SOURCE)
    return os.path.join(SOURCE, folders[0]) if len(folders) == 1 else SOURCE

def is_test(path):
    return re.search(r"(^|/)(test_[^/]*|[^/]*_test)[.]py$", path) is not None

def find_tests(site, files):
    """Working folder and paths of the tests; what they test is what was installed, never the source beside them."""
    import shutil
    root = unpack_source()
    tops = {path.split("/")[0] for path in files if not path.startswith(".") and ".dist-info/" not in path}
    if root is not None:
        paths = [name for name in ("tests", "test") if any(map(is_test, files_under(os.path.join(root, name))))]
        paths = paths or sorted(name for name in os.listdir(root) if is_test(name))
        if paths:
            for name in {"src", *tops} - {"tests", "test", *paths}:
                at = os.path.join(root, name)
                shutil.rmtree(at, ignore_errors=True) if os.path.isdir(at) else os.path.exists(at) and os.remove(at)
            return root, paths
        for base in (root, os.path.join(root, "src")):
            for path in list(files_under(base)):
                inside = os.path.relpath(path, base)
                if inside.split("/")[0] in tops and re.search(r"/tests?/", inside) and not os.path.exists(os.path.join(site, inside)):
                    os.makedirs(os.path.dirname(os.path.join(site, inside)), exist_ok=True)
                    shutil.copy(path, os.path.join(site, inside))
    within = {path[: match.end() - 1] for top in sorted(tops) for path in (os.path.relpath(each, site) for each in files_under(os.path.join(site, top)))
              if is_test(path) for match in [re.search(r"(^|/)tests?/", path)] if match}
    return site, sorted(within)

def add_tools(site):
    """Tools of the operator come after everything of the tree, so that they stand in for nothing of it; what is wrong with them, or ""."""
    try:
        wheels = [os.path.join("/tools", name) for name in sorted(os.listdir("/tools")) if name.endswith(".whl")]
    except FileNotFoundError:
        return ""
    except PermissionError:
        return "; the folder of test tools cannot be read by others than its owner"
    if not wheels:
        return "; the folder of test tools holds no wheels"
    command = [*PIP, "install", "--no-index", "--no-deps", "--no-compile", "--target", "/tmp/tools", *wheels]
    code, said = run(command, plan["seconds"]["install"])
    if code != 0:
        return "; the test tools cannot be installed: " + last_line(said)
    with open(os.path.join(site, "zzzz-tools.pth"), "w") as file:
        file.write("/tmp/tools\n")
    return ""

UNITTEST = """
import json, os, re, sys, unittest
suite, loader = unittest.TestSuite(), unittest.TestLoader()
for path in sys.argv[1:]:
    if os.path.isdir(path):
        package = os.path.exists(os.path.join(path, "__init__.py"))
        for pattern in ("test_*.py", "*_test.py"):
            suite.addTests(loader.discover(path, pattern, "." if package else path))
    else:
        sys.path.insert(0, ".")
        suite.addTests(loader.loadTestsFromName(path[:-3]))
result = unittest.TextTestRunner(stream=sys.stdout).run(suite)
bad = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
unread = [re.search("ModuleNotFoundError: No module named '([^'.]+)", text) for test, text in result.errors if type(test).__name__ == "_FailedTest"]
missing = [match[1] for match in unread if match]
json.dump([result.testsRun - bad - len(result.skipped), bad, len(result.skipped), missing], open("/tmp/counts.json", "w"))
sys.exit(bad > 0)
"""

def unittest_counts(site):
    """As junit_counts; a file that could not be read for want of a module is skipped where others were run."""
    passed, failed, skipped, missing = json.load(open("/tmp/counts.json"))
    held = {name.split(".")[0] for name in os.listdir(site)}
    absent = [name for name in missing if name not in held]
    if passed == 0 and len(absent) == failed:
        return [passed, failed, skipped, absent]
    return [passed, failed - len(absent), skipped + len(absent), []]

def junit_counts(site):
    """Passed, failed, skipped, and the modules for want of which files of tests could not even be read."""
    import xml.etree.ElementTree
    cases = list(xml.etree.ElementTree.parse("/tmp/junit.xml").getroot().iter("testcase"))
    bad = [case for case in cases if case.find("failure") is not None or case.find("error") is not None]
    # A fixture of a plug-in that is not there: that test was not run, which is no failure of what it tests.
    unready = [case for case in bad if case.find("error") is not None and re.search(r"fixture '[^']+' not found", case.find("error").text or "")]
    bad = [case for case in bad if case not in unready]
    skipped = len(unready) + len([case for case in cases if case not in [*bad, *unready] and case.find("skipped") is not None])
    held = {name.split(".")[0] for name in os.listdir(site)}
    missing = []
    for case in bad:
        error = case.find("error")
        match = re.search(r"ModuleNotFoundError: No module named '([^'.]+)", error.text or "") if error is not None else None
        if match and match[1] not in held and error.get("message") == "collection failure":
            missing.append(match[1])
    return [len(cases) - len(bad) - skipped, len(bad), skipped, missing if len(missing) == len(bad) else []]

def tests(site, files):
    cwd, paths = find_tests(site, files)
    if not paths:
        where = "neither the source distribution nor what is installed carries tests" if plan["source"] else plan["noSource"]
        return say("tests", status="none", reason=where)
    fault = add_tools(site)
    has_pytest = run([PYTHON, "-I", "-c", "import importlib.util, sys; sys.exit(importlib.util.find_spec('pytest') is None)"], 60)[0] == 0
    texts = [open(each, encoding="utf-8", errors="replace").read() for path in paths
             for each in ([os.path.join(cwd, path)] if path.endswith(".py") else files_under(os.path.join(cwd, path))) if each.endswith(".py")]
    needs_pytest = any(re.search(r"^\s*(import|from)\s+pytest\b", text, re.M) for text in texts) or not any("unittest" in text for text in texts)
    if needs_pytest and not has_pytest:
        return say("tests", status="not-runnable", reason="its tests need pytest, which is neither in its tree nor in the folder of test tools" + fault)
    if has_pytest:
        command = [PYTHON, "-m", "pytest", "-q", "--tb=line", "-p", "no:cacheprovider", "-o", "addopts=", "--junitxml", "/tmp/junit.xml", *paths]
    else:
        command = [PYTHON, "-c", UNITTEST, *paths]
    begun = time.monotonic()
    code, said = run(command, plan["seconds"]["tests"], cwd)
    if code is None:
        return say("tests", status="ended-at-limit", limit="time", last=last_line(said))
    try:
        passed, failed, skipped, missing = junit_counts(site) if has_pytest else unittest_counts(site)
    except Exception:
        absent = re.search(r"ModuleNotFoundError: No module named '([^'.]+)", last_line(said))
        if absent and absent[1] not in {name.split(".")[0] for name in os.listdir(site)}:
            return say("tests", status="not-runnable", reason="its tests need " + absent[1] + ", which is neither in its tree nor in the folder of test tools" + fault)
        return say("tests", status="not-runnable", reason="its test run ended without a result: " + (last_line(said) or "exit code %d" % code))
    if missing:
        names = ", ".join(sorted(set(missing))[:5])
        return say("tests", status="not-runnable", reason="its tests need " + names + ", which is neither in its tree nor in the folder of test tools" + fault)
    if passed + failed + skipped == 0:
        return say("tests", status="none", reason="its files of tests hold none that " + ("pytest" if has_pytest else "unittest") + " finds")
    say("tests", status="ran", runner="pytest" if has_pytest else "unittest", passed=passed, failed=failed, skipped=skipped,
        last=last_line(said), seconds=round(time.monotonic() - begun, 1))

if install():
    site = site_packages()
    files = installed_files(site)
    libraries(site)
    imports(files)
    tests(site, files)
`;
