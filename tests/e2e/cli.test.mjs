// SPDX-License-Identifier: Apache-2.0
//
// The command line itself, without a chain: what a person types, in both languages, and what a
// script may rely on. The program is the real one; only files and arguments are made up.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Wallet, decryptKeystoreJson, encryptKeystoreJson, keccak256 } from "ethers";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const program = process.env.VOTA_PROGRAM ?? join(root, "build/dev/bin/voteanchor");
const PASSWORD = "correct horse battery";
const HANGUL = /[가-힣]/u;

const base = mkdtempSync(join(tmpdir(), "voteanchor-cli-"));
process.on("exit", () => rmSync(base, { recursive: true, force: true }));
const at = (name) => join(base, name);

function secret(name, text, mode = 0o600) {
    writeFileSync(at(name), text);
    chmodSync(at(name), mode);
    return at(name);
}

secret("password", `${PASSWORD}\n`);

/** Runs the program in `base`; env is what it sees beside a plain English terminal. */
function run(args, { env = {}, input = "", stdio } = {}) {
    const result = spawnSync(program, args, {
        cwd: base,
        env: { PATH: "/usr/bin:/bin", LANG: "en_US.UTF-8", ...env },
        input,
        stdio,
        encoding: "utf8",
    });
    assert.equal(result.signal, null, `${args.join(" ")}: ${result.stderr}`);
    return { code: result.status, out: result.stdout, err: result.stderr };
}

const korean = (args, options = {}) => run(args, { ...options, env: { LANG: "ko_KR.UTF-8", ...options.env } });

function ok(args, options) {
    const result = run(args, options);
    assert.equal(result.code, 0, `${args.join(" ")}: ${result.err}`);
    return result.out;
}

const json = (args, options) => JSON.parse(ok([...args, "--json"], options));

/** The JSON error of a command that fails with this code. */
function failure(args, code, options) {
    const result = run([...args, "--json"], options);
    assert.equal(result.code, code, `${args.join(" ")}: ${result.out}${result.err}`);
    return JSON.parse(result.err).error;
}

/** Every command with its actions, as the help lists them. */
function commands() {
    const names = (text) => text.split("\nCommands\n")[1].split("\n\n")[0].match(/^ {2}[a-z-]+/gm).map((name) => name.trim());
    return names(ok(["--help"])).flatMap((name) => {
        const page = ok([name, "--help"]);
        return page.includes("\nCommands\n") ? names(page).map((action) => [name, action]) : [[name]];
    });
}

describe("help", () => {
    test("every command has a whole page in both languages", () => {
        const all = commands();
        assert.ok(all.length >= 10, `${all.length} commands`);
        for (const words of all) {
            const english = ok([...words, "--help"]);
            const hangul = ok([...words, "--help", "--lang", "ko"]);
            for (const part of ["Usage", "Description", "Options", "Exit codes"]) assert.match(english, new RegExp(`^${part}$`, "m"));
            for (const part of ["사용법", "설명", "옵션", "종료 코드"]) assert.match(hangul, new RegExp(`^${part}$`, "m"));
            assert.doesNotMatch(english.replace(/^ {4}\$.*$/gm, ""), HANGUL, words.join(" "));
            assert.match(english, new RegExp(`voteanchor \\[-C DIR\\] ${words.join(" ")}`));
            assert.doesNotMatch(english + hangul, /help\.[a-z]/, "a key instead of its sentence");
        }
    });

    test("pages fit a terminal of 80 columns", () => {
        const width = (line) => [...line].reduce((sum, c) => sum + (/[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\uff00-\uff60]/u.test(c) ? 2 : 1), 0);
        for (const words of commands())
            for (const lang of ["en", "ko"])
                for (const line of ok([...words, "--help", "--lang", lang]).split("\n"))
                    assert.ok(width(line) <= 80 || line.startsWith("    $"), `${words.join(" ")}: ${line}`);
    });

    test("-h, help and no command at all", () => {
        assert.equal(ok(["-h"]), ok(["help"]));
        assert.equal(failure([], 2).code, "no-command");
    });
});

