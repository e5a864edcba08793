/**
 * Headers, banners and short licence files, and what only speaks of licences: path, text and what it says, with `=>` between
 * them. `A; B` are two statements, `OR:A,B` one choice, `family:X` names several licences, `none` is fine as well.
 */

export interface StatedSample {
  readonly path: string;
  readonly text: string;
  readonly says: readonly string[];
}

export const STATED: readonly StatedSample[] = String.raw`
LICENSE => MIT License => =MIT
LICENSE => MIT => =MIT
LICENSE.md => # MIT License\n\nCopyright (c) 2022 Ada => =MIT
LICENSE => The MIT License (MIT)\n\nCopyright (c) 2014 Ada Lovelace\n => =MIT
LICENSE => Apache License 2.0\n => =Apache-2.0
LICENSE => Licensed under the MIT license.\n => =MIT
LICENSE => BSD 3-Clause License\n\nCopyright (c) 2019\n => =BSD-3-Clause
LICENSE => GPL-3.0-or-later => =GPL-3.0-or-later
LICENSE.txt => SPDX-License-Identifier: MIT OR Apache-2.0\n => OR:MIT,Apache-2.0
COPYING => This program is distributed under GPL version 2 or later.\n => =GPL-2.0-or-later
LICENSES/LicenseRef-Foo.txt => You may look at it on Sundays. => 
license => DO WHAT THE FUCK YOU WANT TO PUBLIC LICENSE\nVersion 2, December 2004\n\nCopyright (C) 2004 Sam Hocevar <sam@hocevar.net>\n\nEveryone is permitted to copy and distribute verbatim or modified copies of this license document, and changing it is allowed as long as the name is changed.\n\nDO WHAT THE FUCK YOU WANT TO PUBLIC LICENSE\nTERMS AND CONDITIONS FOR COPYING, DISTRIBUTION AND MODIFICATION\n\n  0. You just DO WHAT THE FUCK YOU WANT TO. => WTFPL
ext-a.js => /* The contents of this file are subject to the Mozilla Public License\n * Version 1.1 (the "License"); you may not use this file except in\n * compliance with the License. */ => =MPL-1.1
ext-b.java => /*\n * The contents of this file are subject to the terms of the Common Development\n * and Distribution License, Version 1.0 only (the "License").\n */ => =CDDL-1.0
ext-c.py => # This software is subject to the provisions of the Zope Public License,\n# Version 2.1 (ZPL).  A copy of the ZPL should accompany this distribution.\n => =ZPL-2.1
ext-d.php => // This source file is subject to version 3.01 of the PHP license.\n => =PHP-3.01
ext-e.cs => // This code is subject to terms and conditions of the Microsoft Public License.\n => =MS-PL
ext-f.hpp => // Use, modification and distribution is subject to the Boost Software License,\n// Version 1.0. (See accompanying file LICENSE_1_0.txt)\n => =BSL-1.0
ext-g.cc => // This file is distributed under the University of Illinois Open Source\n// License. See LICENSE.TXT for details.\n => =NCSA
ext-h.py => # Foo comes without any warranty. You may share it under the terms of the Do What The Fuck You Want\n# To Public License, Version 2.\n => =WTFPL
ext-i.go => // You may use Foo under the terms of the Server Side Public License, version 1.\n => =SSPL-1.0
ext-j.rs => // Use of this software is governed by the Business Source License 1.1 included in the file LICENSE.\n => =BUSL-1.1
ext-k.py => # Foo licenses this file to you under the Apache License, Version 2.0.\n => =Apache-2.0
ext-l.js => /* Foo is free software under the terms of the GNU Lesser General Public License, either version 3 of the License, or\n * (at your option) any later version.\n * @license The GNU LESSER GENERAL PUBLIC LICENSE, Version 3.0 */ => =LGPL-3.0-or-later
ext-m.py => # Some packages are subject to the Mozilla Public License.\n => family:MPL|none
a.py => # This file is part of Foo.\n# \n# Foo is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License\n# as published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version.\n# \n# Foo is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of\n# MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU General Public License for more details.\n# \n# You should have received a copy of the GNU General Public License along with Foo. If not, see <https://www.gnu.org/licenses/>.\n#  => =GPL-3.0-or-later
b.py => # This file is part of Foo.\n# \n# Foo is free software; you can redistribute it and/or modify it under the terms of the GNU General Public License\n# as published by the Free Software Foundation, version 2 of the License.\n# \n# Foo is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of\n# MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU General Public License for more details.\n# \n# You should have received a copy of the GNU General Public License along with Foo. If not, see <https://www.gnu.org/licenses/>.\n#  => =GPL-2.0-only
c.c => /*\nThis file is part of Foo.\n\nFoo is free software: you can redistribute it and/or modify it under the terms of the GNU Lesser General Public License\nas published by the Free Software Foundation, either version 2.1 of the License, or (at your option) any later version.\n\nFoo is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of\nMERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU Lesser General Public License for more details.\n\nYou should have received a copy of the GNU Lesser General Public License along with Foo. If not, see <https://www.gnu.org/licenses/>.\n*/\nint x;\n => =LGPL-2.1-or-later
d.js => /**\n * This file is part of Foo.\n * \n * Foo is free software: you can redistribute it and/or modify it under the terms of the GNU Affero General Public License\n * as published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version.\n * \n * Foo is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of\n * MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU Affero General Public License for more details.\n * \n * You should have received a copy of the GNU Affero General Public License along with Foo. If not, see <https://www.gnu.org/licenses/>.\n * \n */ => =AGPL-3.0-or-later
e.py => """Foo.\n\nThis file is part of Foo.\n\nFoo is free software; you can redistribute it and/or modify it under the terms of the GNU General Public License\nas published by the Free Software Foundation, version 3 of the License.\n\nFoo is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of\nMERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU General Public License for more details.\n\nYou should have received a copy of the GNU General Public License along with Foo. If not, see <https://www.gnu.org/licenses/>.\n"""\n => =GPL-3.0-only
f.R => # This file is part of Foo.\n# \n# Foo is free software: you can redistribute it and/or modify it under the terms of the GNU Library General Public License\n# as published by the Free Software Foundation, either version 2 of the License, or (at your option) any later version.\n# \n# Foo is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of\n# MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU Library General Public License for more details.\n# \n# You should have received a copy of the GNU Library General Public License along with Foo. If not, see <https://www.gnu.org/licenses/>.\n#  => =LGPL-2.0-or-later
g.c => // This file is part of Foo.\n// \n// Foo is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License\n// as published by the Free Software Foundation, either version 2 of the License, or (at your option) any later version.\n// \n// Foo is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of\n// MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU General Public License for more details.\n// \n// You should have received a copy of the GNU General Public License along with Foo. If not, see <https://www.gnu.org/licenses/>.\n//  => =GPL-2.0-or-later
h.f90 => ! This file is part of Foo.\n! \n! Foo is free software: you can redistribute it and/or modify it under the terms of the GNU General Public License\n! as published by the Free Software Foundation, either version 3 of the License, or (at your option) any later version.\n! \n! Foo is distributed in the hope that it will be useful, but WITHOUT ANY WARRANTY; without even the implied warranty of\n! MERCHANTABILITY or FITNESS FOR A PARTICULAR PURPOSE. See the GNU General Public License for more details.\n! \n! You should have received a copy of the GNU General Public License along with Foo. If not, see <https://www.gnu.org/licenses/>.\n!  => =GPL-3.0-or-later
i.sql => -- Copyright 2021 Ada Lovelace\n-- \n-- Licensed under the Apache License, Version 2.0 (the "License");\n-- you may not use this file except in compliance with the License.\n-- You may obtain a copy of the License at\n-- \n--     http://www.apache.org/licenses/LICENSE-2.0\n-- \n-- Unless required by applicable law or agreed to in writing, software\n-- distributed under the License is distributed on an "AS IS" BASIS,\n-- WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.\n-- See the License for the specific language governing permissions and\n-- limitations under the License. => =Apache-2.0
j.py => # Copyright 2021 Ada Lovelace\n# \n# Licensed under the Apache License, Version 2.0 (the "License");\n# you may not use this file except in compliance with the License.\n# You may obtain a copy of the License at\n# \n#     http://www.apache.org/licenses/LICENSE-2.0\n# \n# Unless required by applicable law or agreed to in writing, software\n# distributed under the License is distributed on an "AS IS" BASIS,\n# WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.\n# See the License for the specific language governing permissions and\n# limitations under the License. => =Apache-2.0
k.ts => /*\n * Copyright 2021 Ada Lovelace\n * \n * Licensed under the Apache License, Version 2.0 (the "License");\n * you may not use this file except in compliance with the License.\n * You may obtain a copy of the License at\n * \n *     http://www.apache.org/licenses/LICENSE-2.0\n * \n * Unless required by applicable law or agreed to in writing, software\n * distributed under the License is distributed on an "AS IS" BASIS,\n * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.\n * See the License for the specific language governing permissions and\n * limitations under the License.\n */\nexport {};\n => =Apache-2.0
l.html => <!--\nCopyright 2021 Ada Lovelace\n\nLicensed under the Apache License, Version 2.0 (the "License");\nyou may not use this file except in compliance with the License.\nYou may obtain a copy of the License at\n\n    http://www.apache.org/licenses/LICENSE-2.0\n\nUnless required by applicable law or agreed to in writing, software\ndistributed under the License is distributed on an "AS IS" BASIS,\nWITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.\nSee the License for the specific language governing permissions and\nlimitations under the License.\n-->\n<p>x</p> => =Apache-2.0|none
m.js => /* This Source Code Form is subject to the terms of the Mozilla Public\n * License, v. 2.0. If a copy of the MPL was not distributed with this\n * file, You can obtain one at http://mozilla.org/MPL/2.0/. */\n => =MPL-2.0
n.js => /*! foo v1.2 | (c) 2020 Ada | MIT */\n!function(){}(); => =MIT
o.js => /*! foo 1.0 | MIT License | github.example/foo */ => =MIT
p.js => /**\n * @license MIT\n */ => =MIT
q.js => /** @license Example v16\n * x.js\n *\n * Copyright (c) Ada\n *\n * This source code is licensed under the MIT license found in the\n * LICENSE file in the root directory of this source tree.\n */ => =MIT
r.js => /*\n * Dual licensed under the MIT and GPL licenses.\n */ => =MIT; family:GPL
s.js => /*! Dual licensed under the MIT or GPL Version 2 licenses. */ => OR:MIT,GPL-2.0-only
t.js => /* Released under the MIT, BSD, and GPL Licenses. */ => =MIT; family:BSD; family:GPL
u.js => // @license magnet:?xt=urn:btih:0b31508aeb0634b347b8270c7bee4d411b5d4109&dn=agpl-3.0.txt AGPL-3.0-or-later\n => =AGPL-3.0-or-later|family:AGPL|none
v.js => /**\n * @license\n * Copyright 2019 Ada\n * SPDX-License-Identifier: BSD-3-Clause\n */ => =BSD-3-Clause
w.py => # SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)\n => OR:GPL-2.0-only,BSD-2-Clause
x.c => /* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */ => =GPL-2.0-only WITH Linux-syscall-note|=GPL-2.0-only
y.py => # SPDX-License-Identifier: Apache-2.0 AND MIT\n => =Apache-2.0; =MIT
z.py => #!/usr/bin/env python\n# -*- coding: utf-8 -*-\n# SPDX-FileCopyrightText: 2020 Ada\n#\n# SPDX-License-Identifier: LGPL-3.0+\n => =LGPL-3.0-or-later
aa.css => /*! SPDX-License-Identifier: MIT */ => =MIT
ab.py => __license__ = "MIT"\n => =MIT
ac.py => __license__ = 'GPLv3+'\n => =GPL-3.0-or-later
ad.py => __license__ = 'BSD'\n => family:BSD
ae.py => # License: BSD 3 clause\n => =BSD-3-Clause
af.py => # Licensed under a 3-clause BSD style license - see LICENSE.rst\n => =BSD-3-Clause
ag.py => # This file is released under the BSD license.\n => family:BSD
ah.py => # Licensed under the PSF license.\n => PSF-2.0|family:Python
ai.go => // Use of this source code is governed by a BSD-style\n// license that can be found in the LICENSE file.\n => family:BSD|=BSD-3-Clause
aj.rs => // Licensed under the Apache License, Version 2.0 <LICENSE-APACHE or\n// http://www.apache.org/licenses/LICENSE-2.0> or the MIT license\n// <LICENSE-MIT or http://opensource.org/licenses/MIT>, at your\n// option. This file may not be copied, modified, or distributed\n// except according to those terms.\n => =Apache-2.0; =MIT
ak.js => /* eslint-disable */\n/*! Licensed under MIT (https://github.example/x/LICENSE) */ => =MIT
al.js => /*!\n * Example v5 (x)\n * Licensed under MIT\n */ => =MIT
am.js => /**\n * Released under MIT license <https://lodash.example/license>\n */ => =MIT
an.js => // (c) 2012 Ada\n// Foo may be freely distributed under the MIT license.\n => =MIT
ao.R => #' @license GPL-3\n => GPL-3.0-only|=GPL-3.0-only
ap.py => # License: Apache 2.0\n => =Apache-2.0
aq.c => /* This code is in the public domain. */ => LicenseRef-Public-Domain
ar.py => # Licensed under the terms of the GNU GPL, version 3 or later.\n => =GPL-3.0-or-later
as.py => # Licensed under the GNU General Public License v3.0 only.\n => =GPL-3.0-only
at.py => # Distributed under the terms of the Modified BSD License.\n => =BSD-3-Clause
au.c => // Distributed under the Boost Software License, Version 1.0.\n// (See accompanying file LICENSE_1_0.txt or copy at\n//  http://www.boost.org/LICENSE_1_0.txt)\n => =BSL-1.0
av.java => /*\n * This program and the accompanying materials are made available under the terms of the Eclipse Public License 2.0 which is available at https://www.eclipse.example/legal/epl-2.0/\n *\n * SPDX-License-Identifier: EPL-2.0\n */ => =EPL-2.0
aw.py => # Licence: MIT\n => =MIT
ax.vue => <!-- SPDX-License-Identifier: AGPL-3.0-or-later -->\n<template></template> => =AGPL-3.0-or-later
bb.js => /*! example.css v8.0.1 | MIT License | github.example/x */ => =MIT
bc.js => /* MIT License, see LICENSE */ => =MIT
bd.js => // license: CC0-1.0\n => =CC0-1.0
be.js => /* @license Apache-2.0 */ => =Apache-2.0
bf.js => /** @preserve MIT licensed, Copyright 2015 */ => =MIT
bg.py => # This work is licensed under a Creative Commons Attribution 4.0 International License.\n => =CC-BY-4.0
bh.py => # Licensed under the EUPL, Version 1.2 or - as soon they will be approved by the European Commission - subsequent versions of the EUPL\n => =EUPL-1.2
bi.pl => # Copyright 2001 Ada\n# This library is free software; you can redistribute it and/or modify it under the same terms as Perl itself.\n => OR:Artistic-1.0-Perl,GPL-1.0-or-later
bj.c => /*\n * This program is free software; you can redistribute it and/or\n * modify it under the terms of version 2 of the GNU General Public\n * License as published by the Free Software Foundation.\n */ => =GPL-2.0-only
bk.c => /* This file is licensed under the GPL v2. */ => =GPL-2.0-only
bl.c => /*\n This library is free software; you can redistribute it and/or\n modify it under the terms of the GNU Lesser General Public\n License as published by the Free Software Foundation; either\n version 3 of the License, or (at your option) any later version.\n As a special exception, you may link this library.\n*/ => =LGPL-3.0-or-later
README.md => # Foo\n\nWe compare the MIT license with the GPL.\n => 
x.py => # The license checker reads LICENSE files.\nLICENSES = ["MIT", "GPL-3.0-only"]\n => 
x1.py => def license():\n    """Return the license of a package."""\n => 
x2.py => # permit only permissive licenses here, e.g. not GPL\n => 
x3.js => const re = /SPDX-License-Identifier: (.*)/;\n => 
x4.py => print("SPDX-License-Identifier: " + lic)\n => 
x5.js => // Built at MIT by students\n => 
x6.py => # Copyright (c) 2020 Massachusetts Institute of Technology (MIT)\n => 
x7.js => /*! foo v1.0 */ => 
x8.js => /* For license information please see LICENSE.txt */ => 
x9.py => # See LICENSE for details.\n => 
x10.py => __license__ = "Proprietary"\n => 
x11.py => # TODO: decide whether to relicense under MIT\n => 
x12.js => /* This is not licensed under the GPL. */ => 
x13.js => // formerly licensed under the GPL, now see LICENSE\n => 
x14.py => # The license server listens on port 27000\n => 
x15.py => license = args.license or "unknown"\n => 
x16.css => /* Apache helicopter icon */ => 
x17.js => // isc: inter-system channel\n => 
x18.py => """Artistic filters for images, license plates."""\n => 
x19.js => // Zlib level of compression: 6\n => 
x20.py => # The bsd make of FreeBSD differs\n => 
x21.js => // "license": "MIT" in package.json is needed\n => 
x22.py => # Copyright 2019 Ada. All rights reserved.\n => 
LICENSE => All rights reserved. No part of this software may be used without written permission of Ada Ltd.\n => 
LICENSE => Copyright (c) 2020 Ada Lovelace\n => 
LICENSE => END USER LICENSE AGREEMENT\n\nBy installing the software you agree to pay.\n => 
LICENSE =>  => 
LICENSE => See the file COPYING.\n => 
NOTICE => Foo\nCopyright 2020 Ada\n\nThis product includes software developed at Ada Ltd (https://ada.example/).\n => 
CHANGELOG.md => - Relicensed from GPL to MIT\n => 
x23.py => GPL_TEXT = "This program is free software: you can redistribute it"\n => 
x24.js => // MIT\n => 
x25.py => # License plate recognition: BSD dataset\n => 
x26.md => Apache License 2.0 projects may be linked.\n => 
x27.py => # We cannot use readline as it is GPL\n => 
x28.py => # SPDX-License-Identifier:\n => 
x29.py => # SPDX-License-Identifier: TODO\n => 
x30.R => # check license fields such as GPL (>= 2)\n => 
x31.js => // Unlicensed copies are refused\n => 
x32.py => # postgresql license check\n => 
x33.js => /* copyright and license belong to their owners */ => 
LICENSE => You may use this under any license you like except the GPL.\n => 
x34.py => classifiers = ["License :: OSI Approved :: MIT License"]\n => 
x35.c => /* w3c spec says */ => 
x36.py => # if the license is the MIT license, return True\n => 
x37.py => # projects licensed under the MIT license are allowed by this filter\n => 
LICENSE => Apache-2.0 OR MIT\n => OR:Apache-2.0,MIT
LICENSE => # License\n\nMIT\n => =MIT
LICENSE => License: MIT\nCopyright 2020 Ada => =MIT
LICENSE.md => ## License\n\nThis project is licensed under the Apache License 2.0.\n => =Apache-2.0
LICENSE => This software is dual-licensed under MIT and Apache-2.0.\n => =MIT|OR:MIT,Apache-2.0; =Apache-2.0|none
LICENSE => Released under the GNU General Public License, version 3.\n => =GPL-3.0-only
COPYING => GNU GENERAL PUBLIC LICENSE\nVersion 2, June 1991\n => GPL-2.0-only|GPL-2.0-or-later
LICENSE => The Unlicense\n => =Unlicense
LICENSE.txt => BSD 2-Clause\n => =BSD-2-Clause
LICENSE => Licensed under either of Apache License, Version 2.0 or MIT license at your option.\n => =Apache-2.0|OR:Apache-2.0,MIT; =MIT|none
LICENSE => YEAR: 2021\nCOPYRIGHT HOLDER: Ada Lovelace\n => 
a.js => /*!\n * example v2.0.0\n * (c) 2021 Ada\n * Released under the MIT License.\n */ => =MIT
b.js => /*! example.js | MIT (c) Ada */ => =MIT|none
c.js => // @license MIT\n => =MIT
d.js => /** @license Copyright 2020 Ada. SPDX-License-Identifier: Apache-2.0 */ => =Apache-2.0
e.py => # SPDX-License-Identifier: MIT OR Apache-2.0\n# SPDX-FileCopyrightText: Ada\n => OR:MIT,Apache-2.0
f.py => # License: GPLv3+\n => =GPL-3.0-or-later
g.py => # :license: MIT, see LICENSE for more details.\n => =MIT
h.py => """\n    :copyright: (c) 2010 by Ada.\n    :license: BSD, see LICENSE for more details.\n"""\n => family:BSD
i.py => # Licensed under the BSD 3-Clause License (the "License")\n => =BSD-3-Clause
j.c => /* Licensed under GPLv2, see file COPYING */ => =GPL-2.0-only
k.c => /* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR MIT) */ => OR:GPL-2.0-only WITH Linux-syscall-note,MIT
l.py => # Licensed to the Example Foundation under one or more agreements.\n# The Example Foundation licenses this file to you under the MIT license.\n => =MIT
n.java => // Distributed under the terms of the Eclipse Public License v2.0\n// License => =EPL-2.0
o.py => # This program is licensed under the GNU Affero General Public License v3\n => =AGPL-3.0-only
p.js => /*\n * Copyright (c) 2014 Ada\n * Available under MIT license\n */ => =MIT
q.ts => /**\n * Use of this source code is governed by an MIT-style license that can be\n * found in the LICENSE file\n */ => =MIT|family:MIT
r.R => # License: GPL-3\n => =GPL-3.0-only
s.css => /* Font Example by Ada - License: Icons: CC BY 4.0, Fonts: SIL OFL 1.1, Code: MIT License */ => =CC-BY-4.0|none; =OFL-1.1|none; =MIT|none
t.js => /* Licensed under the terms of the MIT or BSD license */ => =MIT; family:BSD
u.py => __license__ = 'Apache License, Version 2.0'\n => =Apache-2.0
v.py => __license__ = 'LGPLv3'\n => =LGPL-3.0-only
w.py => # Distributed under the MIT/X11 license.\n => =MIT
x.c => /* Distributed under the zlib license */ => =Zlib
y.sql => -- License: PostgreSQL\n => =PostgreSQL
n1.py => # Your plugin may be licensed under the MIT license or another one\n => 
n2.md => MIT License => 
n3.py => # see the BSD license text\n => 
n4.js => // the license field should be MIT\n => 
n5.py => # copyright and MIT press\n => 
n6.js => /*! mit-example v1 */ => 
n7.py => # License key validation\n => 
n8.py => # license: str\n => 
n9.js => /* license: string | undefined */ => 
n10.py => # Parses "Licensed under the X License" headers\n => 
n11.py => # License = namedtuple\n => 
n12.py => # The Apache license header check\n => 
n13.js => // Do not distribute under the GPL\n => 
n14.py => # It was released under the GPL until 2010; license changed\n => 
n15.py => # Unless otherwise licensed, all rights reserved\n => 
LICENSE => Proprietary. Copyright Ada. All rights reserved.\n => 
LICENSE => TODO: choose a license\n => 
LICENSE => This is not MIT licensed.\n => 
NOTICE => This product includes software from Foo.\n => 
n16.py => # Some vendors licensed ISC data feeds\n => 
n17.js => /* license-webpack-plugin */ => 
n18.py => # under the hood the license server\n => 
`
  .trim()
  .split('\n')
  .map((line) => {
    const [path = '', text = '', says = ''] = line.split(' =>').map((part) => part.trim());
    return { path, text: text.replaceAll('\\n', '\n'), says: says === '' ? [] : says.split('; ') };
  });
