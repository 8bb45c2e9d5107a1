// SPDX-License-Identifier: Apache-2.0
// Key files both ways with ethers and with Foundry's cast.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Wallet, computeAddress, decryptKeystoreJson, encryptKeystoreJsonSync, pbkdf2, randomBytes, keccak256, concat } from 'ethers';
import { createCipheriv } from 'node:crypto';
import { Probe, Random, hex, number, oracle } from './probe.mjs';

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const text = (string) => hex(Buffer.from(string));
const PASSWORDS = ['x', 'correct horse battery staple', '비밀번호 열쇠', ' leading and trailing ', '"quotes" \\ \u0001', 'é'.normalize('NFC')];

oracle('files of ethers open here, files of ours open there', async (probe, random) => {
  let cases = 0;
  for (const password of PASSWORDS) {
    for (const [n, r, p] of [[1024, 8, 1], [2048, 8, 2], [4096, 1, 1], [16, 4, 3]]) {
      const key = random.hex(32);
      const account = { address: computeAddress(key), privateKey: key };
      const bytes = Buffer.from(password); // not ethers' NFKC: a key file's password is its bytes
      const theirs = encryptKeystoreJsonSync(account, bytes, { scrypt: { N: n, r, p } });
      assert.equal(await probe.value('keystore-read', text(theirs), text(password)), key);
      assert.equal(await probe.ask('keystore-read', text(theirs), text(`${password}!`)), 'error wrong-password');
      const ours = Buffer.from((await probe.value('keystore-write', key, text(password), number(n), number(r), number(p))).slice(2), 'hex');
      const opened = await decryptKeystoreJson(ours.toString(), bytes);
      assert.deepEqual([opened.privateKey, opened.address], [key, computeAddress(key)]);
      cases += 3;
    }
  }
  return cases;
});

oracle('PBKDF2 files open here', async (probe, random) => {
  for (let i = 0; i < 40; i++) {
    const key = random.hex(32);
    const [salt, iv] = [random.hex(random.pick([8, 16, 32, 64])), random.hex(16)];
    const c = random.below(3000) + 1;
    const password = random.pick(PASSWORDS);
    const dk = Buffer.from(pbkdf2(Buffer.from(password), salt, c, 32, 'sha256').slice(2), 'hex');
    const cipher = createCipheriv('aes-128-ctr', dk.subarray(0, 16), Buffer.from(iv.slice(2), 'hex'));
    const ciphertext = hex(Buffer.concat([cipher.update(Buffer.from(key.slice(2), 'hex')), cipher.final()]));
    const file = JSON.stringify({ version: 3, id: 'x', address: computeAddress(key).slice(2).toLowerCase(),
      crypto: { cipher: 'aes-128-ctr', cipherparams: { iv: iv.slice(2) }, ciphertext: ciphertext.slice(2), kdf: 'pbkdf2',
        kdfparams: { dklen: 32, c, prf: 'hmac-sha256', salt: salt.slice(2) }, mac: keccak256(concat([dk.subarray(16), ciphertext])).slice(2) } });
    assert.equal(await probe.value('keystore-read', text(file), text(password)), key);
    assert.equal((await Wallet.fromEncryptedJson(file, Buffer.from(password))).privateKey, key);
  }
  return 40;
});

oracle('a file with one changed digit never opens', async (probe, random) => {
  const key = random.hex(32);
  const file = encryptKeystoreJsonSync({ address: computeAddress(key), privateKey: key }, Buffer.from('x'), { scrypt: { N: 16, r: 8, p: 1 } });
  const members = ['ciphertext', 'mac', 'salt', 'address'];
  let cases = 0;
  for (const member of members) {
    const start = file.indexOf(`"${member}":"`) + member.length + 4;
    const end = file.indexOf('"', start);
    for (let at = start; at < end; at++) {
      const digit = ((parseInt(file[at], 16) + 1 + random.below(15)) % 16).toString(16);
      const answer = await probe.ask('keystore-read', text(file.slice(0, at) + digit + file.slice(at + 1)), text('x'));
      assert.match(answer, member === 'address' ? /^error address-differs$/ : /^error wrong-password$/);
      cases++;
    }
  }
  return cases;
});

// The binary itself: the script that npm links answers 0 whatever happens.
function castBinary() {
  const scope = join(root, 'node_modules', '@foundry-rs');
  return join(scope, readdirSync(scope).find((name) => name.startsWith('cast-')), 'bin', 'cast');
}

test('cast opens our file, and we open its', async () => {
  const probe = new Probe();
  probe.closed.catch(() => {});
  const directory = mkdtempSync(join(tmpdir(), 'vota-cast-'));
  const run = (...args) => promisify(execFile)(castBinary(), args, { env: { HOME: directory, PATH: process.env.PATH } });
  try {
    const key = new Random('cast').hex(32);
    const ours = Buffer.from((await probe.value('keystore-write', key, text('pass word'), number(8192), number(8), number(1))).slice(2), 'hex');
    writeFileSync(join(directory, 'ours'), ours);
    const { stdout } = await run('wallet', 'address', '--keystore', join(directory, 'ours'), '--password', 'pass word');
    assert.equal(stdout.trim(), computeAddress(key));

    const other = hex(randomBytes(32));
    await run('wallet', 'import', 'theirs', '--keystore-dir', directory, '--private-key', other, '--unsafe-password', 'pass word');
    const theirs = readFileSync(join(directory, 'theirs'));
    assert.equal(await probe.value('keystore-read', hex(theirs), text('pass word')), other);
    await probe.close();
    console.log('cast: 2 cases');
  } finally {
    probe.kill();
    rmSync(directory, { recursive: true });
  }
});
