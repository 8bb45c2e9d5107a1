// SPDX-License-Identifier: Apache-2.0
//
// Backups: made beside a running import, checked, put back elsewhere, and what happens then on a
// real chain. And fsck, with every damage that it knows planted once.

import assert from "node:assert/strict";
import { execFile, execFileSync } from "node:child_process";
import {
    appendFileSync,
    chmodSync,
    existsSync,
    mkdirSync,
    readFileSync,
    readdirSync,
    rmSync,
    statSync,
    symlinkSync,
    unlinkSync,
    writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { City, minute } from "./city.mjs";
import { Service, record, until } from "./service.mjs";

const faultsCanBeOrdered = process.env.VOTA_FAULTS === "1";
const damage = process.env.VOTA_DAMAGE ?? join(dirname(process.env.VOTA_PROGRAM ?? ""), "damage");

let city;
const at = (name) => join(city.base, name);
const inDir = (name) => ({ dir: at(name) });
const mode = (path) => statSync(path).mode & 0o777;
const copy = (from, to) => execFileSync("cp", ["-a", from, to]);
const json = (done) => JSON.parse(done.out);

/** The error that the program told as JSON. */
const errorOf = (done) => JSON.parse(done.err.slice(done.err.indexOf("{"))).error;

async function final(options) {
    const done = await city.anchor(options, "final");
    assert.equal(done.code, 0, done.out + done.err);
}

before(async () => {
    city = await City.build({ anvil: ["--block-time", "1"] });
    await city.openVote("poll", { more: { disclosure: "live" } });
    await city.importVotes("poll", 40, 1);
    await final();
    await city.importVotes("poll", 20, 101);
    await city.ok(["token", "new", "site", "--scope", "submit"]);
});

after(() => city?.close());

describe("a backup", () => {
    test("holds no secret, and only its owner can read it", async () => {
        const made = json(await city.ok(["backup", at("plain"), "--json"]));
        assert.deepEqual(readdirSync(at("plain")).sort(), ["backup.json", "voteanchor.db", "voteanchor.ini"]);
        assert.deepEqual([made.records, made.pending, made.last_record, made.secrets, made.files], [60, 20, "R-120", 0, 2]);
        assert.equal(mode(at("plain")), 0o700);
        for (const name of readdirSync(at("plain"))) assert.equal(mode(join(at("plain"), name)), 0o600);
        const manifest = JSON.parse(readFileSync(join(at("plain"), "backup.json"), "utf8"));
        assert.equal(manifest.format, "voteanchor-backup-v1");
        assert.equal(manifest.networks[0].length, 2);
        assert.equal(manifest.networks[0].final, 2);
        assert.equal(manifest.networks[0].contract, city.deployment.contract.toLowerCase());
        for (const [name, { bytes, sha256 }] of Object.entries(manifest.files)) {
            const file = join(at("plain"), name);
            assert.equal(bytes, statSync(file).size);
            assert.equal(execFileSync("sha256sum", [file]).toString().slice(0, 64), sha256, "as any tool says");
        }
    });

    test("with secrets says so loudly, and leaves the password out", async () => {
        const secret = join(city.dir, "secrets/password");
        copy(city.password, secret);
        const env = { VOTEANCHOR_KEYS_PASSWORD_FILE: "secrets/password" };
        const made = await city.ok(["backup", "--with-secrets", at("secret")], { env });
        assert.match(made.err, /SECRETS GO INTO THIS BACKUP/);
        assert.match(made.out, /AND THE SECRETS/);
        assert.equal(existsSync(join(at("secret"), "secrets/password")), false);
        assert.equal(existsSync(join(at("secret"), "secrets/anchorer.json")), true);
        assert.equal(readdirSync(join(at("secret"), "secrets/peppers")).length, 1);
        assert.equal(mode(join(at("secret"), "secrets")), 0o700);
        assert.equal(mode(join(at("secret"), "secrets/tokens")), 0o600);
        unlinkSync(secret);
    });

    test("never takes the place of what is there, and leaves nothing when it fails", async () => {
        const names = readdirSync(city.base).sort();
        assert.equal(errorOf(await city.run(["backup", at("plain"), "--json"])).code, "backup");
        mkdirSync(at("empty"));
        assert.equal((await city.run(["backup", at("empty")])).code, 1);
        assert.equal((await city.run(["backup", join(at("none"), "there")])).code, 1);
        /* Every step that writes, as on a full disk; a release takes no such orders. */
        let failed = 0;
        for (let step = 1; ; step++) {
            const done = await city.run(["backup", at("full")], { env: { VOTEANCHOR_FAULT: `fail:${step}` } });
            if (done.code === 0) break;
            assert.match(done.err, /the disk is full/);
            failed++;
        }
        rmSync(at("empty"), { recursive: true });
        rmSync(at("full"), { recursive: true });
        assert.ok(failed > 0 || !faultsCanBeOrdered, "a debug build fails on order");
        assert.deepEqual(readdirSync(city.base).sort(), names);
    });

    test("on a disk that is full says so and leaves nothing", async (t) => {
        const small = at("small");
        mkdirSync(small);
        try {
            execFileSync("mount", ["-t", "tmpfs", "-o", "size=128k", "none", small], { stdio: "ignore" });
        } catch {
            t.skip("SKIPPED: this user may not mount a small tmpfs");
            return;
        }
        try {
            const done = await city.run(["backup", join(small, "b")]);
            assert.equal(done.code, 1);
            assert.match(done.err, /the disk is full/);
            assert.deepEqual(readdirSync(small), []);
        } finally {
            execFileSync("umount", [small]);
        }
    });

    test("is of one moment, beside an import that goes on", async () => {
        const rows = ["id,voter,choice,cast_at"];
        for (let i = 0; i < 20_000; i++) rows.push(`L-${i},load-${i},yes,${minute(Date.now())}`);
        writeFileSync(at("load.csv"), `${rows.join("\n")}\n`);
        copy(city.dir, at("loaded"));
        const load = city.start(["import", at("load.csv"), "--register", "poll"], inDir("loaded"));
        let running = true;
        load.ended.then(() => (running = false));
        const counts = [];
        for (let i = 0; running && i < 20; i++) {
            counts.push(json(await city.ok(["backup", at(`during-${i}`), "--json"], inDir("loaded"))).records);
        }
        assert.equal((await load.ended).code, 0, "the import did not mind");
        assert.ok(counts.length > 1, "the import was too quick to be watched");
        assert.ok(counts.some((count) => count > 60 && count < 20_060), `none in the middle: ${counts}`);
        for (let i = 0; i < counts.length; i++) {
            const checked = json(await city.ok(["restore", "--check", at(`during-${i}`), "--json"]));
            assert.equal(checked.good, true);
            assert.equal(checked.records, counts[i]);
            rmSync(at(`during-${i}`), { recursive: true });
        }
        rmSync(at("loaded"), { recursive: true });
    });
});

describe("a backup that is not what it was", () => {
    const spoils = [
        ["a byte of the database", "file-differs", (dir) => patch(join(dir, "voteanchor.db"), 20_000)],
        ["a byte of the configuration", "file-differs", (dir) => appendFileSync(join(dir, "voteanchor.ini"), "\n")],
        ["no database", "file-missing", (dir) => unlinkSync(join(dir, "voteanchor.db"))],
        ["a link instead of a file", "file-missing", (dir) => {
            unlinkSync(join(dir, "voteanchor.ini"));
            symlinkSync(join(city.dir, "voteanchor.ini"), join(dir, "voteanchor.ini"));
        }],
        ["a list of another database", "manifest-differs", (dir) => edit(dir, /"records":60/, () => '"records":61')],
        ["a list with another head", "manifest-differs", (dir) =>
            edit(dir, /("head":"0x)(.)/, (_, start, digit) => start + (digit === "0" ? "1" : "0"))],
    ];

    function patch(file, offset) {
        const bytes = readFileSync(file);
        bytes[offset] ^= 1;
        writeFileSync(file, bytes);
    }

    function edit(dir, from, to) {
        const file = join(dir, "backup.json");
        writeFileSync(file, readFileSync(file, "utf8").replace(from, to));
    }

    for (const [what, code, spoil] of spoils) {
        test(`${what}: found by --check, and not restored`, async () => {
            rmSync(at("spoilt"), { recursive: true, force: true });
            copy(at("plain"), at("spoilt"));
            spoil(at("spoilt"));
            const checked = await city.run(["restore", "--check", at("spoilt"), "--json"]);
            assert.equal(checked.code, 1, checked.out + checked.err);
            assert.ok(json(checked).faults.some((fault) => fault.code === code), checked.out);
            assert.equal(json(checked).good, false);
            assert.equal((await city.run(["restore", at("spoilt")], inDir("nowhere"))).code, 1);
            assert.equal(existsSync(at("nowhere")), false);
        });
    }

    test("a list that cannot be read is no backup", async () => {
        for (const text of ["", "{}\n", "not json\n", '{"files":{"../evil":{}}}\n']) {
            rmSync(at("spoilt"), { recursive: true, force: true });
            copy(at("plain"), at("spoilt"));
            writeFileSync(join(at("spoilt"), "backup.json"), text);
            assert.equal(errorOf(await city.run(["restore", "--check", at("spoilt"), "--json"])).code, "restore-open");
        }
        assert.equal((await city.run(["restore", "--check", city.dir])).code, 1);
    });

    test("could not be read is another answer than not good", async (t) => {
        if (process.getuid() === 0) {
            t.skip("SKIPPED: root reads everything");
            return;
        }
        rmSync(at("spoilt"), { recursive: true, force: true });
        copy(at("plain"), at("spoilt"));
        chmodSync(join(at("spoilt"), "voteanchor.db"), 0);
        assert.equal((await city.run(["restore", "--check", at("spoilt")])).code, 3);
    });
});

describe("fsck", () => {
    const first = "(SELECT min(id) FROM record)";
    const flip = (column) => `CAST(substr(${column}, 1, length(${column}) - 1) || x'5a' AS BLOB)`;
    const planted = [
        ["leaf-hash", `UPDATE record SET tag = ${flip("tag")} WHERE id = ${first}`],
        ["opening-hash", `UPDATE record SET city_salt = ${flip("city_salt")} WHERE id = ${first}`],
        ["leaf-differs", `UPDATE leaf SET leaf = ${flip("leaf")} WHERE record_id = ${first}`],
        ["batch-root", `UPDATE leaf SET leaf = ${flip("leaf")} WHERE record_id = ${first}`],
        ["root-differs", `UPDATE batch SET root = ${flip("root")}`],
        ["batch-count", "UPDATE batch SET count = count + 1"],
        ["batch-root", "UPDATE batch SET count = 4000000000"],
        ["leaf-order", "UPDATE leaf SET leaf = zeroblob(32) WHERE position = 5"],
        ["record-lost", "DELETE FROM pending WHERE record_id = (SELECT max(record_id) FROM pending)"],
        ["record-twice", `INSERT INTO pending SELECT id, 1, anchor_by FROM record WHERE id = ${first}`],
        ["pending-differs", "UPDATE pending SET anchor_by = anchor_by + 1"],
        ["place-differs", `UPDATE place SET position = 0 WHERE record_id = (SELECT record_id FROM leaf WHERE position = 3)`],
        ["batch-without-operation", "DELETE FROM operation WHERE kind = 'batch'"],
        ["dangling", "DELETE FROM register"],
        ["journal-gap", "DELETE FROM entry WHERE number = 1"],
        ["journal-fold", "UPDATE entry SET time = time + 1 WHERE number = 2"],
        ["entry-form", "UPDATE entry SET b = zeroblob(32) WHERE number = 2"],
        ["entry-data", "UPDATE entry SET data = x'00' WHERE number = 1"],
        ["entry-differs", "DELETE FROM entry WHERE number = 2"],
        ["entry-twice", "UPDATE operation SET entry_number = 1 WHERE kind = 'batch'"],
        ["register-differs", `UPDATE operation SET a = ${flip("a")} WHERE kind = 'register'`],
        ["final-order", "UPDATE entry SET final = 0 WHERE number = 1"],
        ["evidence-head", `UPDATE evidence SET head = ${flip("head")}`],
        ["evidence-damaged", `UPDATE evidence SET header = ${flip("header")}`],
        ["evidence-damaged", `UPDATE evidence SET storage = ${flip("storage")}`],
        ["evidence-damaged", "UPDATE evidence SET account = x'ffffffff'"],
        ["definition-differs", "UPDATE register SET closes_at = closes_at + 60"],
        ["definition-differs", `UPDATE register SET definition = ${flip("definition")}`],
        ["attempt-damaged", "UPDATE attempt SET raw = x'02' WHERE number = 1"],
        ["attempt-hash", `UPDATE attempt SET tx_hash = ${flip("tx_hash")}`],
        ["attempt-differs", "UPDATE attempt SET gas_limit = gas_limit + 1"],
        ["attempt-sender", `UPDATE operation SET sender = ${flip("sender")} WHERE kind = 'batch'`],
        ["cost-missing", "UPDATE attempt SET settled_at = NULL, gas_used = 0, effective_price = 0"],
        ["nonce-open", "UPDATE operation SET state = 'signed', entry_number = NULL, nonce = nonce + 50 WHERE kind = 'batch'"],
    ];

    before(() => copy(city.dir, at("good")));

    for (const [i, [code, sql]] of planted.entries()) {
        test(`finds ${code} (${i})`, async () => {
            const dir = at("sick");
            rmSync(dir, { recursive: true, force: true });
            copy(at("good"), dir);
            execFileSync(damage, [join(dir, "voteanchor.db"), sql]);
            const done = await city.run(["fsck", "--json"], { dir });
            assert.equal(done.code, 1, done.out + done.err);
            const found = json(done);
            assert.equal(found.whole, false);
            assert.ok(found.faults.some((fault) => fault.code === code), `${code} not in ${done.out}`);
        });
    }

    const around = [
        ["no-pepper", (dir) => rmSync(pepper(dir))],
        ["pepper-differs", (dir) => writeFileSync(pepper(dir), Buffer.alloc(32, 7))],
        ["pepper-unreadable", (dir) => writeFileSync(pepper(dir), "short")],
        ["mode-too-open", (dir) => chmodSync(join(dir, "secrets/tokens"), 0o640)],
        ["mode-too-open", (dir) => chmodSync(join(dir, "voteanchor.db"), 0o644)],
        ["mode-too-open", (dir) => chmodSync(join(dir, "voteanchor.ini"), 0o660)],
        ["directory-too-open", (dir) => chmodSync(join(dir, "secrets"), 0o750)],
        ["directory-too-open", (dir) => chmodSync(dir, 0o777)],
        ["is-link", (dir) => symlinkSync("/etc/hostname", join(dir, "secrets/peppers/link"))],
        ["not-regular", (dir) => mkdirSync(join(dir, "secrets/more"))],
        ["no-file", (dir) => rmSync(join(dir, "secrets"), { recursive: true })],
        ["no-store", (dir) => rmSync(join(dir, "voteanchor.db"))],
        ["damaged", (dir) => writeFileSync(join(dir, "voteanchor.db"), Buffer.alloc(8192, 65), { flag: "r+" })],
        ["damaged", (dir) => {
            const file = join(dir, "voteanchor.db");
            execFileSync(damage, [file, "UPDATE meta SET value = value"]);
            const bytes = readFileSync(file);
            for (let page = 6; page < bytes.length / 4096; page++) bytes.fill(0xa5, page * 4096, page * 4096 + 24);
            writeFileSync(file, bytes);
        }],
    ];
    const pepper = (dir) => join(dir, "secrets/peppers", readdirSync(join(dir, "secrets/peppers"))[0]);

    for (const [i, [code, spoil]] of around.entries()) {
        test(`finds ${code} around the store (${i})`, async () => {
            const dir = at("sick");
            rmSync(dir, { recursive: true, force: true });
            copy(at("good"), dir);
            for (const name of ["voteanchor.db-wal", "voteanchor.db-shm"]) rmSync(join(dir, name), { force: true });
            spoil(dir);
            const done = await city.run(["fsck", "--json"], { dir });
            assert.equal(done.code, 1, done.out + done.err);
            assert.ok(json(done).faults.some((fault) => fault.code === code), `${code} not in ${done.out}`);
        });
    }

    test("finds nothing in a directory that is whole, and changes nothing in it", async () => {
        const hash = () => execFileSync("sha256sum", [join(at("good"), "voteanchor.db")]).toString();
        const was = hash();
        const done = json(await city.ok(["fsck", "--json"], inDir("good")));
        assert.deepEqual([done.whole, done.faults, done.remarks, done.count], [true, [], [], 0]);
        assert.equal(hash(), was);
    });

    test("what a crash left over is a remark, not a fault", async () => {
        writeFileSync(join(at("good"), "voteanchor.ini.Ab3x9z"), "");
        writeFileSync(join(at("good"), "secrets/peppers", `0x${"12".repeat(32)}`), Buffer.alloc(32), { mode: 0o600 });
        const done = json(await city.ok(["fsck", "--json"], inDir("good")));
        assert.deepEqual(done.remarks.map((remark) => remark.code).sort(), ["pepper-unknown", "stale-file"]);
        assert.equal(done.whole, true);
    });

    test("a store of an earlier version could not be checked: that is not damage", async () => {
        rmSync(at("sick"), { recursive: true, force: true });
        copy(at("good"), at("sick"));
        execFileSync(damage, [join(at("sick"), "voteanchor.db"), "UPDATE meta SET value = value; PRAGMA user_version = 2"]);
        const done = await city.run(["fsck", "--json"], inDir("sick"));
        assert.equal(done.code, 3, done.out + done.err);
        assert.equal(errorOf(done).code, "fsck-unchecked");
        /* Nor is another name or a larger disk what a backup of it wants. */
        const backup = await city.run(["backup", at("sick-backup"), "--json"], inDir("sick"));
        assert.equal(backup.code, 1, backup.out + backup.err);
        assert.equal(errorOf(backup).code, "backup-older");
        assert.ok(!existsSync(at("sick-backup")));
    });

    test("runs beside an import", async () => {
        copy(city.dir, at("busy"));
        const load = city.start(["import", at("load.csv"), "--register", "poll"], inDir("busy"));
        const done = await city.run(["fsck"], inDir("busy"));
        assert.equal(done.code, 0, done.out + done.err);
        assert.equal((await load.ended).code, 0);
        rmSync(at("busy"), { recursive: true });
    });
});

describe("beside the service", () => {
    test("what was acknowledged before a backup is in it, and nobody waits for it", async () => {
        copy(city.dir, at("served"));
        const service = await Service.start(city, inDir("served"));
        try {
            const token = (await city.ok(["token", "new", "load", "--scope", "submit,read"], inDir("served"))).out.trim();
            service.bearer = { authorization: `Bearer ${token}` };
            await until("the token to be known", async () => (await service.get("/v1/registers")).status === 200);
            let sent = 0;
            let taken = 0;
            let slowest = 0;
            let ending = false;
            const client = async () => {
                while (!ending) {
                    const began = Date.now();
                    const answer = await service.post(record("poll", 500_000 + sent++));
                    assert.ok(answer.status === 201 || answer.status === 429, answer.text);
                    slowest = Math.max(slowest, Date.now() - began);
                    if (answer.status === 201) taken++;
                }
            };
            const clients = Array.from({ length: 8 }, client);
            await until("some load", () => taken > 50);
            for (let i = 0; i < 4; i++) {
                const before = taken;
                const made = json(await city.ok(["backup", at(`served-${i}`), "--json"], inDir("served")));
                assert.ok(made.records >= 60 + before, `${made.records} of ${before}`);
                assert.ok(made.records <= 60 + sent);
                assert.equal(json(await city.ok(["restore", "--check", at(`served-${i}`), "--json"])).good, true);
            }
            assert.equal((await city.run(["fsck"], inDir("served"))).code, 0);
            ending = true;
            await Promise.all(clients);
            assert.ok(slowest < 5000, `an answer took ${slowest} ms`);
        } finally {
            await service.stop();
        }
    });
});

describe("the drill: the disk is lost, and an older backup put back elsewhere", () => {
    let roots;

    before(async () => {
        /* After the backups: what waited is anchored, more comes and is anchored, and ten wait. */
        await final();
        await city.importVotes("poll", 20, 201);
        await final();
        await city.ok(["publish", at("mirror")]);
        await city.importVotes("poll", 10, 301);
        roots = await city.anchoredRoots();
    });

    test("says which files have to be put back, and which commands come next", async () => {
        const done = json(await city.ok(["restore", at("plain"), "--json"], inDir("bare")));
        assert.deepEqual(done.missing.map((file) => file.what), ["key", "key", "pepper", "tokens"]);
        assert.equal(done.missing[0].path, "secrets/anchorer.json");
        assert.deepEqual(done.next, ["fsck", "rebuild PUBLICATION", "anchor --once"]);
        assert.equal(done.last_record, "R-120");
        const found = json(await city.run(["fsck", "--json"], inDir("bare")));
        assert.deepEqual(found.faults.map((fault) => fault.code), ["no-pepper"]);
    });

    test("takes no directory that has something in it", async () => {
        const before = readdirSync(at("bare")).sort();
        const done = await city.run(["restore", at("plain"), "--json"], inDir("bare"));
        assert.equal(done.code, 1);
        assert.equal(errorOf(done).code, "restore");
        assert.deepEqual(readdirSync(at("bare")).sort(), before);
        assert.equal((await city.run(["restore", at("plain")])).code, 1, "nor the one that is in use");
    });

    test("with secrets everything but the password is there, with its modes", async () => {
        mkdirSync(at("elsewhere"));
        const done = await city.ok(["restore", at("secret")], inDir("elsewhere"));
        assert.match(done.out, /voteanchor -C .*elsewhere rebuild PUBLICATION/);
        assert.match(done.out, /last record here: R-120/);
        assert.doesNotMatch(done.out, /pepper/);
        for (const [name, expected] of [
            ["voteanchor.ini", 0o640],
            ["voteanchor.db", 0o640],
            ["secrets", 0o700],
            ["secrets/peppers", 0o700],
            ["secrets/anchorer.json", 0o600],
            ["secrets/tokens", 0o600],
        ]) {
            assert.equal(mode(join(at("elsewhere"), name)), expected, name);
        }
        await city.ok(["fsck"], inDir("elsewhere"));
    });

    test("nothing is signed before rebuild, whatever is asked for", async () => {
        const dir = inDir("elsewhere");
        for (let i = 0; i < 2; i++) {
            const done = await city.anchor(dir);
            assert.equal(done.code, 1, done.out + done.err);
            assert.match(done.err, /restored from a backup/);
        }
        for (const refused of [["serve", "--listen", "127.0.0.1:0", "--password-file", city.password],
            ["import", at("poll-301.csv"), "--register", "poll"]]) {
            const done = await city.run(refused, dir);
            assert.equal(done.code, 1, `${refused[0]} takes nothing in either`);
            assert.match(done.err, /restored from a backup/);
        }
        const status = await city.run(["status", "--json"], dir);
        assert.equal(status.code, 1);
        assert.match(status.out, /"stopped"/);
        assert.match((await city.run(["status"], dir)).out, /rebuild\s+PUBLICATION/);
        assert.match((await city.run(["tx", "explain"], dir)).out, /rebuild\s+PUBLICATION/);
        const lone = await city.run(["rebuild", "--json"], dir);
        assert.equal(lone.code, 1, "without a publication two batches stay unexplained");
        assert.equal((await city.anchor(dir)).code, 1);
        assert.deepEqual(await city.anchoredRoots(), roots);
    });

    test("rebuild brings back what was published, and the service goes on", async () => {
        const dir = inDir("elsewhere");
        const report = json(await city.ok(["rebuild", at("mirror"), "--json"], dir));
        assert.deepEqual([report.rows, report.rows_found, report.goes_on], [40, 20, true]);
        assert.deepEqual(await city.anchoredRoots(), roots, "putting back signs nothing");
        await final(dir);
        assert.deepEqual(await city.anchoredRoots(), roots, "nothing waited, nothing is doubled");
    });

    test("what was accepted and not anchored is handed in again, once", async () => {
        const dir = inDir("elsewhere");
        await city.ok(["import", at("poll-301.csv"), "--register", "poll"], dir);
        assert.notEqual((await city.run(["import", at("poll-201.csv"), "--register", "poll"], dir)).code, 0);
        await final(dir);
        await city.ok(["publish", at("public")], dir);
        const audit = await city.run([
            "audit", "--contract", city.deployment.contract, "--rpc", city.node.provider._getConnection().url,
            "--data", at("public"), "--json",
        ]);
        assert.equal(audit.code, 0, audit.out + audit.err);
        assert.equal(json(audit).rows, 90);
        await city.ok(["fsck"], dir);
    });

    test("the directory that was lost, and turns up again, stops itself", async () => {
        const done = await city.anchor();
        assert.equal(done.code, 1, done.out + done.err);
        assert.match(done.err, /entry by our key/);
    });

    test("a backup of which nothing was missed goes on after rebuild without a publication", async () => {
        await city.ok(["backup", "--with-secrets", at("newest")], inDir("elsewhere"));
        await city.ok(["restore", at("newest")], inDir("third"));
        assert.equal((await city.anchor(inDir("third"))).code, 1);
        assert.equal(json(await city.ok(["rebuild", "--json"], inDir("third"))).goes_on, true);
        await final(inDir("third"));
    });
});
