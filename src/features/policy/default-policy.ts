/** The policy that a new home starts with. Operators edit the copy in their home; this text stays as it is. */
export const DEFAULT_POLICY = `# Policy of this Pratique. It says what is admitted, what people must look at, and what is refused.
# People decide; policy only says what they need for it. Try a change with: pratique policy test
version: 1

settings:
  # A release younger than this is looked at by people: most attacks are found within days.
  cool_down_days: 7
  # Wheels only: building a source distribution runs its code.
  allow_sdists: false
  # Installed, imported and tested in a cage, from the files of its tree alone: the root of a tree, every release of it
  # (tree), or nothing (off). Needs bubblewrap, and a target of the channel that is this machine.
  install_proof: root
  # Offer wheels as they are (off), or made anew without their test code (without-tests): other files with other hashes.
  derived_wheels: off
  # Without fresh, completed evidence of these checks nothing is admitted: they work on every home, once advisories are
  # imported. A check that is not named here and could not be made is shown to reviewers as such, and stops nothing:
  # "lookalike" and "popularity" need an imported popularity list (pratique feed import popularity <file>). Name
  # "lookalike" here once you have one, so that nothing is admitted on a list that went stale.
  required_checks: [vulnerabilities, archive, integrity]
  # Checks of what is inside files. A release whose files make one of them fail is not admitted either: whoever made the
  # files could have meant it. Where one does not apply (no rules imported), it stops nothing.
  must_not_fail: [install-code, capabilities, opaque-data, secrets, known-malicious, yara]
  # Hours after which imported feeds no longer count.
  stale_after_hours:
    advisories: 168
    popularity: 2160
    # Lists of exploited flaws (kev) and of exploit chances (epss).
    exploitation: 720
    # Whom to believe about attestations (trust-root). Its keys change a few times a year, and are named before their use.
    trust_root: 4320
    # Lists of malicious files and packages (malicious), and rules that files are held against (yara).
    malicious: 2160
  # Licences by SPDX id; "GPL-*" is every id that begins so, and an entry without "WITH" stands for the licence with any
  # exception. A choice ("MIT OR GPL-3.0-only") is denied or off the list only where each way is. With an empty allow list
  # every licence is allowed that is not denied. What files say beside the declaration counts too.
  licences:
    allow: []
    deny: []
  limits:
    max_file_mib: 4096

# Rules. "when" is CEL; all rules are asked and the worst outcome counts.
# Variables: purl ecosystem name version role channel tier mode age_days has_upload_time cool_down_days yanked yanked_reason
# has_wheel has_sdist allow_sdists, and the lists vulnerabilities {id scored cvss fixed exploited epss text}, malicious,
# archive_problems and findings {kind severity subject code text}, lookalikes {target method text}, unchecked {check state text}.
# "exploited" is "yes", "no", "not configured" or "stale"; "epss" is -1 where no list gives it (feeds kev and epss).
# provenance {state repositories workflows issuers changes text}: state is "verified", "absent", "partly", "invalid",
# "unverifiable", "could not check" (no trust root imported, or upstream did not answer) or "not applicable". To take only
# attested releases: provenance.state != "verified".
# licence {state expression detected denied not_allowed disagreements text}: state is "known", "unclear" (what is declared
# names no known licence), "none" or "could not check"; denied and not_allowed say what the lists above make of it.
# "findings" holds what every check found. No rule below speaks on findings that only describe (maintenance, popularity,
# identity): they are there for people to weigh. A rule on them is one line: findings.exists(f, f.code == "dormant").
# "needs" is what accepting in spite of the rule takes: nothing, a note, or an exception with an end date.
rules:
  - id: malware
    when: malicious.size() > 0
    outcome: refuse
    needs: exception
    show: malicious.map(m, m.text)
    reason: "{name} {version} is reported as malicious: {shown}"

  - id: vulnerability-high
    when: vulnerabilities.exists(v, v.scored && v.cvss >= 7.0)
    outcome: refuse
    needs: exception
    show: vulnerabilities.filter(v, v.scored && v.cvss >= 7.0).map(v, v.text)
    reason: "{name} {version} has known vulnerabilities scored 7.0 or higher: {shown}"

  - id: vulnerability-low
    when: vulnerabilities.exists(v, v.scored && v.cvss < 7.0)
    outcome: review
    needs: note
    show: vulnerabilities.filter(v, v.scored && v.cvss < 7.0).map(v, v.text)
    reason: "{name} {version} has known vulnerabilities scored below 7.0, which need a remediation note: {shown}"

  - id: vulnerability-unknown
    when: vulnerabilities.exists(v, !v.scored)
    outcome: review
    needs: note
    show: vulnerabilities.filter(v, !v.scored).map(v, v.text)
    reason: "{name} {version} has known vulnerabilities of unknown severity: {shown}"

  - id: could-not-check
    when: unchecked.size() > 0
    outcome: review
    needs: note
    show: unchecked.map(u, u.text)
    reason: "{name} {version} could not be checked: {shown}"

  - id: archive
    when: archive_problems.size() > 0
    outcome: refuse
    needs: exception
    show: archive_problems.map(p, p.text)
    reason: "A file of {name} {version} breaks the rules of its format or is not what the index promised: {shown}"

  - id: provenance-invalid
    when: provenance.state == "invalid"
    outcome: refuse
    needs: exception
    reason: "The provenance of {name} {version} is false: {shown}"
    show: "[provenance.text]"

  - id: provenance-unverifiable
    when: provenance.state == "unverifiable" || provenance.state == "partly"
    outcome: review
    needs: note
    reason: "The provenance of {name} {version} proves nothing: {shown}"
    show: "[provenance.text]"

  - id: provenance-changed
    when: provenance.changes.size() > 0
    outcome: review
    needs: note
    show: provenance.changes
    reason: "Who builds {name} is not what it was: {shown}"

  - id: licence-denied
    when: licence.denied.size() > 0
    outcome: refuse
    needs: exception
    show: licence.denied
    reason: "{name} {version} is under a licence that this policy denies: {shown}"

  - id: licence-not-allowed
    when: licence.not_allowed.size() > 0
    outcome: review
    needs: note
    show: licence.not_allowed
    reason: "{name} {version} is under a licence that this policy does not list: {shown}"

  - id: licence-unknown
    when: licence.state != "known"
    outcome: review
    needs: note
    show: "[licence.text]"
    reason: "Under which licence {name} {version} may be used is not known: {shown}"

  - id: licence-disagreement
    when: licence.disagreements.size() > 0
    outcome: review
    needs: note
    show: licence.disagreements
    reason: "{name} {version} declares another licence than its licence file holds: {shown}"

  - id: source-mismatch
    when: findings.exists(f, f.kind == "source-mismatch" && f.severity == "medium")
    outcome: review
    needs: note
    show: findings.filter(f, f.kind == "source-mismatch" && f.severity == "medium").map(f, f.text)
    reason: "{name} {version} is not what its repository holds: {shown}"

  - id: sdist-only
    when: "!allow_sdists && has_sdist && !has_wheel"
    outcome: refuse
    needs: exception
    reason: "{name} {version} has only a source distribution, and this policy takes wheels only"

  - id: young
    when: has_upload_time && age_days < cool_down_days
    outcome: review
    needs: note
    reason: "{name} {version} is younger than the cool-down of {cool_down_days} days"

  - id: no-upload-time
    when: "!has_upload_time"
    outcome: review
    needs: note
    reason: "Upstream does not say when {name} {version} appeared, so its age is unknown"

  - id: yanked
    when: yanked
    outcome: review
    needs: note
    reason: "{name} {version} was yanked upstream. {yanked_reason}"

  # Source: PEP 792: an index quarantines a project that it holds to be unsafe.
  - id: quarantined-upstream
    when: findings.exists(f, f.code == "quarantined-upstream")
    outcome: refuse
    needs: exception
    show: findings.filter(f, f.code == "quarantined-upstream").map(f, f.text)
    reason: "{name} is stopped by the index it comes from: {shown}"

  - id: gone-upstream
    when: findings.exists(f, f.code == "gone-upstream")
    outcome: review
    needs: note
    show: findings.filter(f, f.code == "gone-upstream").map(f, f.text)
    reason: "{name} was taken away from where it came from: {shown}"

  - id: lookalike
    when: lookalikes.size() > 0
    outcome: review
    needs: note
    show: lookalikes.map(l, l.text)
    reason: "{name} may be mistaken for another package: {shown}"

  # Not in force: an attestation that could not be checked (no trust root imported, or upstream did not answer) goes to review
  # once the "#" is taken away.
  # - id: provenance-unchecked
  #   when: provenance.state == "could not check"
  #   outcome: review
  #   needs: note
  #   show: "[provenance.text]"
  #   reason: "Whether the provenance of {name} {version} is true could not be checked: {shown}"
  # Not in force: the same for the repository that a release comes from (no git host allowed, no tag, a built package).
  # - id: source-unchecked
  #   when: source.state == "could not check"
  #   outcome: review
  #   needs: note
  #   show: "[source.text]"
  #   reason: "Whether {name} {version} is what its repository holds could not be checked: {shown}"
  # Not in force: for channels whose npm packages must work where scripts are off (npm ci --ignore-scripts). Take the "#"
  # away; name "install-proof" in required_checks where nothing may be admitted that was not tried.
  # - id: install-script
  #   when: ecosystem == "npm" && findings.exists(f, f.code.startsWith("lifecycle-"))
  #   outcome: review
  #   needs: note
  #   show: findings.filter(f, f.code.startsWith("lifecycle-")).map(f, f.text)
  #   reason: "{name} {version} runs a script at install: {shown}"
  # - id: needs-install-script
  #   when: ecosystem == "npm" && findings.exists(f, f.code in ["not-installable", "import-failed"])
  #   outcome: refuse
  #   needs: exception
  #   show: findings.filter(f, f.code in ["not-installable", "import-failed"]).map(f, f.text)
  #   reason: "{name} {version} does not install and load without its scripts: {shown}"
`;

