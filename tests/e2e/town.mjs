// SPDX-License-Identifier: Apache-2.0
//
// A city (city.mjs) with a past, for those who look at it from outside: a register that is over and
// counted, one whose rows were revised, disavowed and promised, everything published, and a receipt
// of every kind that a citizen can hold. Its chain is hours ahead of the clock of this machine.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { City, minute } from "./city.mjs";
import { whileMining } from "./networks.mjs";

const MINUTE = 60_000;
const HOUR_S = 3600;
const DAY = 86_400_000;

const OPTIONS = [
    { id: "gaon", en: "Gaon Plaza", ko: "가온광장" },
    { id: "nuri", en: "Nuri Plaza", ko: "누리광장" },
    { id: "haru", en: "Haru Plaza", ko: "하루광장" },
];
const LAMPS = [
    { id: "yes", en: "Yes, light it", ko: "찬성합니다" },
    { id: "no", en: "No, leave it dark", ko: "반대합니다" },
];

export class Town {
    receipts = {}; /* name → file */

    static async build(options) {
        const town = new Town();
        town.city = await City.build(options);
        try {
            await town.#live();
        } catch (error) {
            town.close();
            throw error;
        }
        return town;
    }

    get url() {
        return this.city.node.provider._getConnection().url;
    }

    /** As `--contract` takes it. */
    get contract() {
        return `31337:${this.city.deployment.contract}`;
    }

    /** What its publication says of the deployment: a record of a trust file. */
    get record() {
        const { format, ...record } = JSON.parse(this.read("journal.ndjson").split("\n")[0]);
        return record;
    }

    get trust() {
        return JSON.parse(this.read("trust.json"));
    }

    read(name) {
        return readFileSync(join(this.public, name), "utf8");
    }

    receipt(name) {
        return JSON.parse(readFileSync(this.receipts[name], "utf8"));
    }

    async mine(blocks) {
        for (let i = 0; i < blocks; i++) await this.city.node.provider.send("evm_mine", []);
    }

    async later(seconds) {
        await this.city.node.provider.send("evm_increaseTime", [seconds]);
        await this.mine(6);
    }

    async importVotes(register, prefix, first, n, options, castAt = Date.now()) {
        const rows = ["id,voter,choice,cast_at"];
        for (let i = first; i < first + n; i++) {
            rows.push(`${prefix}-${i},voter-${i},${options[i % options.length].id},${minute(castAt)}`);
        }
        const file = join(this.city.base, `${prefix}-${first}.csv`);
        writeFileSync(file, `${rows.join("\n")}\n`);
        await this.city.ok(["import", file, "--register", register]);
    }

    async anchor() {
        const done = await this.city.anchor();
        if (done.code !== 0) throw new Error(done.out + done.err);
    }

    /** Writes a receipt and remembers it under its name. */
    async keep(name, id, ...more) {
        const file = join(this.city.base, `${name}.receipt.json`);
        await this.city.ok(["receipt", id, "-o", file, "--password-file", this.city.password, ...more]);
        this.receipts[name] = file;
    }

    async publish() {
        this.public = join(this.city.base, "public");
        await this.city.ok(["publish", this.public]);
    }

    async #live() {
        const now = Date.now();
        await this.#lightLamps(now);
        await this.#namePlaza(now);
        /* So long that every promise is due and every register is over. */
        await this.later(3 * HOUR_S);
        for (const [name, id] of [["superseded", "V-1"], ["counted", "V-2"], ["revision", "W-1"], ["disavowed", "X-70"]]) {
            await this.keep(name, id);
        }
        await this.keep("other", "V-3");
        await this.keep("share", "V-2", "--share");
        await this.keep("lamps", "L-5");
        await this.keep("broken", "P-90");
        await this.publish();
    }

    /** An archive: voted on yesterday, counted and published today. */
    async #lightLamps(now) {
        await this.city.openVote("river-lamps", {
            more: {
                title: { en: "Should the river path be lit?", ko: "강변길에 조명을 설치할까요?" },
                text: { en: "Lamps every 30 m, lit until 23:00.", ko: "30m마다 등을 달고 23시까지 켭니다." },
                options: LAMPS,
                eligible: 200,
                opens_at: minute(now - 2 * DAY),
                closes_at: minute(now - HOUR_S * 1000),
                counts_until: minute(now + 10 * MINUTE),
                results_by: minute(now + DAY),
            },
        });
        await this.importVotes("river-lamps", "L", 1, 60, [...LAMPS, LAMPS[0]], now - DAY);
        await this.anchor();
        const close = ["register", "close", "river-lamps", "--password-file", this.city.password];
        await whileMining([this.city.node], () => this.city.ok(close));
    }

    /** Still open: revised, disavowed, and a promise that nobody kept. */
    async #namePlaza(now) {
        await this.city.openVote("plaza-name", {
            more: {
                title: { en: "What shall the new plaza be called?", ko: "새 광장의 이름을 무엇으로 할까요?" },
                text: { en: "The plaza beside the city hall.", ko: "시청 옆에 새로 생기는 광장입니다." },
                options: OPTIONS,
                revision: "last",
                disclosure: "live",
                counts_until: minute(now + 120 * MINUTE),
                results_by: minute(now + DAY),
            },
        });
        await this.importVotes("plaza-name", "V", 1, 41, OPTIONS);
        await this.keep("accepted", "V-2");
        await this.anchor();
        await this.keep("anchored", "V-2");
        await this.importVotes("plaza-name", "W", 1, 1, [OPTIONS[2]]);
        await this.importVotes("plaza-name", "W", 50, 9, OPTIONS);
        await this.anchor();
        await this.importVotes("plaza-name", "X", 70, 9, OPTIONS);
        await this.anchor();
        const last = `${await this.city.contract.length()}`;
        await this.city.fund(this.city.keys.owner);
        await this.city.ok([
            "owner", "disavow", last, last, "--reason", "imported twice by mistake",
            "--keystore", join(this.city.dir, "secrets/owner.json"), "--password-file", this.city.password,
        ]);
        await this.importVotes("plaza-name", "P", 90, 9, OPTIONS);
        await this.keep("promised", "P-90");
    }

    close() {
        this.city?.close();
    }
}
