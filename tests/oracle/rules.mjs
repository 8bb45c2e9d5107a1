// SPDX-License-Identifier: Apache-2.0
// Canonical JSON against npm's `canonicalize`, UTF-8 against TextDecoder, times
// against Date, and the rules of definitions against a second statement of them.
import assert from 'node:assert/strict';
import canonicalize from 'canonicalize';
import { keccak256, toUtf8Bytes } from 'ethers';
import { hex, many, number, oracle } from './probe.mjs';

const utf8 = (text) => hex(toUtf8Bytes(text));
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const textOf = (bytes) => decoder.decode(Buffer.from(bytes.slice(2), 'hex'));

// Characters that matter somewhere, and their neighbours.
const EDGES = [
  0x01, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1f, 0x20, 0x22, 0x2f, 0x5c, 0x7e, 0x7f, 0x80, 0x9f, 0xa0, 0xad, 0x2ff, 0x300,
  0x36f, 0x370, 0x7ff, 0x800, 0x10ff, 0x1100, 0x11ff, 0x1200, 0x1680, 0x17b4, 0x180b, 0x180f, 0x1fff, 0x2000, 0x200a, 0x200b,
  0x200f, 0x2010, 0x2027, 0x2028, 0x202e, 0x202f, 0x2030, 0x205f, 0x2060, 0x2069, 0x206a, 0x3000, 0x3001, 0x3164, 0xa95f,
  0xa960, 0xa97f, 0xa980, 0xac00, 0xd7a3, 0xd7b0, 0xd7ff, 0xe000, 0xfe00, 0xfe0f, 0xfe10, 0xfeff, 0xffa0, 0xffff, 0x10000,
  0x1f600, 0xdffff, 0xe0000, 0xe0fff, 0xe1000, 0x10ffff,
];

function character(random) {
  switch (random.below(4)) {
    case 0: return String.fromCodePoint(0x61 + random.below(26));
    case 1: return String.fromCodePoint(0xac00 + random.below(11172));
    case 2: return String.fromCodePoint(random.pick(EDGES));
    default: {
      const code = 1 + random.below(0x10ffff);
      return code >= 0xd800 && code <= 0xdfff ? ' ' : String.fromCodePoint(code);
    }
  }
}

const anyText = (random, most = 12) => Array.from({ length: random.below(most) }, () => character(random)).join('');
const plainText = (random) =>
  Array.from({ length: 1 + random.below(8) }, () => random.pick(['a', 'Z', '9', '"', '\\', '가', '힣', '😀', 'é', '/'])).join('');

oracle('strings are written as canonicalize writes them', (probe, random) =>
  many(6000, async () => {
    const text = anyText(random, 40);
    assert.equal(textOf(await probe.value('jcs_string', utf8(text))), canonicalize(text));
  }));

oracle('numbers', (probe, random) =>
  many(2000, async () => {
    const value = random.number(53);
    assert.equal(textOf(await probe.value('jcs_number', number(value))), canonicalize(Number(value)));
  }));

// One JSON string in any spelling: raw or escaped, in every way that JSON knows.
function spell(text, random) {
  let out = '"';
  for (const unit of text.match(/./gsu) ?? []) {
    const plain = JSON.stringify(unit).slice(1, -1);
    const units = [...Array(unit.length).keys()].map((i) => unit.charCodeAt(i).toString(16).padStart(4, '0'));
    const escaped = units.map((u) => `\\u${random.below(2) ? u : u.toUpperCase()}`).join('');
    out += random.below(20) ? plain : random.below(4) ? escaped : unit === '/' ? '\\/' : plain;
  }
  return `${out}"`;
}

oracle('a string reads if and only if canonicalize would write it so', (probe, random) => {
  const seen = { read: 0, refused: 0 };
  return many(8000, async () => {
    const json = spell(anyText(random, 6) || 'x', random);
    const value = JSON.parse(json);
    const answer = await probe.ask('jcs_read', utf8(json));
    if (canonicalize(value) === json && !value.includes('\0')) {
      assert.equal(textOf(answer), value);
      seen.read++;
    } else {
      assert.equal(answer, 'error refused');
      seen.refused++;
    }
  }).then((cases) => {
    assert.ok(seen.read > 500 && seen.refused > 500, JSON.stringify(seen));
    return cases;
  });
});

