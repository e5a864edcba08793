/**
 * The program that tries a release of R, run by a shell inside a cage. R makes a repository of the candidate files, installs
 * them from it into a library of their own, attaches the release and runs its tests, each step in an R of its own; what a step
 * left running is ended before the next. What was said is kept by the shell, which runs nothing of the package, and said once
 * more at the end: whatever a package prints, the last word is this program's.
 *
 * Arguments: the package, Rscript, and the seconds of installing, attaching and testing.
 */
export const TRIAL_DRIVER = String.raw`
NAME=$1 RSCRIPT=$2 FOR_INSTALL=$3 FOR_IMPORT=$4 FOR_TESTS=$5
export NAME R_LIBS=/tmp/library R_LIBS_USER=/tmp/none R_LIBS_SITE=/tmp/none R_TESTS=
mkdir -p /tmp/library /tmp/repository/src/contrib /tmp/source
SAID=

say() {
  [ -z "$1" ] && return
  SAID="$SAID$1
"
  printf '%s\n' "$1"
}

# Seconds and a program; what it prints goes into a file. Ends with 124 at the time limit (timeout(1)).
try() {
  rm -f /tmp/.said
  timeout -s KILL "$1" "$RSCRIPT" --vanilla -e "$2" >/tmp/.said 2>&1 </dev/null
  CODE=$?
  [ "$CODE" = 137 ] && CODE=124
  # All but this shell.
  kill -9 -1 2>/dev/null
}

# Reads what a step left, loads nothing of any package, and prints one line. A package may have put a utils of its own
# into the library, so R is told of none but its own.
tell() {
  say "$(CODE=$CODE R_LIBS=/tmp/none timeout -s KILL 60 "$RSCRIPT" --vanilla -e "$COMMON" -e "$1" 2>/dev/null </dev/null)"
}

COMMON='
text <- function(x) {
  x <- gsub("[[:cntrl:]]", " ", iconv(x, "UTF-8", "UTF-8", sub = "?"))
  paste0("\"", gsub("\"", "\\\\\"", gsub("\\\\", "\\\\\\\\", substr(x, 1, 500))), "\"")
}
said <- if (file.exists("/tmp/.said")) readLines("/tmp/.said", n = 20000, warn = FALSE, skipNul = TRUE) else character()
said <- trimws(iconv(said, "UTF-8", "UTF-8", sub = "?"))
said <- said[said != ""]
fault <- function() {
  at <- grep("^(ERROR|Error)", said)[1]
  # R breaks long errors behind the colon, and gives the details below.
  more <- if (is.na(at) || !grepl(":$", said[at])) character() else utils::head(said[-seq_len(at)], 3)
  paste(c(if (is.na(at)) utils::tail(said, 1) else said[at], more), collapse = " ")
}
late <- Sys.getenv("CODE") == "124"
step <- function(name, members) cat(sprintf("{\"step\":\"%s\",%s}\n", name, members))
'

try "$FOR_INSTALL" '
files <- list.files("/candidates", full.names = TRUE)
invisible(file.symlink(files, file.path("/tmp/repository/src/contrib", basename(files))))
tools::write_PACKAGES("/tmp/repository/src/contrib", type = "source")
repos <- "file:///tmp/repository"
names <- rownames(available.packages(repos = repos, type = "source", filters = list()))
install.packages(names, lib = "/tmp/library", repos = repos, type = "source", dependencies = NA, Ncpus = 1)
'
tell '
there <- utils::installed.packages("/tmp/library", noCache = TRUE)
if (late) step("install", sprintf("\"status\":\"ended-at-limit\",\"limit\":\"time\",\"last\":%s", text(fault())))
if (!late && !(Sys.getenv("NAME") %in% rownames(there)))
  step("install", sprintf("\"status\":\"refused\",\"last\":%s", text(fault())))
if (!late && Sys.getenv("NAME") %in% rownames(there)) {
  releases <- sprintf("{\"name\":%s,\"version\":%s}", text(there[, "Package"]), text(there[, "Version"]))
  step("install", sprintf("\"status\":\"installed\",\"releases\":[%s],\"warnings\":[]", paste(releases, collapse = ",")))
}
'
case "$SAID" in
*'"status":"installed"'*)
  try "$FOR_IMPORT" 'library(Sys.getenv("NAME"), character.only = TRUE); quit("no", 0, FALSE)'
  tell '
name <- Sys.getenv("NAME")
if (late) step("imports", sprintf("\"status\":\"ended-at-limit\",\"limit\":\"time\",\"last\":%s", text(name)))
if (!late) {
  error <- if (Sys.getenv("CODE") == "0") "null" else text(fault())
  step("imports", sprintf("\"status\":\"imported\",\"modules\":[{\"name\":%s,\"error\":%s}],\"warnings\":[]", text(name), error))
}
'
  STARTED=$(date +%s)
  export STARTED
  try "$FOR_TESTS" '
name <- Sys.getenv("NAME")
package <- list.files("/candidates", pattern = paste0("^", gsub(".", "[.]", name, fixed = TRUE), "_[^_]*[.]tar[.]gz$"), full.names = TRUE)
utils::untar(package[1], exdir = "/tmp/source", tar = "internal")
tests <- file.path("/tmp/source", name, "tests")
if (dir.exists(tests)) {
  setwd(tests)
  # As R CMD check: every script of the folder, in an R of its own ("Writing R Extensions", 1.1.5).
  for (file in list.files(".", pattern = "[.][rR]$")) {
    out <- paste0(file, ".out")
    code <- system2(file.path(R.home("bin"), "R"), c("--vanilla", "--no-echo", paste0("--file=", shQuote(file))), stdout = out, stderr = out)
    cat(sprintf("TRIED %d %s\n", code, file))
  }
}
'
  tell '
ran <- grep("^TRIED [0-9]+ ", said, value = TRUE)
codes <- as.integer(sub("^TRIED ([0-9]+) .*", "\\1", ran))
files <- sub("^TRIED [0-9]+ ", "", ran)
folder <- file.path("/tmp/source", Sys.getenv("NAME"), "tests")
read <- function(file) {
  lines <- tryCatch(readLines(file.path(folder, paste0(file, ".out")), n = 100000, warn = FALSE, skipNul = TRUE), error = function(e) character())
  iconv(lines, "UTF-8", "UTF-8", sub = "?")
}
outputs <- lapply(files, read)
if (late) {
  step("tests", sprintf("\"status\":\"ended-at-limit\",\"limit\":\"time\",\"last\":%s", text(paste(utils::tail(files, 1), collapse = ""))))
} else if (length(files) == 0) {
  step("tests", "\"status\":\"none\",\"reason\":\"its source package carries no tests\"")
} else {
  lack <- unlist(lapply(outputs[codes != 0], function(lines)
    regmatches(lines, regexpr("there is no package called .[A-Za-z0-9.]+.", lines))))
  if (length(lack) > 0 && all(vapply(outputs[codes != 0], function(lines) any(grepl("there is no package called", lines)), TRUE))) {
    step("tests", sprintf("\"status\":\"not-runnable\",\"reason\":%s", text(paste("its tests were not run:", lack[1]))))
  } else {
    # testthat counts by itself; a plain script is one test.
    counts <- lapply(outputs, function(lines) utils::tail(grep("^\\[ FAIL [0-9]+ \\| WARN [0-9]+ \\| SKIP [0-9]+ \\| PASS [0-9]+ \\]", lines, value = TRUE), 1))
    counted <- lengths(counts) > 0
    number <- function(what) sum(as.integer(sub(paste0(".*", what, " ([0-9]+).*"), "\\1", unlist(counts))))
    failed <- sum(codes[!counted] != 0) + if (any(counted)) max(number("FAIL"), sum(codes[counted] != 0)) else 0
    passed <- sum(codes[!counted] == 0) + if (any(counted)) number("PASS") else 0
    skipped <- if (any(counted)) number("SKIP") else 0
    wrong <- unlist(lapply(outputs[codes != 0], function(lines) grep("^(Error|[^[:alnum:][:space:]]+ (Fail|Err))", lines, value = TRUE)))
    seconds <- as.integer(Sys.time()) - as.integer(Sys.getenv("STARTED"))
    step("tests", sprintf("\"status\":\"ran\",\"runner\":\"%s\",\"passed\":%d,\"failed\":%d,\"skipped\":%d,\"last\":%s,\"seconds\":%d",
      if (any(counted)) "testthat" else "scripts of R", as.integer(passed), as.integer(failed), as.integer(skipped),
      text(paste(utils::head(c(wrong, files[codes != 0]), 1), collapse = "")), seconds))
  }
}
'
  ;;
esac
printf '%s' "$SAID"
`;
