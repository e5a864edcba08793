/**
 * Licences as metadata declares them, in the forms that are in use: a line is what stands there, `=>`, and what it means: an
 * expression, `family` (one of several), `unclear` (people must read it), `none`; `/` parts what may be said as well.
 */

export interface Declared {
  readonly raw: string;
  readonly means: readonly string[];
}

function table(text: string): readonly Declared[] {
  return text
    .trim()
    .split('\n')
    .map((line) => {
      const [raw = '', means = ''] = line.split(' => ');
      return { raw, means: means.split(' / ') };
    });
}

/** The field `License` of Python metadata. */
export const FIELDS = table(`
MIT => MIT
The MIT License => MIT
MIT License => MIT
The MIT License (MIT) => MIT
MIT license => MIT
Expat => MIT
MIT/X11 => MIT / X11 / MIT OR X11
Apache 2 => Apache-2.0
Apache 2.0 => Apache-2.0
Apache License, Version 2.0 => Apache-2.0
Apache Software License 2.0 => Apache-2.0
Apache License 2.0 => Apache-2.0
ASL 2.0 => Apache-2.0
Apache-2 => Apache-2.0
Apache v2 => Apache-2.0
Apache License Version 2.0, January 2004 => Apache-2.0
http://www.apache.org/licenses/LICENSE-2.0 => Apache-2.0
Apache2 => Apache-2.0
License :: OSI Approved :: MIT License => MIT
BSD => family
BSD License => family
BSD-like => family / unclear
New BSD => BSD-3-Clause
New BSD License => BSD-3-Clause
Modified BSD => BSD-3-Clause
Modified BSD License => BSD-3-Clause
3-Clause BSD License => BSD-3-Clause
BSD 3-Clause => BSD-3-Clause
BSD 3-Clause License => BSD-3-Clause
BSD (3-clause) => BSD-3-Clause
Simplified BSD => BSD-2-Clause
2-clause BSD => BSD-2-Clause
BSD 2-Clause "Simplified" License => BSD-2-Clause
FreeBSD => BSD-2-Clause
BSD-3 => BSD-3-Clause
three-clause BSD => BSD-3-Clause
BSD 3 clause => BSD-3-Clause
revised BSD => BSD-3-Clause
GPL => family
GPLv2 => GPL-2.0-only / family
GPLv2+ => GPL-2.0-or-later
GPLv3 => GPL-3.0-only / family
GPLv3+ => GPL-3.0-or-later
GPL-3.0+ => GPL-3.0+
GNU GPL v3 => GPL-3.0-only / family
GNU General Public License v3 or later (GPLv3+) => GPL-3.0-or-later
GPL v3 or later => GPL-3.0-or-later
GPL version 2 or later => GPL-2.0-or-later
GNU General Public License, version 2 => GPL-2.0-only / family
LGPL => family
LGPLv2.1+ => LGPL-2.1-or-later
LGPL v3 => LGPL-3.0-only / family
GNU LGPLv3+ => LGPL-3.0-or-later
GNU Lesser General Public License v3 (LGPLv3) => LGPL-3.0-only / family
AGPLv3 => AGPL-3.0-only / family
AGPLv3+ => AGPL-3.0-or-later
GNU Affero General Public License v3 or later => AGPL-3.0-or-later
GPL-2.0 => GPL-2.0
GPL 2 => GPL-2.0-only / family
MPL 2.0 => MPL-2.0
MPL2 => MPL-2.0
Mozilla Public License 2.0 (MPL 2.0) => MPL-2.0
MPL-2.0 => MPL-2.0
PSF => PSF-2.0 / family
Python Software Foundation License => PSF-2.0 / family
PSFL => PSF-2.0 / family / Python-2.0
ZPL 2.1 => ZPL-2.1
ISC => ISC
ISCL => ISC
ISC License (ISCL) => ISC
Unlicense => Unlicense
The Unlicense => Unlicense
CC0 => CC0-1.0
CC0 1.0 Universal => CC0-1.0
CC BY 4.0 => CC-BY-4.0
CC-BY-SA 4.0 => CC-BY-SA-4.0
WTFPL => WTFPL
zlib => Zlib
zlib/libpng => Zlib / Libpng / Zlib OR Libpng / zlib-acknowledgement
Boost Software License 1.0 => BSL-1.0
EPL 2.0 => EPL-2.0
Eclipse Public License 1.0 => EPL-1.0
EUPL 1.2 => EUPL-1.2
EUPL v1.2 => EUPL-1.2
Artistic License 2.0 => Artistic-2.0
MIT or Apache-2.0 => MIT OR Apache-2.0
MIT OR Apache 2.0 => MIT OR Apache-2.0
Apache-2.0 and MIT => Apache-2.0 AND MIT
MIT/Apache-2.0 => MIT OR Apache-2.0
MIT, Apache-2.0 => unclear / MIT OR Apache-2.0 / MIT AND Apache-2.0
Dual License: BSD-3-Clause or Apache-2.0 => BSD-3-Clause OR Apache-2.0 / unclear
MIT AND (Apache-2.0 OR BSD-2-Clause) => MIT AND (Apache-2.0 OR BSD-2-Clause)
LGPL/MIT => unclear / family
UNKNOWN => none
Proprietary => unclear / LicenseRef-Proprietary
see LICENSE file => unclear / none
LICENSE.txt => unclear / none
Copyright (c) 2020 Ada => unclear / none
All rights reserved => unclear
Freely Distributable => unclear
Not MIT => unclear
MIT with restrictions => unclear
MIT-like => unclear / family
Public Domain => unclear / family / none / LicenseRef-Public-Domain
Other/Proprietary License => unclear / LicenseRef-Proprietary
Apache-2.0 WITH Commons-Clause => unclear
Apache 2.0 (non-commercial) => unclear
Commercial => unclear / LicenseRef-Proprietary
GPL-compatible => unclear / family
MIT (except for vendored parts) => unclear / family
`);