describe("usage errors name what was typed, exit 2 and touch nothing", () => {
    for (const [args, code, said] of [
        [["inti"], "unknown-command-near", /"init"/],
        [["publihs-everything"], "unknown-command", /voteanchor --help/],
        [["key"], "no-action", /key --help/],
        [["key", "nwe"], "unknown-action-near", /"new"/],
        [["key", "new"], "option-missing", /--role ROLE/],
        [["key", "new", "--rle", "owner"], "unknown-option-near", /--role/],
        [["key", "new", "--role"], "needs-value", /--role/],
        [["key", "new", "--role", "mayor"], "bad-role", /mayor/],
        [["key", "new", "--role", "owner", "--role", "owner"], "given-twice", /--role/],
        [["version", "now"], "too-many-arguments", /now/],
        [["register", "open"], "too-few-arguments", /FILE/],
        [["version", "--lang", "fr"], "bad-lang", /fr/],
        [["init", "--network", "holesky"], "bad-network", /holesky/],
        [["-X", "version"], "unknown-option", /-X/],
    ]) {
        test(args.join(" ") || "(nothing)", () => {
            const error = failure(args, 2);
            assert.equal(error.code, code);
            assert.match(`${error.message} ${error.next}`, said);
        });
    }

    test("in the reader's language, found before anything else is", () => {
        assert.match(korean(["verison"]).err, /^voteanchor: 오류: .*\n {2}→ /);
        assert.match(run(["verison", "--lang=ko"]).err, HANGUL);
        assert.match(run(["--lang", "ko", "--nonsense"]).err, HANGUL);
        assert.doesNotMatch(run(["verison"], { env: { LANG: "ko_KR.UTF-8", LC_ALL: "C" } }).err, HANGUL);
        assert.match(run(["verison"], { env: { LANG: "C" } }).err, /\n {2}-> /, "no arrow that the terminal cannot show");
    });
});

