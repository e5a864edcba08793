/** Weak and harmless code, written for the rules of the weaknesses scanner. */
import type { RuleId } from '../../src/scanners/weaknesses/rules.ts';

type Samples = Readonly<Partial<Record<RuleId, readonly string[]>>>;

const PYTHON: Samples = {
  'code-from-data': [
    'eval(text)',
    'exec(open("x").read())',
    'import builtins\nbuiltins.eval(x)',
    'exec(compile(source, "f", "exec"), ns)',
  ],
  'code-from-network': [
    'import requests\nexec(requests.get(url).text)',
    'from urllib.request import urlopen\nexec(urlopen(u).read())',
    'import requests\nbody = requests.get(url)\nexec(body)',
  ],
  'shell-command': [
    'import os\nos.system("rm " + name)',
    'from os import system as run\nrun(f"ls {path}")',
    'import subprocess as sp\nsp.run(f"ls {x}", shell=True)',
    'import subprocess\nsubprocess.Popen(\n  cmd,\n  shell=True,\n)',
    'import subprocess\nsubprocess.call(["sh", "-c", cmd])',
    '__import__("os").system(cmd)',
    'import os\ngetattr(os, "popen")(cmd)',
    'import asyncio\nasyncio.create_subprocess_shell(cmd)',
  ],
  'shell-use': ['import os\nos.system("clear")', 'import subprocess\nsubprocess.run("ls -l", shell=True)'],
  deserialisation: [
    'import pickle\npickle.load(f)',
    'from pickle import loads\nloads(b)',
    'import dill\ndill.loads(b)',
    'import marshal\nmarshal.loads(b)',
    'import shelve\nshelve.open(p)',
    'import jsonpickle\njsonpickle.decode(s)',
    'import numpy as np\nnp.load(p, allow_pickle=True)',
    'import torch\ntorch.load(p)',
  ],
  'deserialisation-of-download': ['import pickle, requests\npickle.loads(requests.get(u).content)'],
  'unsafe-yaml': [
    'import yaml\nyaml.load(f)',
    'import yaml\nyaml.load(f, Loader=yaml.Loader)',
    'import yaml\nyaml.unsafe_load(f)',
  ],
  'tls-verification-off': [
    'import requests\nrequests.get(u, verify=False)',
    'import ssl\nctx = ssl._create_unverified_context()',
    'import ssl\nssl._create_default_https_context = ssl._create_unverified_context',
    'ctx.check_hostname = False',
    'import ssl\nctx.verify_mode = ssl.CERT_NONE',
    'import requests\ns = requests.Session()\ns.verify = False',
    'import httpx\nhttpx.Client(verify=False)',
    'import urllib3\nurllib3.PoolManager(cert_reqs="CERT_NONE")',
  ],
  'weak-tls-version': ['import ssl\nssl.SSLContext(ssl.PROTOCOL_SSLv3)'],
  'cleartext-transfer': [
    'import requests\nrequests.post("http://collect.example.com/a", data=d)',
    'from urllib.request import urlopen\nurlopen("http://data.example.com/x")',
    'import requests\nurl = "http://data.example.com"\nrequests.get(url)',
    'import ftplib\nftplib.FTP(host)',
  ],
  'weak-hash': [
    'import hashlib\nhashlib.md5(b)',
    'import hashlib\nhashlib.new("sha1", b)',
    'from hashlib import sha1\nsha1(b)',
    'from Crypto.Hash import MD5\nMD5.new(b)',
  ],
  'weak-hash-of-secret': [
    'import hashlib\nhashlib.md5(password.encode())',
    'import hashlib\ndef hash_password(p):\n  return hashlib.sha1(p)',
  ],
  'weak-cipher': [
    'from Crypto.Cipher import DES\nDES.new(k)',
    'from Crypto.Cipher import AES\nAES.new(k, AES.MODE_ECB)',
    'from cryptography.hazmat.primitives.ciphers import modes\nmodes.ECB()',
  ],
  'short-key': [
    'from cryptography.hazmat.primitives.asymmetric import rsa\nrsa.generate_private_key(65537, 1024)',
    'from Crypto.PublicKey import RSA\nRSA.generate(1024)',
  ],
  'sql-from-strings': [
    'cur.execute("SELECT * FROM t WHERE n = \'%s\'" % name)',
    'cur.execute(f"DELETE FROM t WHERE n = {name}")',
    'cur.execute("SELECT a FROM t WHERE n = " + name)',
    'q = "SELECT * FROM {}".format(t)\ncur.execute(q)',
    'cur.executemany("INSERT INTO t VALUES (" + a + ")", rows)',
  ],
  'temporary-file-race': ['import tempfile\ntempfile.mktemp()', 'open("/tmp/state", "w")'],
  'debug-server': ['app.run(debug=True)'],
  'binds-all-addresses': ['s.bind(("0.0.0.0", 80))', 'app.run(host="0.0.0.0")', 's.bind(("", 80))'],
  'predictable-random': [
    'import random\ntoken = random.randint(0, 9)',
    'import random\ndef make_password():\n  return "".join(random.choice(a) for _ in range(9))',
  ],
  'xml-entities': [
    'import xml.etree.ElementTree as ET\nET.parse(f)',
    'from lxml import etree\netree.XMLParser(resolve_entities=True)',
  ],
  'unchecked-extraction': [
    'import tarfile\ntar = tarfile.open(p)\ntar.extractall()',
    'import shutil\nshutil.unpack_archive(a, d)',
  ],
  'template-injection': ['from flask import render_template_string\nrender_template_string("Hi " + name)'],
  'no-escaping': ['import jinja2\njinja2.Environment(loader=l)'],
  'open-permissions': ['import os\nos.chmod(p, 0o777)'],
  'unsigned-token': ['import jwt\njwt.decode(t, options={"verify_signature": False})'],
  'unknown-host-key': ['import paramiko\nc.set_missing_host_key_policy(paramiko.AutoAddPolicy())'],
};

