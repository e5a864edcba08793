/** Licences as `package.json` and `DESCRIPTION` declare them: see `licence-declarations.ts`. */
import { table } from './licence-declarations.ts';

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
{"license":"MIT License"} => MIT
{"license":"Apache-2.0"} => Apache-2.0
{"license":"Apache 2"} => Apache-2.0
{"license":"BSD-3-Clause OR MIT"} => BSD-3-Clause OR MIT
{"license":"SEE LICENSE IN <LICENSE>"} => unclear / none
{"licenses":[{"type":"GPL-2.0","url":"u"},{"type":"MIT"}]} => GPL-2.0 OR MIT
{"licenses":[]} => none
{"licenses":{}} => unclear / none
{"license":{"url":"https://opensource.org/licenses/MIT"}} => MIT / unclear
{"licence":"MIT"} => none / MIT
{"license":"see LICENSE"} => unclear / none
{"license":"GPL-3.0-only WITH Classpath-exception-2.0"} => GPL-3.0-only WITH Classpath-exception-2.0
{"license":"unlicensed"} => unclear / none
{"license":"Unlicense"} => Unlicense
{"license":"proprietary"} => unclear
{"license":"MIT OR"} => unclear
{"license":"CC0"} => CC0-1.0
{"license":"Artistic-2.0"} => Artistic-2.0
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
GPL-2 | MIT + file LICENSE => GPL-2.0-only OR MIT
GPL (>=2) => GPL-2.0-or-later
GPL(>= 2) => GPL-2.0-or-later
GPL version 2 or newer => GPL-2.0-or-later / unclear / family
GPL-2 or later => GPL-2.0-or-later / unclear / family
MPL-2.0 | file LICENSE => MPL-2.0 / unclear
CC BY-SA 4.0 + file LICENSE => CC-BY-SA-4.0
AGPL (>= 3) + file LICENSE => AGPL-3.0-or-later
LGPL (>= 2) => LGPL-2.0-or-later
Apache License 2.0 | file LICENSE => Apache-2.0 / unclear
EPL (>= 1.0) => EPL-1.0+ / family / unclear
BSD 2-clause License + file LICENSE => BSD-2-Clause
Artistic License (>= 1.0) => Artistic-1.0+ / family / unclear
GPL (>= 2, < 4) => unclear / family / GPL-2.0-only OR GPL-3.0-only
file LICENSE | GPL-3 => unclear / GPL-3.0-only
`);
