/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Promises that towns made, and what became of them: bundles made from their
 * nodes and publications, judged as a stranger judges them.
 *
 *   old   1 register   2 batch of 4   3 batch of 3   4 batch of 2, after the promised time
 */
#ifndef VOTA_TESTS_BRIDGE_BREACH_FIXTURE_H
#define VOTA_TESTS_BRIDGE_BREACH_FIXTURE_H

#include "bridge/breach/breach_json.h"
#include "bridge/breach/breach_make.h"
#include "rpc/signer.h"
#include "tests/bridge/follow_fixture.h"

#define SCENE_ACCEPTED (TOWN_OPENS + 700)
#define SCENE_BY       (SCENE_ACCEPTED + 3600)

/* Before which batch the promised record is put in. */
enum scene_when { NEVER = 0, IN_FIRST = 2, IN_TIME = 3, TOO_LATE = 4 };

/* A town that promised, what a maker has of it, the bundle, and what a stranger makes of it. */
struct scene {
    struct world *world;
    struct vota_signer *signer;
    struct town_record promised;
    struct vota_breach_made made;
    uint8_t *text;
    size_t len;
    struct vota_breach_copy copy;
    struct vota_breach_believed believed[VOTA_BREACH_MAX_CONTRACTS];
    struct vota_breach_shown shown[2];
    struct vota_breach_trust trust;
    struct vota_breach_report report;
};

static inline struct town *scene_town(struct scene *scene)
{
    return scene->world->towns[OLD];
}

/* Anchors three more records, among them the promised one if this is its batch. */
static inline void scene_anchor(struct scene *scene, enum scene_when when, enum scene_when batch,
                                uint64_t time)
{
    struct town *town = scene_town(scene);
    for (size_t i = 0; i < 2; i++)
        town_vote(town, &town->registers[0], 10 * (size_t)batch + i, "yes");
    if (when == batch)
        scene->promised = *town_vote(town, &town->registers[0], 7, "no");
    town_anchor(town, time);
}

/* The acceptance of a receipt of the promised record, by the scene's key. */
static inline void scene_sign(struct scene *scene, uint64_t accepted_at, uint64_t anchor_by)
{
    struct vota_receipt *receipt = &scene->world->receipt;
    const struct vota_genesis *genesis = &scene_town(scene)->deployment.genesis;
    struct vota_signature signature;
    vota_hash digest;
    receipt->has_acceptance = true;
    receipt->acceptance = (struct vota_acceptance){.chain_id = genesis->chain_id,
                                                   .contract = genesis->contract,
                                                   .accepted_at = accepted_at,
                                                   .anchor_by = anchor_by};
    vota_acceptance_digest(&digest, &scene->promised.leaf, &receipt->acceptance);
    assert_int_equal(vota_signer_sign(scene->signer, &signature, &digest, NULL), VOTA_OK);
    memcpy(receipt->acceptance.signature, signature.bytes, VOTA_SIGNATURE_BYTES);
    receipt->acceptance.signature[64] = (uint8_t)(signature.bytes[64] + 27);
}

static inline struct scene *scene_new(enum scene_when when)
{
    uint8_t key[32] = {7};
    struct scene *scene = calloc(1, sizeof *scene);
    assert_non_null(scene);
    scene->world = calloc(1, sizeof *scene->world);
    assert_non_null(scene->world);
    assert_int_equal(vota_signer_load(&scene->signer, key, NULL), VOTA_OK);
    struct town *town = scene->world->towns[OLD] = town_new();
    scene->world->n = 1;
    town->deployment.genesis.acceptance_key = vota_signer_address(scene->signer);
    node_bind(town);
    town_redeploy(town);
    town_open(town, &(struct town_question){"bridge", "vote", "on_close"});
    scene_anchor(scene, when, IN_FIRST, TOWN_OPENS + 600);
    scene_anchor(scene, when, IN_TIME, TOWN_OPENS + 1200);
    scene_anchor(scene, when, TOO_LATE, SCENE_BY + 60);
    if (when == NEVER)
        scene->promised = *town_vote(town, &town->registers[0], 7, "no");
    scene->world->receipt = (struct vota_receipt){.row = scene->promised.row};
    scene_sign(scene, SCENE_ACCEPTED, SCENE_BY);
    return scene;
}