const JAVASCRIPT: Samples = {
  'code-from-data': [
    'eval(x)',
    'new Function("a", body)',
    'const vm = require("vm"); vm.runInNewContext(code)',
    'setTimeout("run(" + x + ")", 1)',
  ],
  'shell-command': [
    'require("child_process").exec("ls " + x)',
    'import { exec as run } from "node:child_process";\nrun(`ls \u0024{x}`)',
    'const { execSync } = require("child_process");\nexecSync(cmd)',
    'const cp = require("child_process");\ncp.spawn(cmd, { shell: true })',
  ],
  deserialisation: ['const s = require("node-serialize"); s.unserialize(x)'],
  'tls-verification-off': [
    'https.request({ rejectUnauthorized: false })',
    'process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0"',
    'options.rejectUnauthorized = !1',
  ],
  'cleartext-transfer': [
    'fetch("http://collect.example.com/x")',
    'const axios = require("axios");\naxios.post("http://collect.example.com/x", d)',
  ],
  'weak-hash': [
    'const crypto = require("crypto"); crypto.createHash("md5")',
    'import { createHash } from "crypto"; createHash("sha1")',
  ],
  'weak-cipher': ['const crypto = require("crypto"); crypto.createCipheriv("des-cbc", k, i)'],
  'sql-from-strings': [
    'db.query("SELECT * FROM t WHERE n = " + name)',
    'db.query(`SELECT * FROM t WHERE n = \u0024{name}`)',
    'const q = `DELETE FROM t WHERE a = \u0024{a}`;\ndb.execute(q)',
  ],
  'predictable-random': [
    'const token = Math.random().toString(36)',
    'function makePassword() { return Math.random() }',
  ],
  'binds-all-addresses': ['server.listen(80, "0.0.0.0")'],
};