/** Trove classifiers behind `License ::`. */
export const CLASSIFIERS = table(`
OSI Approved :: MIT License => MIT
OSI Approved :: Apache Software License => family / Apache-2.0
OSI Approved :: BSD License => family
OSI Approved :: GNU General Public License (GPL) => family
OSI Approved :: GNU General Public License v2 (GPLv2) => GPL-2.0-only
OSI Approved :: GNU General Public License v2 or later (GPLv2+) => GPL-2.0-or-later
OSI Approved :: GNU General Public License v3 or later (GPLv3+) => GPL-3.0-or-later
OSI Approved :: GNU Library or Lesser General Public License (LGPL) => family
OSI Approved :: GNU Lesser General Public License v2 or later (LGPLv2+) => LGPL-2.0-or-later / LGPL-2.1-or-later / family
OSI Approved :: GNU Lesser General Public License v3 (LGPLv3) => LGPL-3.0-only
OSI Approved :: GNU Affero General Public License v3 => AGPL-3.0-only / family
OSI Approved :: GNU Affero General Public License v3 or later (AGPLv3+) => AGPL-3.0-or-later
OSI Approved :: ISC License (ISCL) => ISC
OSI Approved :: Mozilla Public License 2.0 (MPL 2.0) => MPL-2.0
OSI Approved :: Mozilla Public License 1.1 (MPL 1.1) => MPL-1.1
OSI Approved :: Python Software Foundation License => PSF-2.0 / family / Python-2.0
OSI Approved :: zlib/libpng License => Zlib / family
OSI Approved :: The Unlicense (Unlicense) => Unlicense
OSI Approved :: Boost Software License 1.0 (BSL-1.0) => BSL-1.0
OSI Approved :: European Union Public Licence 1.2 (EUPL 1.2) => EUPL-1.2
OSI Approved :: Eclipse Public License 2.0 (EPL-2.0) => EPL-2.0
OSI Approved :: Academic Free License (AFL) => family
OSI Approved :: Artistic License => family
OSI Approved :: MIT No Attribution License (MIT-0) => MIT-0
OSI Approved :: Zero-Clause BSD (0BSD) => 0BSD
OSI Approved :: Blue Oak Model License (BlueOak-1.0.0) => BlueOak-1.0.0
OSI Approved :: Zope Public License => family
OSI Approved => unclear / none
Other/Proprietary License => unclear / LicenseRef-Proprietary
Public Domain => unclear / family / none / LicenseRef-Public-Domain
CC0 1.0 Universal (CC0 1.0) Public Domain Dedication => CC0-1.0
OSI Approved :: CEA CNRS Inria Logiciel Libre License, version 2.1 (CeCILL-2.1) => CECILL-2.1
CeCILL-B Free Software License Agreement (CECILL-B) => CECILL-B
OSI Approved :: University of Illinois/NCSA Open Source License => NCSA
OSI Approved :: Universal Permissive License (UPL) => UPL-1.0 / family
OSI Approved :: Historical Permission Notice and Disclaimer (HPND) => HPND
OSI Approved :: PostgreSQL License => PostgreSQL
OSI Approved :: SIL Open Font License 1.1 (OFL-1.1) => OFL-1.1
OSI Approved :: W3C License => W3C
OSI Approved :: Common Development and Distribution License 1.0 (CDDL-1.0) => CDDL-1.0
Freeware => unclear
Free for non-commercial use => unclear
OSI Approved :: Mulan Permissive Software License v2 (MulanPSL-2.0) => MulanPSL-2.0
`);

