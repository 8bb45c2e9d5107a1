// SPDX-License-Identifier: Apache-2.0
//
// A city with a register of every kind and in every state that a results page can show, published
// by the real program: over and counted, open and live, open and silent, never disclosed, not open
// yet; one whose words try to be markup.

import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { City, minute } from "../e2e/city.mjs";
import { whileMining } from "../e2e/networks.mjs";

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

const PLACES = [
    { id: "renew", en: "Renew it on the present site", ko: "현 부지에서 현대화" },
    { id: "move", en: "Move it to another site", ko: "다른 부지로 이전" },
    { id: "share", en: "Use a regional facility together with neighbouring cities", ko: "인근 도시와 광역시설 공동 이용" },
];
const HOSTILE = "</title><script>alert(1)</script><img src=x onerror=alert(2)> \"&amp;'";
const NONE = { options: [], choices: { min: 0, max: 0 }, revision: "all" };

/** What is over counts until tomorrow; what is open closes tomorrow. */
function definitionsAt(now) {
    const over = {
        opens_at: minute(now - 2 * DAY),
        closes_at: minute(now - HOUR),
        counts_until: minute(now + 30 * MINUTE),
        results_by: minute(now + DAY),
    };
    const open = { opens_at: minute(now - MINUTE), closes_at: minute(now + DAY) };
    return {
        "incinerator-2026": {
            title: { en: "The future of the resource recovery facility", ko: "자원회수시설 운영 방향에 관한 시민투표" },
            text: {
                en: "How should the ageing facility be run in future? Please choose one of the three proposals.\nYou may change your choice while the vote is open; only your last one is counted.",
                ko: "노후한 자원회수시설의 앞으로의 운영 방향을 정하기 위하여 시민 여러분의 의견을 묻습니다.\n투표 기간에는 선택을 바꿀 수 있으며, 마지막 선택만 집계됩니다.",
            },
            department: "자원행정과",
            options: PLACES,
            eligible: 158_000,
            revision: "last",
            ...over,
        },
        "station-move": {
            kind: "endorsement",
            title: { en: "Move the waste transfer station", ko: "재활용 선별장 이전 요청" },
            text: { en: "Endorse this request if you agree.", ko: "이 요청에 동의하시면 공감해 주십시오." },
            department: "도시환경과",
            options: [{ id: "agree", en: "I agree", ko: "공감합니다" }],
            threshold: 40,
            disclosure: "live",
            ...open,
        },
        "ideas-2026": {
            kind: "proposal",
            title: { en: "Ideas for the riverside", ko: "강변 공간 시민 제안" },
            text: { en: "What should be done at the riverside?", ko: "강변 공간을 어떻게 꾸미면 좋을지 제안해 주십시오." },
            department: "공원녹지과",
            disclosure: "live",
            ...NONE,
            ...open,
        },
        "permit-77": {
            kind: "procedure",
            title: { en: "Building permit 77: steps", ko: "건축허가 제77호 처리 절차" },
            text: { en: "Every step with its document.", ko: "단계마다 처리한 문서를 기록합니다." },
            department: "건축과",
            disclosure: "live",
            ...NONE,
            ...open,
        },
        "budget-2027": {
            title: { en: "Participatory budget 2027", ko: "2027년 주민참여예산 우선순위" },
            text: { en: "Choose up to two.", ko: "두 개까지 고를 수 있습니다." },
            department: "예산과",
            options: PLACES,
            choices: { min: 0, max: 2 },
            eligible: 500,
            ...open,
        },
        "satisfaction": {
            title: { en: "Survey on staff conduct", ko: "직원 응대 만족도 조사" },
            text: { en: "Answers stay closed.", ko: "응답 내용은 공개하지 않습니다." },
            department: "감사관",
            disclosure: "never",
            eligible: 60,
            ...over,
        },
        "hostile": {
            title: { en: `${HOSTILE} vote`, ko: `${HOSTILE} 투표` },
            text: { en: `A question? ${HOSTILE}`, ko: `질문? ${HOSTILE}` },
            department: HOSTILE,
            options: [
                { id: "yes", en: `Yes ${HOSTILE}`, ko: `찬성 ${HOSTILE}` },
                { id: "no", en: "No, שלום", ko: "반대 שלום" },
            ],
            ...over,
        },
        "next-year": {
            title: { en: "Next year's festival", ko: "내년 축제 장소" },
            text: { en: "Where shall it be?", ko: "어디에서 열까요?" },
            department: "문화과",
            opens_at: minute(now + DAY),
            closes_at: minute(now + 2 * DAY),
        },
    };
}