oracle('UTF-8 is what TextDecoder takes', (probe, random) =>
  many(20000, async () => {
    const bytes = Buffer.from(toUtf8Bytes(anyText(random, 5)));
    for (let changes = random.below(3); changes > 0 && bytes.length > 0; changes--)
      bytes[random.below(bytes.length)] = random.pick([0x80, 0xbf, 0xc0, 0xc1, 0xc2, 0xe0, 0xed, 0xf0, 0xf4, 0xf5, random.below(256)]);
    let good = true;
    try {
      decoder.decode(bytes);
    } catch {
      good = false;
    }
    assert.equal(await probe.value('utf8', hex(bytes)), good ? '1' : '0');
  }));

oracle('times are what Date says', (probe, random) =>
  many(6000, async () => {
    const time = Number(random.number(48) % 253402300800n);
    const text = new Date(time * 1000).toISOString().replace('.000Z', 'Z');
    assert.equal(await probe.value('time_write', number(time)), text);
    assert.equal(await probe.value('time_read', utf8(text)), String(time));
    const bytes = Buffer.from(text);
    bytes[random.below(bytes.length)] = random.pick([...Buffer.from('0123456789-:TZ. ')]);
    const changed = bytes.toString();
    const again = new Date(changed);
    const same = !Number.isNaN(again.valueOf()) && again.toISOString().replace('.000Z', 'Z') === changed;
    const answer = await probe.ask('time_read', utf8(changed));
    if (same && changed >= '1970') assert.equal(answer, String(again.valueOf() / 1000));
    else assert.equal(answer, 'error refused');
  }));

const iso = (time) => new Date(time * 1000).toISOString().replace('.000Z', 'Z');
const idText = (random, most) =>
  Array.from({ length: 1 + random.below(most) }, () => random.pick([...'abcdefghijklmnopqrstuvwxyz0123456789-'])).join('');

// A definition that keeps all rules.
function goodDefinition(random) {
  const kind = random.pick(['vote', 'endorsement', 'proposal', 'procedure']);
  const opens = 60 * (1 + random.below(30000000));
  const closes = opens + 60 * (1 + random.below(10000));
  const count = kind === 'vote' ? 2 + random.below(3) : kind === 'endorsement' ? 1 : 0;
  const options = Array.from({ length: count }, (_, i) => ({
    id: `${i}${idText(random, 30)}`, en: `${plainText(random)}${i}`, ko: `${plainText(random)}${i}`,
  }));
  const max = kind === 'vote' ? 1 + random.below(count) : count;
  return {
    format: 'voteanchor-register-v1',
    id: idText(random, 64),
    kind,
    title: { en: plainText(random), ko: plainText(random) },
    text: { en: `${plainText(random)}\n\n${plainText(random)} x`, ko: plainText(random) },
    department: plainText(random),
    options,
    choices: { max, min: kind === 'vote' ? random.below(max + 1) : max },
    opens_at: iso(opens),
    closes_at: iso(closes),
    counts_until: iso(closes + random.below(100000)),
    results_by: iso(closes + random.below(100000)),
    anchor_within: 1 + random.below(100000),
    eligible: Number(random.number(53)),
    threshold: kind === 'endorsement' ? random.below(1000) : 0,
    revision: options.length ? random.pick(['first', 'last']) : 'all',
    disclosure: random.pick(['live', 'on_close', 'never']),
    tag_key_hash: random.hex(32),
  };
}

const writeArguments = (d) => [
  ...[d.id, d.kind, d.department, d.title.en, d.title.ko, d.text.en, d.text.ko, d.opens_at, d.closes_at, d.counts_until,
    d.results_by, d.revision, d.disclosure].map(utf8),
  ...[d.anchor_within, d.eligible, d.threshold, d.choices.min, d.choices.max].map(number),
  d.tag_key_hash,
  ...d.options.flatMap((option) => [option.id, option.en, option.ko].map(utf8)),
];