/** `package.json`. */
export const MANIFESTS = table(`
{"license":"MIT"} => MIT
{"license":"UNLICENSED"} => unclear / none
{"license":"SEE LICENSE IN LICENSE.txt"} => unclear / none
{"license":"SEE LICENSE IN ./docs/EULA.md"} => unclear / none
{"license":"(MIT OR GPL-3.0)"} => MIT OR GPL-3.0
{"license":"(MIT AND Zlib)"} => MIT AND Zlib
{"license":{"type":"MIT","url":"https://upstream.example/mit"}} => MIT
{"license":{"name":"BSD-3-Clause"}} => BSD-3-Clause / unclear
{"licenses":[{"type":"MIT","url":"x"},{"type":"GPLv2","url":"y"}]} => MIT OR GPL-2.0-only / unclear
{"licenses":["MIT","Apache-2.0"]} => MIT OR Apache-2.0
{"licenses":"BSD-2-Clause"} => BSD-2-Clause
{"licenses":[{"type":"Apache License, Version 2.0"}]} => Apache-2.0
{"license":["MIT","BSD-3-Clause"]} => MIT OR BSD-3-Clause
{"license":"BSD"} => family
{"license":"Apache-2.0 OR MIT"} => Apache-2.0 OR MIT
{"license":"GPL-3.0+"} => GPL-3.0+
{"license":"LGPL-2.1+ WITH OCCT-exception-1.0"} => LGPL-2.1+ WITH OCCT-exception-1.0
{"license":"MIT "} => MIT
{"license":"http://www.wtfpl.net"} => WTFPL / unclear
{"license":"https://opensource.org/licenses/MIT"} => MIT
{"license":{"type":"MIT/X11"}} => MIT / X11 / MIT OR X11
{} => none
{"license":""} => none
{"license":null} => none / unclear
{"license":7} => none / unclear
{"license":"Private"} => unclear
{"license":"none"} => none
{"license":"Apache, Version 2.0"} => Apache-2.0
{"license":"WTFPL OR ISC"} => WTFPL OR ISC
{"license":"Public domain"} => unclear / family / none / LicenseRef-Public-Domain
{"license":"MIT*"} => unclear / MIT
{"license":"LicenseRef-LICENSE"} => LicenseRef-LICENSE
{"license":"CC-BY-NC-4.0"} => CC-BY-NC-4.0
{"license":"BUSL-1.1"} => BUSL-1.1
{"license":"Commons Clause + Apache-2.0"} => unclear
{"license":{"type":"MIT"},"licenses":[{"type":"GPL-3.0"}]} => MIT / unclear / MIT OR GPL-3.0 / MIT AND GPL-3.0-only
{"license":{"type":"Apache-2.0","url":5}} => Apache-2.0
`);