const documentOf = (name) => createHash("sha256").update(name).digest("hex");

export class Registers {
    static async build(options) {
        const registers = new Registers();
        registers.city = await City.build(options);
        try {
            await registers.#live(Date.now());
        } catch (error) {
            registers.close();
            throw error;
        }
        return registers;
    }

    async #import(name, lines) {
        const file = join(this.city.base, `${name}.ndjson`);
        writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
        await this.city.ok(["import", file]);
    }

    async #anchor() {
        const done = await this.city.anchor();
        if (done.code !== 0) throw new Error(done.out + done.err);
    }

    /* Every vote of `choices[i]`, by voter i; `prefix` makes ids of a revision new ones. */
    #votes(register, prefix, at, choices) {
        return choices.map((choice, i) => ({
            id: `${prefix}-${i}`,
            register,
            voter: `voter-${i}`,
            choice: Array.isArray(choice) ? choice : [choice],
            cast_at: minute(at),
        }));
    }

    async #live(now) {
        for (const [id, more] of Object.entries(definitionsAt(now))) await this.city.openVote(id, { more });
        const cycle = (n, of) => Array.from({ length: n }, (_, i) => of[i % of.length]);
        const past = now - DAY;
        const here = now - MINUTE;
        await this.#import("votes", [
            ...this.#votes("incinerator-2026", "I", past, cycle(90, ["renew", "renew", "renew", "move", "move", "share"])),
            ...this.#votes("station-move", "S", here, cycle(31, ["agree"])),
            ...this.#votes("budget-2027", "B", here, cycle(25, [["renew"], ["move", "share"], []])),
            ...this.#votes("satisfaction", "Q", past, cycle(40, ["yes", "yes", "no"])),
            ...this.#votes("hostile", "H", past, cycle(9, ["yes", "no"])),
        ]);
        await this.#anchor();
        await this.#import("more", [
            ...this.#votes("incinerator-2026", "J", past + HOUR, cycle(12, ["share"])),
            ...this.#ideas(here),
            ...this.#steps(here),
        ]);
        await this.#anchor();
        const close = (id) => ["register", "close", id, "--password-file", this.city.password];
        await whileMining([this.city.node], async () => {
            for (const id of ["incinerator-2026", "satisfaction", "hostile"]) await this.city.ok(close(id));
        });
        for (let i = 0; i < 6; i++) await this.city.node.provider.send("evm_mine", []);
        this.public = join(this.city.base, "public");
        await this.city.ok(["publish", this.public]);
    }

    #ideas(at) {
        const ideas = [
            ["강변 산책로에 그늘막 설치", "여름에 쉬어 갈 수 있도록 200m마다 그늘막을 설치해 주십시오.\n겨울에는 바람막이로 쓸 수 있습니다."],
            ["A quiet place to read", "Benches under the poplars,\naway from the cycle path."],
            [`<b>굵게</b> ${HOSTILE}`, `본문 ${HOSTILE}`],
        ];
        return ideas.map(([title, body], i) => ({
            id: `P-${i}`, register: "ideas-2026", voter: `voter-${i}`, title, body, cast_at: minute(at),
        }));
    }

    #steps(at) {
        return ["접수", "현장 조사", "허가"].map((step, i) => ({
            id: `D-${i}`, register: "permit-77", voter: "officer", step,
            title: `건축허가 제77호 ${step}`, document_sha256: documentOf(step), cast_at: minute(at),
        }));
    }

    close() {
        this.city?.close();
    }
}