oracle('definitions are written as canonicalize writes them, and read', (probe, random) =>
  many(3000, async () => {
    const definition = goodDefinition(random);
    const text = canonicalize(definition);
    assert.equal(textOf(await probe.value('definition_write', ...writeArguments(definition))), text);
    assert.deepEqual(await probe.values('definition', utf8(text)),
      [keccak256(toUtf8Bytes(text)), String(definition.options.length)]);
  }));

// The same value in another spelling: order, space, escapes, exponents.
function respell(value, random) {
  const space = () => (random.below(60) ? '' : random.pick([' ', '\n', '\t', '\r']));
  if (typeof value === 'string') return spell(value, random);
  if (typeof value === 'number') return random.below(40) ? String(value) : `${value}${random.pick(['.0', 'e0', 'E0'])}`;
  if (Array.isArray(value)) return `[${value.map((item) => space() + respell(item, random) + space()).join(',')}]`;
  const keys = Object.keys(value).sort();
  if (random.below(8) === 0) keys.reverse();
  return `{${keys.map((key) => `${space()}"${key}"${space()}:${space()}${respell(value[key], random)}${space()}`).join(',')}}`;
}

oracle('a definition in any other spelling is refused', (probe, random) => {
  let other = 0;
  return many(3000, async () => {
    const definition = goodDefinition(random);
    const json = respell(definition, random);
    const answer = await probe.ask('definition', utf8(json));
    if (json === canonicalize(definition)) {
      assert.match(answer, /^0x/);
      return;
    }
    other++;
    assert.match(answer, /^error [a-z-]+$/, json);
  }).then((cases) => {
    assert.ok(other > 1000);
    return cases;
  });
});

oracle('a definition with bytes changed is refused, or is canonical', (probe, random) => {
  let accepted = 0;
  return many(6000, async () => {
    const bytes = Buffer.from(canonicalize(goodDefinition(random)));
    bytes[random.below(bytes.length)] = random.below(4) ? 0x20 + random.below(0x60) : random.below(256);
    const answer = await probe.ask('definition', hex(bytes));
    if (answer.startsWith('error ')) return;
    const text = decoder.decode(bytes);
    assert.equal(canonicalize(JSON.parse(text)), text);
    accepted++;
  }).then((cases) => {
    assert.ok(accepted > 100, String(accepted));
    return cases;
  });
});

// The rule of strings once more, as one regular expression.
const HIDDEN = new RegExp('[\\0-\\x1f\\x7f-\\x9f\\xad\\u0300-\\u036f\\u1100-\\u11ff\\ua960-\\ua97f\\ud7b0-\\ud7ff\\u17b4\\u17b5'
  + '\\u180b-\\u180f\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2069\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\u{e0000}-\\u{e0fff}]', 'u');
const OTHER_SPACE = /(?! )\p{Zs}/u;
const SPACES = /^ | $| {2}/;
const visible = (text) => !HIDDEN.test(text) && !OTHER_SPACE.test(text) && !SPACES.test(text);
const visibleText = (text) => !/^\n|\n$/.test(text) && visible(text.replaceAll('\n', 'x'));

oracle('strings of a definition', (probe, random) => {
  const seen = { accepted: 0, refused: 0 };
  return many(12000, async () => {
    const definition = goodDefinition(random);
    definition.department = anyText(random, 4);
    definition.text.ko = random.below(2) ? anyText(random, 4) : `${anyText(random, 3)}\n${anyText(random, 3)}`;
    const good = visible(definition.department) && visibleText(definition.text.ko);
    const answer = await probe.ask('definition', utf8(canonicalize(definition)));
    if (good) assert.match(answer, /^0x/, canonicalize(definition));
    else assert.match(answer, /^error (hidden-character|other-space|spaces)$/, canonicalize(definition));
    seen[good ? 'accepted' : 'refused']++;
  }).then((cases) => {
    assert.ok(seen.accepted > 1000 && seen.refused > 1000, JSON.stringify(seen));
    return cases;
  });
});