/** The field `License` of DESCRIPTION, in the forms of "Writing R Extensions". */
export const DESCRIPTIONS = table(`
GPL-2 => GPL-2.0-only
GPL-3 => GPL-3.0-only
GPL (>= 2) => GPL-2.0-or-later
GPL (>= 3) => GPL-3.0-or-later
GPL (>= 2.0) => GPL-2.0-or-later
GPL => family / GPL-1.0-or-later
GPL-2 | GPL-3 => GPL-2.0-only OR GPL-3.0-only
GPL (>= 2) | file LICENSE => GPL-2.0-or-later / unclear
MIT + file LICENSE => MIT
BSD_3_clause + file LICENSE => BSD-3-Clause
BSD_2_clause + file LICENCE => BSD-2-Clause
file LICENSE => unclear / none
file LICENCE => unclear / none
LGPL-2.1 => LGPL-2.1-only
LGPL (>= 2.1) => LGPL-2.1-or-later
LGPL-3 => LGPL-3.0-only
LGPL (>= 3) | MIT + file LICENSE => LGPL-3.0-or-later OR MIT
LGPL (>= 2.0, < 3) | Mozilla Public License => unclear / family
AGPL-3 => AGPL-3.0-only
AGPL (>= 3) => AGPL-3.0-or-later
Artistic-2.0 => Artistic-2.0
Apache License 2.0 => Apache-2.0
Apache License (== 2.0) => Apache-2.0
Apache License (>= 2) => Apache-2.0+ / family / unclear
Apache License (>= 2) | file LICENSE => Apache-2.0 / family / unclear
CC0 => CC0-1.0
CC BY 4.0 => CC-BY-4.0
CC BY-SA 4.0 => CC-BY-SA-4.0
CC BY-NC-SA 4.0 => CC-BY-NC-SA-4.0
Unlimited => unclear / LicenseRef-Unlimited
BSL-1.0 => BSL-1.0
MPL-2.0 => MPL-2.0
MPL (>= 2) => MPL-2.0+ / family
EUPL (>= 1.1) => unclear / EUPL-1.1+ / family / EUPL-1.1 OR EUPL-1.2
EUPL-1.2 => EUPL-1.2
CeCILL-2 => CECILL-2.0 / family / CECILL-2.1
GPL (>= 2) + file LICENSE => GPL-2.0-or-later
GNU General Public License (>= 2) => GPL-2.0-or-later
GNU General Public License version 3 => GPL-3.0-only / unclear / family
GPL (== 3) => GPL-3.0-only
GPL (> 2) => GPL-3.0-or-later / unclear / family / GPL-2.0-or-later
Part of R 4.2.0 => unclear / none
Lucent Public License => unclear / LPL-1.02 / family
CPL-1.0 => CPL-1.0
EPL => family / unclear
GPL-2 | file LICENSE => GPL-2.0-only / unclear
BSL => unclear / family / BSL-1.0
MIT => MIT
LGPL-2 => LGPL-2.0-only
LGPL => family / LGPL-2.0-or-later
ACM => unclear / LicenseRef-ACM / family
FreeBSD => BSD-2-Clause
X11 + file LICENSE => X11 / MIT
CC BY-NC-ND 3.0 US + file LICENSE => unclear / family / CC-BY-NC-ND-3.0
GPL (>= 2) | BSD_3_clause + file LICENSE => GPL-2.0-or-later OR BSD-3-Clause
WTFPL => WTFPL
`);