describe("init", () => {
    test("makes a directory that only its owner can read the secrets of", () => {
        const made = json(["-C", "guri", "init", "--network", "dev", "--city", "구리시", "--rpc", "http://127.0.0.1:8545"]);
        assert.deepEqual(made, { directory: "guri", network: "dev", chain_id: 31337, config: "voteanchor.ini", store: "voteanchor.db" });
        assert.equal(statSync(at("guri/secrets")).mode & 0o777, 0o700);
        assert.equal(statSync(at("guri/secrets/peppers")).mode & 0o777, 0o700);
        assert.equal(statSync(at("guri/voteanchor.db")).mode & 0o007, 0);
        assert.equal(ok(["-C", "guri", "fsck"]).includes("is whole"), true);
    });

    test("never again in the same place", () => {
        const before = readFileSync(at("guri/voteanchor.ini"));
        assert.equal(failure(["-C", "guri", "init", "--network", "dev"], 1).reason, "already-made");
        assert.deepEqual(readFileSync(at("guri/voteanchor.ini")), before);
    });

    test("explains every key in the reader's language, and reads it back", () => {
        assert.equal(korean(["-C", "hangul", "init", "--network", "hoodi", "--city", "구리시"]).code, 0);
        const korean_ini = readFileSync(at("hangul/voteanchor.ini"), "utf8");
        const english_ini = readFileSync(at("guri/voteanchor.ini"), "utf8");
        const keys = (ini) => [...ini.matchAll(/^#?([a-z_]+) =/gm)].map((m) => m[1]);
        assert.deepEqual(keys(korean_ini), keys(english_ini));
        assert.ok(keys(english_ini).length >= 20);
        assert.doesNotMatch(english_ini.replace("구리시", ""), HANGUL);
        const config = json(["-C", "hangul", "config", "check"]);
        assert.equal(config.config["city.name"], "구리시");
        assert.equal(config.config["network.genesis"], "0xbbe312868b376a3001692a646dd2d7d1e4406380dfd86b98aa8a34d1557c971b");
    });

    test("a failed init leaves nothing behind", () => {
        for (const rpc of ["http://rpc.example.org", "https://u:p@rpc.example.org", "https://rpc.example.org/v3/0123456789abcdef0123"]) {
            const result = run(["-C", "none", "init", "--network", "hoodi", "--rpc", rpc]);
            assert.equal(result.code, 2);
            assert.doesNotMatch(result.err + result.out, /0123456789|u:p/, "the address is not repeated");
            assert.throws(() => statSync(at("none")));
        }
        assert.equal(run(["-C", "none", "init", "--network", "custom"]).code, 1);
        assert.equal(run(["-C", "none", "init", "--network", "dev", "--city", "a\nb = c"]).code, 1);
        assert.throws(() => statSync(at("none")));
    });

    test("takes addresses with a key from a private file, and shows only their host", () => {
        secret("rpc.txt", "# ours\nhttps://rpc.example.org/v3/0123456789abcdef0123\n\n https://no\n");
        ok(["-C", "keyed", "init", "--network", "hoodi", "--url-file", "rpc.txt"]);
        assert.equal(failure(["-C", "keyed", "config", "check"], 1).code, "config");
        secret("rpc.txt", "# ours\nhttps://rpc.example.org/v3/0123456789abcdef0123\n\nhttp://127.0.0.1:1\r\n");
        const shown = ok(["-C", "keyed", "config", "check", "--json"]);
        assert.deepEqual(JSON.parse(shown).urls, ["https://rpc.example.org", "http://127.0.0.1:1"]);
        assert.doesNotMatch(shown, /0123456789/);
        chmodSync(at("rpc.txt"), 0o644);
        assert.match(failure(["-C", "keyed", "config", "check"], 1).message, /chmod 600/);
    });
});

describe("configuration", () => {
    test("a mistake is told with file, line, key, value and limit", () => {
        ok(["-C", "conf", "init", "--network", "dev"]);
        const path = at("conf/voteanchor.ini");
        const good = readFileSync(path, "utf8");
        writeFileSync(path, good.replace("max_records = 4096", "max_records = 0"));
        const line = good.split("\n").findIndex((l) => l.startsWith("max_records")) + 1;
        const error = failure(["-C", "conf", "config", "check"], 1);
        assert.match(error.message, new RegExp(`^voteanchor.ini:${line}: batch.max_records = 0: `));
        assert.match(error.next, /1 \.\. 1000000/);
        assert.match(korean(["-C", "conf", "status"]).err, /batch\.max_records = 0/);
        writeFileSync(path, good);
    });

    test("the environment wins, and a misspelt variable is noticed", () => {
        const env = { VOTEANCHOR_FEES_MAX_FEE_GWEI: "7.5", VOTEANCHOR_FEE_MAX: "1" };
        const result = run(["-C", "conf", "config", "check", "--json"], { env });
        assert.equal(JSON.parse(result.out).config["fees.max_fee_gwei"], "7.5");
        assert.match(result.err, /warning.*VOTEANCHOR_FEE_MAX/);
        assert.match(failure(["-C", "conf", "config", "check"], 1, { env: { VOTEANCHOR_BATCH_MIN_SIZE: "x" } }).message, /^VOTEANCHOR_BATCH_MIN_SIZE = x/);
    });

    test("the directory comes from -C, else from VOTEANCHOR_DIR", () => {
        assert.equal(json(["config", "check"], { env: { VOTEANCHOR_DIR: "conf" } }).config["network.preset"], "dev");
        assert.equal(json(["-C", "hangul", "config", "check"], { env: { VOTEANCHOR_DIR: "conf" } }).config["network.preset"], "hoodi");
        assert.equal(failure(["config", "check"], 1).code, "no-directory");
    });
});

describe("keys", () => {
    const keyed = ["--password-file", "password"];

    test("a new key opens in ethers, and nobody else can read its file", async () => {
        const made = json(["-C", "guri", "key", "new", "--role", "anchorer", ...keyed]);
        const path = at("guri/secrets/anchorer.json");
        assert.equal(statSync(path).mode & 0o777, 0o600);
        const account = await decryptKeystoreJson(readFileSync(path, "utf8"), PASSWORD);
        assert.equal(account.address.toLowerCase(), made.address);
        assert.equal(ok(["-C", "guri", "key", "address", "--role", "anchorer"]), `${made.address}\n`);
    });

    test("a key of ethers is taken over, with its own password", async () => {
        const wallet = Wallet.createRandom();
        const v3 = await encryptKeystoreJson({ address: wallet.address, privateKey: wallet.privateKey }, "their password", { scrypt: { N: 4096 } });
        writeFileSync(at("theirs.json"), v3);
        secret("theirs.password", "their password\n");
        const wrong = failure(["-C", "guri", "key", "import", "--role", "owner", "theirs.json", "--old-password-file", "password", ...keyed], 1);
        assert.equal(wrong.reason, "wrong-password");
        const taken = json(["-C", "guri", "key", "import", "--role", "owner", "theirs.json", "--old-password-file", "theirs.password", ...keyed]);
        assert.equal(taken.address, wallet.address.toLowerCase());
        const again = await decryptKeystoreJson(readFileSync(at("guri/secrets/owner.json"), "utf8"), PASSWORD);
        assert.equal(again.privateKey, wallet.privateKey);
    });

    test("a bare key comes from standard input, a descriptor or a private file, never from an argument", () => {
        const wallet = Wallet.createRandom();
        const bare = wallet.privateKey.slice(2);
        const to = (name) => ["-C", "conf", "key", "import", "--role", "acceptance", "-o", name, ...keyed];
        const address = wallet.address.toLowerCase();
        assert.equal(json([...to("a.json"), "-"], { input: `${bare}\n` }).address, address);
        secret("bare", wallet.privateKey);
        assert.equal(json([...to("b.json"), "bare"]).address, address);
        const fd = openSync(at("bare"), "r");
        assert.equal(json([...to("c.json"), "--fd", "3"], { stdio: ["ignore", "pipe", "pipe", fd] }).address, address);
        closeSync(fd);
        const refused = run([...to("d.json"), wallet.privateKey]);
        assert.equal(refused.code, 1, "an argument is a file name");
        chmodSync(at("bare"), 0o640);
        assert.equal(failure([...to("d.json"), "bare"], 1).reason, "mode-too-open");
        for (const input of ["", "0x12", "g".repeat(64), "0".repeat(64), "f".repeat(64)])
            assert.equal(run([...to("d.json"), "-"], { input }).code, 1);
        assert.throws(() => statSync(at("d.json")));
    });

    test("a password comes from a private file of its own line, long enough, or a terminal", () => {
        const make = (file) => failure(["-C", "conf", "key", "new", "--role", "owner", "--password-file", secret(file, { empty: "", short: "1234567\n", open: PASSWORD }[file], file === "open" ? 0o644 : 0o600)], 1).reason;
        assert.equal(make("empty"), "password-empty");
        assert.equal(make("short"), "password-too-short");
        assert.equal(make("open"), "mode-too-open");
        assert.equal(failure(["-C", "conf", "key", "new", "--role", "owner"], 1).reason, "no-terminal");
        assert.deepEqual(readdirSync(at("conf/secrets")), ["peppers"]);
    });

    test("no file is overwritten, and no two roles share a key", () => {
        assert.equal(failure(["-C", "guri", "key", "new", "--role", "anchorer", ...keyed], 1).reason, "file-exists");
        const same = ["-C", "guri", "key", "import", "--role", "acceptance", "theirs.json", "--old-password-file", "theirs.password", ...keyed];
        assert.equal(failure(same, 1).code, "key-same");
    });

    test("all addresses in a table, straight in Korean", () => {
        const lines = korean(["-C", "guri", "key", "address"]).out.trimEnd().split("\n");
        assert.equal(lines.length, 4);
        assert.match(lines[0], /^역할 +주소 +파일$/);
        assert.equal(json(["-C", "guri", "key", "address"]).keys.length, 3);
    });
});

describe("tokens", () => {
    const tokens = (...args) => ["-C", "guri", "token", ...args];

    test("a token is shown once, kept as a hash, and gone when revoked", () => {
        const made = run(tokens("new", "homepage", "--scope", "read,submit"));
        assert.equal(made.code, 0, made.err);
        assert.match(made.out, /^vota_[0-9a-f]{64}\n$/u);
        assert.match(made.err, /cannot be shown again/u);
        const kept = readFileSync(at("guri/secrets/tokens"), "utf8");
        const secret = Buffer.from(made.out.trim().slice(5), "hex");
        assert.ok(kept.includes(createHash("sha256").update(secret).digest("hex")));
        assert.ok(!kept.includes(made.out.trim().slice(5)));
        assert.equal(statSync(at("guri/secrets/tokens")).mode & 0o777, 0o600);
        const [listed] = json(tokens("list")).tokens;
        assert.deepEqual([listed.client, listed.scopes], ["homepage", "submit,read"]);
        assert.match(korean(tokens("list")).out, HANGUL);
        assert.equal(failure(tokens("new", "homepage", "--scope", "read"), 1).reason, "client-there");
        ok(tokens("revoke", "homepage"));
        assert.deepEqual(json(tokens("list")).tokens, []);
        assert.equal(failure(tokens("revoke", "homepage"), 1).reason, "no-client");
    });

    test("a wrong name, scope or directory makes none", () => {
        assert.equal(failure(tokens("new", "home page", "--scope", "read"), 2).code, "bad-client");
        assert.equal(failure(tokens("new", "homepage", "--scope", "write"), 2).code, "bad-scope");
        assert.equal(failure(["-C", "nowhere", "token", "list"], 1).code, "no-directory");
        assert.equal(json(tokens("new", "other", "--scope", "admin")).scopes, "admin");
        assert.equal(failure(tokens("new"), 2).code, "option-missing");
        ok(tokens("revoke", "other"));
    });
});

describe("definitions", () => {
    const vote = { id: "lights", kind: "vote", department: "도시과", title: "Lights?", closes_at: "2099-01-01T09:00+09:00", options: ["Yes", "No"] };
    const file = (name, value) => {
        writeFileSync(at(name), typeof value === "string" || value instanceof Buffer ? value : JSON.stringify(value, null, 2));
        return name;
    };

    test("what is left out is filled in, and the text is canonical", () => {
        const checked = json(["register", "check", file("vote.json", vote)]);
        assert.equal(checked.valid, true);
        const definition = JSON.parse(checked.definition);
        assert.equal(Object.keys(definition).length, 18);
        assert.equal(definition.closes_at, "2099-01-01T00:00:00Z");
        assert.equal(definition.counts_until, "2099-01-02T00:00:00Z");
        const sorted = (value) => (Array.isArray(value) ? value.map(sorted) : value && typeof value === "object" ? Object.fromEntries(Object.keys(value).sort().map((k) => [k, sorted(value[k])])) : value);
        assert.equal(JSON.stringify(sorted(definition)), checked.definition);
        assert.equal(keccak256(Buffer.from(checked.definition)).length, 66);
    });

    for (const [name, change, reason, member] of [
        ["no file", null, "file", null],
        ["no JSON", '{"id":', "definition-file", ":1:"],
        ["a byte that is not UTF-8", Buffer.from('{"id":"\xff"}', "latin1"), "definition-file", null],
        ["a missing member", { ...vote, options: undefined, title: undefined }, "definition", "title"],
        ["an unknown member", { ...vote, colour: "red" }, "definition", "colour"],
        ["one option only", { ...vote, options: ["Yes"] }, "definition", "options"],
        ["two equal options", { ...vote, options: ["Yes", "Yes"] }, "definition", "options"],
        ["options that look alike", { ...vote, options: ["예산", "예산".normalize("NFD")] }, "definition-hidden", "options"],
        ["a hidden space", { ...vote, title: "a\u00a0b" }, "definition-hidden", "title"],
        ["closing before opening", { ...vote, opens_at: "2099-06-01T00:00Z" }, "definition", "closes_at"],
        ["half a minute", { ...vote, closes_at: "2099-01-01T09:00:30+09:00" }, "definition", "closes_at"],
        ["a time without zone", { ...vote, closes_at: "2099-01-01T09:00" }, "definition", "closes_at"],
        ["too many choices", { ...vote, choices: { min: 1, max: 3 } }, "definition", "choices"],
        ["an id with capitals", { ...vote, id: "Lights" }, "definition", "id"],
        ["a text over the limit", { ...vote, text: "x".repeat(33000) }, "definition-file", null],
    ]) {
        test(`refused: ${name}`, () => {
            const path = change === null ? "nowhere.json" : file("bad.json", change);
            const error = failure(["register", "check", path], 1);
            assert.equal(error.code, reason);
            if (member) assert.ok(error.message.includes(member), error.message);
            assert.ok(reason === "file" || error.next.length > 0);
            assert.match(korean(["register", "check", path]).err, HANGUL);
        });
    }

    test("nothing is opened without a contract, and no pepper is made", () => {
        assert.equal(failure(["-C", "guri", "register", "open", "vote.json"], 1).code, "no-contract");
        assert.deepEqual(readdirSync(at("guri/secrets/peppers")), []);
        assert.deepEqual(json(["-C", "guri", "register", "list"]).registers, []);
        assert.equal(failure(["-C", "guri", "register", "show", "lights"], 1).code, "no-register");
    });
});

describe("secrets", () => {
    test("none is in any output", () => {
        const wallet = Wallet.createRandom();
        const bare = wallet.privateKey.slice(2);
        for (const args of [[], ["--json"]]) {
            const to = join(base, `quiet${args.length}.json`);
            const result = run(["-C", "conf", "key", "import", "--role", "acceptance", "-", "-o", to, "--password-file", "password", ...args], { input: bare });
            assert.equal(result.code, 0);
            assert.ok(!(result.out + result.err + readFileSync(to, "utf8")).toLowerCase().includes(bare));
            assert.ok(!(result.out + result.err).includes(PASSWORD));
        }
        for (const input of [bare.slice(1), `${bare}00`]) {
            const result = run(["-C", "conf", "key", "import", "--role", "acceptance", "-", "-o", "x.json"], { input });
            assert.equal(result.code, 1);
            assert.ok(!(result.out + result.err).includes(bare.slice(1, 20)));
        }
    });
});

describe("memory", () => {
    test("no core file is written while a key is loaded", async () => {
        const child = spawn(program, ["-C", "conf", "key", "import", "--role", "owner", "-", "-o", "y.json"], { cwd: base, stdio: ["pipe", "ignore", "ignore"] });
        const limit = () => readFileSync(`/proc/${child.pid}/limits`, "utf8").match(/^Max core file size +(\S+) +(\S+)/m).slice(1);
        for (let i = 0; i < 100 && limit().join() !== "0,0"; i++) await new Promise((done) => setTimeout(done, 20));
        assert.deepEqual(limit(), ["0", "0"]);
        child.stdin.end("no key");
        assert.equal(await new Promise((done) => child.on("exit", done)), 1);
    });
});

describe("a disk that is full", () => {
    test("output that cannot be written is an error, not silence", () => {
        const full = openSync("/dev/full", "w");
        const result = spawnSync(program, ["--help"], { env: { LANG: "en_US.UTF-8" }, stdio: ["ignore", full, "pipe"], encoding: "utf8" });
        closeSync(full);
        assert.equal(result.status, 1);
        assert.match(result.stderr, /could not write/);
    });
});