/** Cases kept beside the policy: facts that differ from a clean release, and what the policy must say. */
export const DEFAULT_CASES = `# Cases for: pratique policy test. "facts" are laid over a clean release of an ordinary age.
- name: a clean release is admitted
  facts: {}
  expect: { outcome: admit, rules: [] }
- name: malware is refused
  facts: { malicious: [{ kind: malicious, severity: critical, subject: x, code: "", text: MAL-1 }] }
  expect: { outcome: refuse, rules: [malware] }
- name: 7.0 is refused
  facts: { vulnerabilities: [{ id: CVE-1, scored: true, cvss: 7.0, fixed: [], text: CVE-1 }] }
  expect: { outcome: refuse, rules: [vulnerability-high] }
- name: 6.9 needs a remediation note
  facts: { vulnerabilities: [{ id: CVE-1, scored: true, cvss: 6.9, fixed: [], text: CVE-1 }] }
  expect: { outcome: review, rules: [vulnerability-low] }
- name: an unknown severity is looked at
  facts: { vulnerabilities: [{ id: CVE-1, scored: false, cvss: 0, fixed: [], text: CVE-1 }] }
  expect: { outcome: review, rules: [vulnerability-unknown] }
- name: a check that could not run never admits
  facts: { unchecked: [{ check: vulnerabilities, state: failed, text: vulnerabilities }] }
  expect: { outcome: review, rules: [could-not-check] }
- name: a broken archive is refused
  facts: { archive_problems: [{ kind: archive, severity: high, subject: x, code: traversal, text: "path leads out" }] }
  expect: { outcome: refuse, rules: [archive] }
- name: a release without provenance is as good as before, where none ever had it
  facts: { provenance: { state: absent, repositories: [], workflows: [], issuers: [], changes: [], text: "" } }
  expect: { outcome: admit, rules: [] }
- name: false provenance is refused
  facts: { provenance: { state: invalid, repositories: [], workflows: [], issuers: [], changes: [], text: "other bytes" } }
  expect: { outcome: refuse, rules: [provenance-invalid] }
- name: provenance by nobody we know is looked at
  facts: { provenance: { state: unverifiable, repositories: [], workflows: [], issuers: [], changes: [], text: "unknown" } }
  expect: { outcome: review, rules: [provenance-unverifiable] }
- name: provenance that is gone or changed is looked at
  facts: { provenance: { state: absent, repositories: [], workflows: [], issuers: [], changes: ["1.0 had it"], text: "" } }
  expect: { outcome: review, rules: [provenance-changed] }
- name: a licence on the deny list is refused
  facts: { licence: { state: known, expression: X, detected: [], denied: [X], not_allowed: [], disagreements: [], text: "" } }
  expect: { outcome: refuse, rules: [licence-denied] }
- name: a licence off the allow list is looked at
  facts: { licence: { state: known, expression: X, detected: [], denied: [], not_allowed: [X], disagreements: [], text: "" } }
  expect: { outcome: review, rules: [licence-not-allowed] }
- name: no licence is looked at
  facts: { licence: { state: none, expression: "", detected: [], denied: [], not_allowed: [], disagreements: [], text: none } }
  expect: { outcome: review, rules: [licence-unknown] }
- name: a licence that could not be checked is looked at
  facts: { licence: { state: could not check, expression: "", detected: [], denied: [], not_allowed: [], disagreements: [], text: x } }
  expect: { outcome: review, rules: [licence-unknown] }
- name: a licence file of another licence is looked at
  facts: { licence: { state: known, expression: X, detected: [Y], denied: [], not_allowed: [], disagreements: [Y], text: "" } }
  expect: { outcome: review, rules: [licence-disagreement] }
- name: code that the tagged source does not hold is looked at
  facts: { findings: [{ kind: source-mismatch, severity: medium, subject: x, code: differs, text: "a.py differs" }] }
  expect: { outcome: review, rules: [source-mismatch] }
- name: a repository without a tag changes nothing
  facts: { findings: [{ kind: source-mismatch, severity: low, subject: x, code: no-tag, text: "no tag" }] }
  expect: { outcome: admit, rules: [] }
- name: only a source distribution is refused
  facts: { has_wheel: false, has_sdist: true }
  expect: { outcome: refuse, rules: [sdist-only] }
- name: a release of yesterday is looked at
  facts: { age_days: 1 }
  expect: { outcome: review, rules: [young] }
- name: seven days are enough
  facts: { age_days: 7 }
  expect: { outcome: admit, rules: [] }
- name: a release without upload time is looked at, not refused
  facts: { age_days: -1, has_upload_time: false }
  expect: { outcome: review, rules: [no-upload-time] }
- name: a yanked release is looked at
  facts: { yanked: true, yanked_reason: "broken" }
  expect: { outcome: review, rules: [yanked] }
- name: a project that its index has stopped is refused
  facts: { findings: [{ kind: maintenance, severity: medium, subject: x, code: quarantined-upstream, text: stopped }] }
  expect: { outcome: refuse, rules: [quarantined-upstream] }
- name: a project that its index knows no more is looked at
  facts: { findings: [{ kind: maintenance, severity: medium, subject: x, code: gone-upstream, text: gone }] }
  expect: { outcome: review, rules: [gone-upstream] }
- name: what only describes a package changes nothing
  facts:
    findings:
      - { kind: maintenance, severity: low, subject: x, code: dormant, text: "no release for 800 days" }
      - { kind: popularity, severity: info, subject: x, code: not-listed, text: "not on the list" }
      - { kind: identity, severity: low, subject: x, code: nobody-named, text: "names no author" }
  expect: { outcome: admit, rules: [] }
- name: a name like another is looked at
  facts: { lookalikes: [{ target: requests, method: distance, text: "one letter from requests" }] }
  expect: { outcome: review, rules: [lookalike] }
`;