const R: Samples = {
  'code-from-data': ['eval(parse(text = x))'],
  'code-from-network': ['source("https://code.example.com/x.R")'],
  'shell-command': ['system(paste("ls", x))', 'system2("ls", paste0("-", x))'],
  'deserialisation-of-download': ['readRDS(url("https://data.example.com/x.rds"))', 'load(url(u))'],
  'tls-verification-off': ['httr::GET(u, httr::config(ssl_verifypeer = 0L))'],
  'cleartext-transfer': ['download.file("http://data.example.com/x.zip", f)'],
  'weak-hash-of-secret': ['digest::digest(password, algo = "md5")'],
  'sql-from-strings': ['dbGetQuery(con, paste0("SELECT * FROM t WHERE n = \'", name, "\'"))'],
  'binds-all-addresses': ['shiny::runApp(app, host = "0.0.0.0")'],
  'predictable-random': ['token <- paste0(sample(letters, 20), collapse = "")'],
};

/** Weak code by the extension of its language and the rule that must speak. */
export const WEAK = { py: PYTHON, js: JAVASCRIPT, R };

/** Code of which no rule may say anything. */
export const HARMLESS: Readonly<Record<string, readonly string[]>> = {
  py: [
    '"""eval(x) and os.system(cmd) in a docstring"""\n# pickle.load(f)\nx = "subprocess.run(cmd, shell=True)"\n',
    'import ast\nast.literal_eval(x)\nmodel.eval()\ndf.eval("a + b")\nre.compile(x)\n',
    'import subprocess\nsubprocess.run(["ls", path], check=True)\nsubprocess.run(cmd, shell=False)\n',
    'import yaml\nyaml.safe_load(f)\nyaml.load(f, Loader=yaml.SafeLoader)\nyaml.load(f, yaml.CSafeLoader)\n',
    'import hashlib\nhashlib.md5(b, usedforsecurity=False)\nhashlib.sha256(b)\nhashlib.new("sha256")\n',
    'cur.execute("SELECT * FROM t WHERE n = %s", (name,))\ncur.execute("SELECT 1")\nlog.info("select %s from list" % x)\n',
    'import requests\nrequests.get("https://data.example.com", verify=True, timeout=9)\nrequests.get("http://localhost:80/", timeout=9)\nns.get("http://www.w3.org/2000/svg")\n',
    'import random\nx = random.random()\nimport secrets\ntoken = secrets.token_hex()\n',
    'import tarfile\nt = tarfile.open(p)\nt.extractall(d, filter="data")\nimport zipfile\nzipfile.ZipFile(p).extractall(d)\n',
    'import tempfile\ntempfile.mkstemp()\nopen("/tmp/x")\nopen("x", "w")\n',
    's.bind(("127.0.0.1", 80))\napp.run(debug=False)\nimport os\nos.chmod(p, 0o644)\n',
    'class Model:\n    def eval(self): ...\n    def exec(self, x): return x\n',
    'def exec(x):\n    return x\nexec(y)\n',
    'import torch\ntorch.load(p, weights_only=True)\nimport numpy as np\nnp.load(p)\n',
  ],
  js: [
    '// eval(x)\nconst s = "eval(x)";\nconst t = `new Function(x)`;\n/* require("child_process").exec(x) */',
    'const g = Function("return this")();\nconst r = /eval\\(x\\)/.test(y);',
    'setTimeout(() => run(), 1);\nobj.eval(x);',
    'require("child_process").execFile("ls", [x]);\nregex.exec(text);',
    'fetch("https://data.example.com"); el.setAttribute("xmlns", "http://www.w3.org/2000/svg");',
    'db.query("SELECT * FROM t WHERE n = ?", [name]);',
    'const x = Math.random(); const a = { rejectUnauthorized: true };',
    'const crypto = require("crypto"); crypto.createHash("sha256");',
  ],
  R: [
    '# eval(parse(text = x))\nx <- "system(paste(y))"\n',
    'read.csv("data.csv")\nreadRDS("data.rds")\nsource("R/other.R")\n',
    'dbGetQuery(con, "SELECT * FROM t WHERE n = ?", params = list(n))\nparse(file)\n',
    'x <- sample(1:10)\ndigest::digest(x, algo = "sha256")\n',
  ],
};