// A rule broken, and where a reader would look for it.
const BREAKS = [
  (d) => { d.anchor_within = 0; },
  (d) => { d.closes_at = d.opens_at; },
  (d) => { d.counts_until = iso(Date.parse(d.closes_at) / 1000 - 1); },
  (d) => { d.results_by = iso(Date.parse(d.closes_at) / 1000 - 1); },
  (d) => { d.opens_at = iso(Date.parse(d.opens_at) / 1000 + 1); },
  (d) => { d.choices.max = d.options.length + 1; },
  (d) => { d.choices.min = d.choices.max + 1; },
  (d) => { d.revision = d.options.length ? 'all' : 'first'; },
  (d) => { d.threshold = d.kind === 'endorsement' ? 2 ** 53 : 1; },
  (d) => { d.options.push({ ...(d.options[0] ?? { id: 'x', en: 'x', ko: 'x' }) }); },
  (d) => { d.options = d.options.slice(0, -1); d.choices.max = Math.min(d.choices.max, 1); d.kind = d.options.length ? 'endorsement' : 'vote'; },
  (d) => { d.id = `${d.id}_`; },
  (d) => { d.id = 'x'.repeat(65); },
  (d) => { d.kind = 'poll'; },
  (d) => { d.disclosure = 'always'; },
  (d) => { d.tag_key_hash = d.tag_key_hash.slice(2); },
  (d) => { d.extra = 1; },
  (d) => { delete d.eligible; },
  (d) => { d.title = 'x'; },
  (d) => { d.eligible = null; },
  (d) => { d.text.fr = 'x'; },
];

oracle('one rule broken is one definition refused', (probe, random) =>
  many(4000, async (i) => {
    const definition = goodDefinition(random);
    BREAKS[i % BREAKS.length](definition);
    const answer = await probe.ask('definition', utf8(canonicalize(definition)));
    // Taking an option from a vote of two makes an endorsement, which may be a good one.
    const made = definition.kind === 'endorsement' && i % BREAKS.length === 10;
    if (!made) assert.match(answer, /^error [a-z-]+$/, canonicalize(definition));
  }));

oracle('contents are written as canonicalize writes them, and judged', (probe, random) =>
  many(4000, async () => {
    const definition = goodDefinition(random);
    const text = utf8(canonicalize(definition));
    const opens = Date.parse(definition.opens_at) / 1000;
    const closes = Date.parse(definition.closes_at) / 1000;
    const castAt = opens - 60 + random.below(Math.min(closes - opens, 600) + 120);
    let content;
    let written;
    let good = castAt >= opens && castAt < closes;
    if (definition.options.length) {
      const bits = random.below(1 << definition.options.length);
      const choice = definition.options.filter((_, i) => (bits >> i) & 1).map((option) => option.id);
      content = canonicalize({ cast_at: iso(castAt), choice });
      good &&= castAt % 60 === 0 && choice.length >= definition.choices.min && choice.length <= definition.choices.max;
      written = await probe.value('content_choice', text, number(castAt), number(bits));
    } else if (definition.kind === 'proposal') {
      const [title, body] = [anyText(random), anyText(random, 40)];
      content = canonicalize({ cast_at: iso(castAt), title, body });
      written = await probe.value('content_proposal', number(castAt), utf8(title), utf8(body));
    } else {
      const [title, step, sha256] = [anyText(random), anyText(random), random.hex(32)];
      content = canonicalize({ cast_at: iso(castAt), title, step, document_sha256: sha256.slice(2) });
      written = await probe.value('content_procedure', number(castAt), utf8(title), utf8(step), sha256);
    }
    assert.equal(textOf(written), content);
    assert.equal((await probe.values('content', text, utf8(content)))[0], good ? '1' : '0', content);
    const respelled = respell(JSON.parse(content), random);
    const [counts] = await probe.values('content', text, utf8(respelled));
    if (respelled !== content) assert.equal(counts, '0', respelled);
  }));
