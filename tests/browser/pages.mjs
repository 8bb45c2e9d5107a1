// SPDX-License-Identifier: Apache-2.0
//
// All chapters in one process, around one town, one node and one browser. Each also runs alone.

import "./verify.test.mjs";
import "./qr.test.mjs";
import "./offline.test.mjs";
import "./access.test.mjs";
import "./promise.test.mjs";
import "./paper.test.mjs";