/* Forgets the bundle and the judgement, not the world. */
static inline void scene_forget(struct scene *scene)
{
    vota_breach_report_done(&scene->report);
    vota_breach_copy_done(&scene->copy);
    free(scene->text);
    scene->text = NULL;
    vota_breach_made_done(&scene->made);
}

static inline void scene_free(struct scene *scene)
{
    scene_forget(scene);
    vota_signer_free(scene->signer);
    world_free(scene->world);
    free(scene);
}

/* What the town's own publication, and its node, have to say. */
static inline void scene_look(struct scene *scene, size_t named)
{
    for (size_t i = 0; i < scene->world->n; i++) {
        asks(scene->world, i);
        has_data(scene->world, i);
    }
    follow(scene->world, named);
}

static inline enum vota_promise_outcome scene_make(struct scene *scene)
{
    struct world *world = scene->world;
    const struct vota_trusted_sources sources = {
        .data = world->data, .data_count = world->data_count, .witnesses = &world->witnesses};
    struct vota_error err = {0};
    if (vota_breach_make(&scene->made, &world->receipt, &world->trusted, &sources, NULL, &err) !=
        VOTA_OK)
        fail_msg("not made: %s %s", err.where, err.text);
    return scene->made.report.outcome;
}

/* The bundle as others get it. */
static inline void scene_write(struct scene *scene)
{
    struct vota_wr wr = vota_wr_of(NULL, 0);
    struct vota_error err = {0};
    vota_breach_json_write(&wr, &scene->made.about);
    scene->len = wr.len;
    scene->text = malloc(wr.len);
    wr = vota_wr_of(scene->text, wr.len);
    vota_breach_json_write(&wr, &scene->made.about);
    assert_true(vota_wr_fits(&wr));
    if (vota_breach_json_read(&scene->copy, scene->text, scene->len, &err) != VOTA_OK)
        fail_msg("not read: %s %s", err.where, err.text);
    for (size_t i = 0; i < VOTA_BREACH_MAX_CONTRACTS; i++)
        scene->believed[i] = (struct vota_breach_believed){true, VOTA_BREACH_BLOCK_FINAL};
    scene->trust = (struct vota_breach_trust){
        .contracts = scene->believed, .shown = scene->shown, .recover = vota_trusted_recover};
}

static inline enum vota_promise_outcome scene_judge(struct scene *scene)
{
    vota_breach_report_done(&scene->report);
    assert_int_equal(vota_breach_judge(&scene->report, &scene->copy.about, &scene->trust), VOTA_OK);
    return scene->report.outcome;
}

/* A bundle of a town that did that, as a stranger has it. */
static inline struct scene *scene_of(enum scene_when when)
{
    struct scene *scene = scene_new(when);
    scene_look(scene, OLD);
    (void)scene_make(scene);
    scene_write(scene);
    return scene;
}

/* The first finding of a code; NULL: none. */
static inline const struct vota_breach_finding *
scene_finding(const struct vota_breach_report *report, enum vota_breach_code code)
{
    for (size_t i = 0; i < report->finding_count; i++) {
        if (report->findings[i].code == code)
            return &report->findings[i];
    }
    return NULL;
}

static inline void scene_expect(const struct vota_breach_report *report, enum vota_breach_code code,
                                enum vota_verdict state, const char *reason)
{
    const struct vota_breach_finding *finding = scene_finding(report, code);
    if (finding == NULL)
        fail_msg("no finding %s", vota_breach_code_name(code));
    assert_int_equal(finding->state, state);
    assert_string_equal(finding->reason, reason);
}

#endif
